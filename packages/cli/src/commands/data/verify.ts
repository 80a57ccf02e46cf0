import type { DataStore, Gap, GapReport, StoreVerification } from '@openclaw-trading/bot-engine/data'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { knownInstrument } from '../../project/instruments.ts'
import { sparseNotes } from '../../project/gap-notes.ts'
import type { CommandContext, Register } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { quoted } from '../../quoted.ts'
import { dayText } from '../../span.ts'
import {
  addSeriesOptions,
  addStoreOptions,
  printResult,
  type SeriesOptions,
  type StoreOptions,
  storeOf,
} from './series-options.ts'

/** What `claw data verify` was asked. */
interface VerifyArguments extends StoreOptions, SeriesOptions {
  readonly symbol?: string
}

/** Of a gap report in words. */
const MOST_GAPS = 10
/** Data missing or bad. */
const BAD_DATA = 10

/** Adds `claw data verify`. */
export const addVerify: Register = (data, done) => {
  const command = data
    .command('verify')
    .argument('[symbol]', 'default: all')
    .description('Reads every file, checks it, and says where rows are missing.')
  addStoreOptions(addSeriesOptions(command)).action(
    (symbol: string | undefined, options: Omit<VerifyArguments, 'symbol'>) => {
      const chosen: VerifyArguments = { ...options, ...(symbol === undefined ? {} : { symbol }) }
      done({
        command: 'data verify',
        options: chosen,
        json: options.json,
        dryRun: 'changes-nothing',
        run: context => verify(chosen, context),
      })
    },
  )
}

/** @returns 10 when a file is damaged or missing; gaps are told, and no failure. @throws {@link CliError} `data-missing` */
async function verify(options: VerifyArguments, context: CommandContext): Promise<number> {
  const startedAt = performance.now()
  const store = await storeOf(options, context)
  const series = seriesOf(options)
  const found = await store.verify({
    ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
    ...(series === undefined ? {} : { series }),
  })
  if (found.files === 0 && found.problems.length === 0) refuseNothing(options)
  const reports = found.problems.length === 0 ? await gapsOf(options, store, context) : []
  const warnings = reports.flatMap(sparseNotes)
  const text = `${problemsText(found)}${reports.map(gapsText).join('')}`
  if (!options.json) for (const { message } of warnings) context.terminal.err(`  ⚠ ${message}\n`)
  printResult(
    {
      schema: 'claw.data-verify/1',
      data: { ...found, reports },
      text,
      ok: found.problems.length === 0,
      warnings,
    },
    options,
    context,
    startedAt,
  )
  return found.problems.length === 0 ? 0 : BAD_DATA
}

/** A tick behind what was named would say of a mistyped symbol that its data are good. @throws {@link CliError} `data-missing` */
function refuseNothing(options: VerifyArguments): void {
  const { symbol, store } = options
  const named = [symbol, seriesOf(options)].filter(name => name !== undefined).join(' ')
  if (named === '' && store === undefined) return
  throw new CliError(
    'data-missing',
    `There is nothing to verify${named === '' ? '' : ` of ${named}`}${store === undefined ? '' : ` in ${store}`}. See claw data list${store === undefined ? '' : ` --store ${quoted(store)}`}.`,
  )
}

function seriesOf({ ticks, timeframe }: SeriesOptions) {
  return ticks ? 'ticks' : timeframe
}

/** Gaps of all that the store has of what was asked. */
async function gapsOf(
  options: VerifyArguments,
  store: DataStore,
  { interrupt }: CommandContext,
): Promise<readonly GapReport[]> {
  const asked = seriesOf(options)
  const held = store
    .list()
    .filter(({ symbol, series }) => (options.symbol ?? symbol) === symbol && (asked ?? series) === series)
  const reports: GapReport[] = []
  for (const { symbol, series } of held) {
    interrupt.signal.throwIfAborted()
    const known = knownInstrument(symbol, store)
    reports.push(await store.gaps({ symbol, series, ...(known && { instrument: known.instrument }) }))
  }
  return reports
}

function problemsText({ files, rows, problems }: StoreVerification): string {
  const head = `  ${problems.length === 0 ? '✔' : '✘'} ${grouped(rows)} rows in ${files} ${files === 1 ? 'file' : 'files'}, ${problems.length} damaged or missing\n`
  return `${head}${problems.map(({ path, problem }) => `    ${path}\n      ${problem}\n`).join('')}`
}

/** A gap report in words: the worst holes first. */
export function gapsText(report: GapReport): string {
  const { symbol, series, rows, first, last, gaps, missing, basis } = report
  const holes = gaps.filter(({ type }) => type === 'hole').sort((a, b) => b.missing - a.missing)
  const sparse = missing.sparse === 0 ? '' : `, ${grouped(missing.sparse)} where gaps are the rule`
  const unit = series === 'ticks' ? 'spans of 5 min without a quote' : 'bars missing'
  const head =
    `  ${holes.length === 0 && sparse === '' ? '✔' : '⚠'} ${symbol} ${series}  ${grouped(rows)} rows  ${dayText(first)} → ${dayText(last)}\n` +
    `    ${holes.length} ${holes.length === 1 ? 'hole' : 'holes'} (${grouped(missing.hole)} ${unit}), ${grouped(missing.holiday)} on holidays, ${grouped(missing.quiet)} in quiet minutes${sparse}; by the ${basis}\n`
  const shown = holes.slice(0, MOST_GAPS).map(gapText)
  const more = holes.length > MOST_GAPS ? `    and ${holes.length - MOST_GAPS} smaller ones\n` : ''
  return `${head}${shown.join('')}${more}${outsideText(report)}`
}

/** Rows that the record contradicts: that of another broker, or times of another zone. */
function outsideText({ outsideHours, rows }: GapReport): string {
  return outsideHours === 0
    ? ''
    : `    ⚠ ${grouped(outsideHours)} of ${grouped(rows)} rows lie where the record says closed: another broker's hours, or another zone\n`
}

function gapText({ from, to, missing }: Gap): string {
  return `    ${dayText(from)} → ${dayText(to)}  ${grouped(missing)}\n`
}
