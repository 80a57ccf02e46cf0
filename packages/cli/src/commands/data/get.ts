import {
  type DataStore,
  type InstrumentTerms,
  type InstrumentWriteReport,
  makeSyntheticTicks,
  type StoreSeries,
} from '@openclaw-trading/bot-engine/data'
import {
  type AccountOptions,
  accountPlace,
  downloadIntoStore,
  withAccount,
} from '@openclaw-trading/ctrader-client/node'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { isTimeframe, type UnixMs } from '@openclaw-trading/trading-model'
import type { CommandContext, Register } from '../../command.ts'
import { type Plan, planned } from '../../dry-run.ts'
import { CliError } from '../../errors.ts'
import { wholeNumber } from '../../option-values.ts'
import { BUILT_IN, builtIn } from '../../project/instruments.ts'
import { makeBars } from '../../project/made-market.ts'
import { nextBacktest } from '../../project/strategy-files.ts'
import { checkSpan, dayText } from '../../span.ts'
import { step } from '../../step.ts'
import { factsText, writtenText } from './record-options.ts'
import {
  addSeriesOptions,
  addSpanOptions,
  addStoreOptions,
  printResult,
  type SeriesOptions,
  seriesOf,
  type SpanOptions,
  type StoreOptions,
  storeOf,
} from './series-options.ts'

/** What `claw data get` was asked. */
interface GetArguments extends StoreOptions, SeriesOptions, SpanOptions, Omit<AccountOptions, 'json'> {
  readonly symbol: string
  readonly synthetic: boolean
  readonly seed: number
}

/** What came of it. */
interface Got {
  readonly added: number
  /** Where the download went on, if it did. */
  readonly resumedAt?: number
  /** The broker's record of the symbol, and what was new in it. Absent: of a made market. */
  readonly record?: InstrumentWriteReport & InstrumentTerms
}

/** For what a market is made. */
interface Made {
  readonly span: { readonly from: UnixMs; readonly to: UnixMs }
  readonly store: DataStore
  readonly signal: AbortSignal
  /** Writes nothing. */
  readonly dryRun?: boolean
}

const WEEK_MS = 7 * 86_400_000

