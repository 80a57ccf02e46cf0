import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import {
  type BarColumns,
  type DataStore,
  type StoreSeries,
  type TickColumns,
  writeParquet,
} from '@openclaw-trading/bot-engine/data'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { pointsToPrice, symbolId } from '@openclaw-trading/trading-model'
import { Option } from 'commander'
import type { CommandContext, Register } from '../../command.ts'
import { confirmOverwrite, plannedFile } from '../../confirm.ts'
import { type Plan, planned } from '../../dry-run.ts'
import { CliError } from '../../errors.ts'
import { step } from '../../step.ts'
import {
  addSeriesOptions,
  addSpanOptions,
  addStoreOptions,
  printResult,
  type SeriesOptions,
  seriesOf,
  spanOf,
  type SpanOptions,
  type StoreOptions,
  storeOf,
} from './series-options.ts'

/** What `claw data export` was asked. */
interface ExportArguments extends StoreOptions, SeriesOptions, SpanOptions {
  readonly symbol: string
  readonly out?: string
  readonly format?: ExportFormat
}

type ExportFormat = 'csv' | 'parquet'

/** Rows put together before they are written. */
const BATCH_ROWS = 10_000

/** Adds `claw data export`. */
export const addExport: Register = (data, done) => {
  const command = data
    .command('export')
    .argument('<symbol>')
    .description('Writes a series as CSV, to stdout or a file, or as a Parquet file.')
    .option('--out <file>', 'instead of stdout; asks before it writes over one that is there')
    .addOption(
      new Option('--format <name>', 'default: that of the name of the file, else csv').choices([
        'csv',
        'parquet',
      ]),
    )
  addStoreOptions(addSpanOptions(addSeriesOptions(command))).action(
    (symbol: string, options: Omit<ExportArguments, 'symbol'>) => {
      const chosen: ExportArguments = { ...options, symbol }
      done({
        command: 'data export',
        options: chosen,
        json: options.json,
        dryRun:
          chosen.out === undefined
            ? 'changes-nothing'
            : planned('data export', options.json, context => planExport(chosen, context)),
        run: context => exportData(chosen, context),
      })
    },
  )
}

async function exportData(options: ExportArguments, context: CommandContext): Promise<number> {
  const startedAt = performance.now()
  const { symbol, out } = options
  const format = formatOf(options)
  if (out === undefined && (options.json || format === 'parquet'))
    throw new CliError(
      'usage',
      `${options.json ? 'With --json' : 'As Parquet'} the rows need a file of their own. State --out FILE.`,
    )
  const { series, digits, data } = await rowsOf(options, context)
  if (out === undefined) {
    await printLines(csvLines(data, digits), context)
    return 0
  }
  await confirmOverwrite(out, context)
  const path = resolve(context.terminal.cwd, out)
  const { signal } = context.interrupt
  await step(
    context.terminal,
    'write',
    async () => {
      await mkdir(dirname(path), { recursive: true })
      if (format === 'parquet') await writeParquet(path, data, { symbol, digits, signal })
      else await writeLines(path, csvLines(data, digits), signal)
    },
    () => `${path} · ${format}`,
  )
  const text = `  ✔ ${grouped(data.length)} rows written to ${out}\n`
  printResult(
    { schema: 'claw.data-export/1', data: { symbol, series, rows: data.length, path: out, format }, text },
    options,
    context,
    startedAt,
  )
  return 0
}

/** What it would write. */
async function planExport(options: ExportArguments, context: CommandContext): Promise<Plan> {
  const { symbol, out = '' } = options
  const { series, data } = await rowsOf(options, context)
  const what = `${grouped(data.length)} rows of ${symbol} ${series} as ${formatOf(options)}`
  return { changes: [plannedFile(out, what, context)] }
}

async function rowsOf(options: ExportArguments, context: CommandContext) {
  const { symbol } = options
  const store = await storeOf(options, context)
  const series = chosenSeries(options, store)
  const digits = store.list().find(entry => entry.symbol === symbol && entry.series === series)?.digits ?? 5
  const instrument = { id: symbolId(1), digits }
  const data = await step(
    context.terminal,
    'data',
    () => store.read({ symbol, series, instrument, ...spanOf(options) }),
    ({ length }) => `${grouped(length)} rows of ${symbol} ${series} · ${store.folder}`,
  )
  return { series, digits, data }
}

/** The series that is stated, else the only one of the symbol. @throws {@link CliError} `usage`, `data-missing` */
function chosenSeries(options: ExportArguments, store: DataStore): StoreSeries {
  if (options.ticks || options.timeframe !== undefined) return seriesOf(options)
  const { symbol } = options
  const [only, ...others] = store.list().filter(entry => entry.symbol === symbol)
  if (only === undefined)
    throw new CliError(
      'data-missing',
      `${store.folder} has nothing of ${symbol}. See claw data list, or get it: claw data get ${symbol} --tf m15`,
    )
  if (others.length === 0) return only.series
  const choices = [only, ...others].map(({ series }) => (series === 'ticks' ? '--ticks' : `--tf ${series}`))
  throw new CliError('usage', `Which series of ${symbol}? State one of ${choices.join(', ')}.`)
}

/** What was stated counts; a file that is called Parquet and is none would be found out elsewhere. */
function formatOf({ format, out }: ExportArguments): ExportFormat {
  return format ?? (out?.toLowerCase().endsWith('.parquet') ? 'parquet' : 'csv')
}

/** The rows as the CSV that `claw data import` reads, in batches. */
function* csvLines(data: TickColumns | BarColumns, digits: number): Generator<string> {
  yield data.type === 'ticks' ? 'timestamp_ms,bid,ask\n' : 'timestamp_ms,open,high,low,close,volume\n'
  const times = data.type === 'ticks' ? data.at : data.openedAt
  const prices = data.type === 'ticks' ? [data.bid, data.ask] : [data.open, data.high, data.low, data.close]
  const volume = data.type === 'ticks' ? undefined : data.tickVolume
  for (let from = 0; from < data.length; from += BATCH_ROWS) {
    const lines: string[] = []
    for (let row = from; row < Math.min(data.length, from + BATCH_ROWS); row++) {
      const texts = prices.map(column => pointsToPrice(column[row] as number).toFixed(digits))
      lines.push(`${[times[row], ...texts, ...(volume === undefined ? [] : [volume[row]])].join(',')}\n`)
    }
    yield lines.join('')
  }
}

/** Waits for the reader of a pipe with each batch: 10 million quotes would else lie in memory as 300 MB of text. */
async function printLines(
  lines: Iterable<string>,
  { terminal, interrupt }: Pick<CommandContext, 'terminal' | 'interrupt'>,
): Promise<void> {
  for (const text of lines) {
    interrupt.signal.throwIfAborted()
    terminal.out(text)
    await terminal.drained?.()
  }
}

async function writeLines(path: string, lines: Iterable<string>, signal: AbortSignal): Promise<void> {
  const file = createWriteStream(path)
  const ended = finished(file).catch((cause: unknown) => {
    throw new CliError(
      'not-writable',
      `${path} cannot be written (${String(cause)}). Check the folder and the space left.`,
      { cause },
    )
  })
  ended.catch(() => undefined)
  for (const text of lines) {
    if (signal.aborted || file.destroyed) break
    if (!file.write(text)) await Promise.race([once(file, 'drain').catch(() => undefined), ended])
  }
  file.end()
  await ended
  signal.throwIfAborted()
}