/** Adds `claw data get`. */
export const addGet: Register = (data, done) => {
  const command = data
    .command('get')
    .argument('<symbol>')
    .description(
      'Downloads history of an account into the store, and goes on where it ended; or makes a market.',
    )
    .option('--synthetic', 'a seeded market instead of an account', false)
    .option('--seed <number>', 'of the seeded market', wholeNumber(0, 4_294_967_295), 1)
    .option('--environment <name>', 'demo, live or host:port (as of ctrader bars)')
    .option('--account <id>', 'account id (not the login)', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--env-file <path>', 'default .env')
  addStoreOptions(addSpanOptions(addSeriesOptions(command)))
    .addHelpText(
      'after',
      '\nWithout --from the last seven days. The account is that of claw auth login, or of the settings CTRADER_….',
    )
    .action((symbol: string, options: Omit<GetArguments, 'symbol'>) => {
      const chosen: GetArguments = { ...options, symbol }
      done({
        command: 'data get',
        options: chosen,
        json: options.json,
        dryRun: planned('data get', options.json, context => planGet(chosen, context)),
        run: context => get(chosen, context),
      })
    })
}

async function get(options: GetArguments, context: CommandContext): Promise<number> {
  const startedAt = performance.now()
  const series = seriesOf(options)
  const span = spanOfGet(options)
  const store = await storeOf(options, context)
  context.interrupt.partial.kept(
    'What the store held, and what was written whole, is kept; the same line goes on.',
  )
  const { symbol } = options
  const got = await step(
    context.terminal,
    options.synthetic ? 'make' : 'download',
    () =>
      options.synthetic
        ? make(options, series, { span, store, signal: context.interrupt.signal })
        : fetchHistory(options, series, span, store, context),
    ({ added }) => `${symbol} ${series} · ${grouped(added)} new rows · ${store.folder}`,
  )
  const entry = store.list().find(one => one.symbol === symbol && one.series === series)
  const have =
    entry === undefined
      ? ''
      : `; the store has ${grouped(entry.rows)}, ${dayText(entry.first)} → ${dayText(entry.last)}`
  const text =
    `  ✔ ${symbol} ${series}  ${dayText(span.from)} → ${dayText(span.to)}  ${grouped(got.added)} new rows${have}\n` +
    recordText(got) +
    `  Next: ${await nextBacktest(symbol, context.terminal)}\n`
  printResult(
    { schema: 'claw.data-get/1', data: { symbol, series, ...span, ...got, entry }, text },
    options,
    context,
    startedAt,
  )
  return 0
}

/** What it would get: of a made market the very rows, of an account what it would be asked for. */
async function planGet(options: GetArguments, context: CommandContext): Promise<Plan> {
  const { symbol, synthetic, seed } = options
  const series = seriesOf(options)
  const span = spanOfGet(options)
  const store = await storeOf(options, context)
  const path = store.folder
  const what = `${symbol} ${series}, ${dayText(span.from)} → ${dayText(span.to)}`
  if (synthetic) {
    const made = { span, store, signal: context.interrupt.signal, dryRun: true }
    const { added } = await make(options, series, made)
    return {
      changes: [
        {
          does: 'write',
          what: `${what}, of a seeded market, seed ${seed}: ${grouped(added)} new rows into ${path}`,
          path,
        },
      ],
    }
  }
  const entry = store.list().find(one => one.symbol === symbol && one.series === series)
  const held =
    entry === undefined
      ? 'the store has nothing of it'
      : `the store has ${grouped(entry.rows)} rows, ${dayText(entry.first)} → ${dayText(entry.last)}, which are not asked for again`
  const { cwd, env } = context.terminal
  const { text: from } = await accountPlace(connectionOf(options), { cwd, env })
  return {
    changes: [
      { does: 'download', what: `${what}, from ${from}; ${held}` },
      { does: 'write', what: `what is new, and the broker's record of ${symbol}, into ${path}`, path },
    ],
  }
}

function recordText({ record }: Got): string {
  if (record === undefined) return ''
  return `${writtenText(record.instrument.name, record)}    ${factsText(record)}\n`
}

function spanOfGet({ from, to }: SpanOptions): { readonly from: UnixMs; readonly to: UnixMs } {
  const end = to ?? Date.now()
  const begin = from ?? end - WEEK_MS
  checkSpan({ from: begin, to: end })
  return { from: begin as UnixMs, to: end as UnixMs }
}

async function fetchHistory(
  options: GetArguments,
  series: StoreSeries,
  span: { readonly from: UnixMs; readonly to: UnixMs },
  store: DataStore,
  { terminal, interrupt: { signal } }: CommandContext,
): Promise<Got> {
  const { environment } = options
  return withAccount(
    connectionOf(options),
    { cwd: terminal.cwd, env: terminal.env, signal },
    ({ account: opened }) =>
      downloadIntoStore({
        account: opened,
        symbol: options.symbol,
        series,
        span,
        store,
        ...(environment === undefined ? {} : { environment }),
        output: { err: terminal.err, interactive: terminal.interactive },
        signal,
      }),
  )
}

/** Only what is stated: the rest comes from the settings. */
function connectionOf({ environment, account, envFile }: GetArguments): AccountOptions {
  return {
    json: false,
    ...(environment === undefined ? {} : { environment }),
    ...(account === undefined ? {} : { account }),
    ...(envFile === undefined ? {} : { envFile }),
  }
}

/** Makes a seeded market: the same seed and span give the same rows. @throws the signal's reason */
async function make(
  { symbol, seed }: GetArguments,
  series: StoreSeries,
  { span: { from, to }, store, signal, dryRun = false }: Made,
): Promise<Got> {
  const instrument = builtIn(symbol)?.instrument
  if (instrument === undefined)
    throw new CliError(
      'data-missing',
      `There is no seeded market of ${symbol}. There is one of ${BUILT_IN.map(({ name }) => name).join(' and ')}.`,
    )
  const data = isTimeframe(series)
    ? await makeBars({ seed, timeframe: series, startAt: from, until: to }, instrument, signal)
    : await makeSyntheticTicks({ seed, instrument, startAt: from, until: to, signal })
  signal.throwIfAborted()
  const { added } = await store.write({
    symbol,
    data,
    digits: instrument.digits,
    source: `synthetic market, seed ${seed}`,
    timeZone: 'UTC',
    dryRun,
  })
  return { added }
}
