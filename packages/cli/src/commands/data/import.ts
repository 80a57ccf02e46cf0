import { basename, resolve } from 'node:path'
import {
  type GapReport,
  type ImportedData,
  importFiles,
  isEngineError,
  type StoreWriteReport,
  type TimePreview,
} from '@openclaw-trading/bot-engine/data'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { type Instrument, symbolId, type Timeframe } from '@openclaw-trading/trading-model'
import { type Command, InvalidArgumentError } from 'commander'
import type { CommandContext, Register } from '../../command.ts'
import { type Plan, planned } from '../../dry-run.ts'
import { endedBy } from '../../interrupt.ts'
import { wholeNumber } from '../../option-values.ts'
import type { Warning } from '../../output.ts'
import { quoted } from '../../quoted.ts'
import { importNotes, spikeNotes } from '../../project/data-file.ts'
import { fileSymbolNotes } from '../../project/file-symbol.ts'
import { knownInstrument, noRecord } from '../../project/instruments.ts'
import { sparseNotes } from '../../project/gap-notes.ts'
import { nextBacktest } from '../../project/strategy-files.ts'
import { readTimeframe } from '../../research/options.ts'
import { dayText } from '../../span.ts'
import { step } from '../../step.ts'
import { addStoreOptions, printResult, type StoreOptions, storeOf } from './series-options.ts'
import {
  addRecordOptions,
  askedRecord,
  plannedRecord,
  type RecordOptions,
  writtenText,
} from './record-options.ts'
import { gapsText } from './verify.ts'

/** What `claw data import` was asked. */
interface ImportArguments extends StoreOptions, RecordOptions {
  readonly files: readonly string[]
  readonly symbol: string
  readonly tz?: string
  readonly trustTz: boolean
  readonly timeframe?: Timeframe
  readonly priceDivisor?: number
  readonly mostBad?: number
  readonly source?: string
  readonly licence?: string
}

/** The store keeps what a file has; no price has more digits than this. */
const MOST_DIGITS = 5

/** Adds `claw data import`. */
export const addImport: Register = (data, done) => {
  const command: Command = data
    .command('import')
    .argument(
      '<file...>',
      'exports of MetaTrader 4 or 5, HistData, Dukascopy, Lean, timestamp_ms,…, or Parquet',
    )
    .description('Imports files of bars or quotes; several are one series, of one timeframe.')
    .requiredOption('--symbol <name>', 'what it is, e.g. XAUUSD')
    .option('--tz <zone>', 'zone of its times: Europe/Athens, UTC+2, America/New_York+7 (default: detected)')
    .option('--trust-tz', 'take --tz although the times contradict it', false)
    .option('--tf, --timeframe <name>', 'refuse bars of any other', readTimeframe)
    .option(
      '--price-divisor <n>',
      "of Lean's prices: 10000 for equities, 1 for others",
      wholeNumber(1, 1_000_000),
    )
    .option('--most-bad <percent>', 'refuse a file with more bad rows (default 1)', percent)
    .option('--source <text>', 'kept with the data (default: the name of the file)')
    .option('--licence <text>', 'kept with the data')
  addStoreOptions(addRecordOptions(command)).action(
    (files: readonly string[], options: Omit<ImportArguments, 'files'>) => {
      const chosen: ImportArguments = { ...options, files }
      done({
        command: 'data import',
        options: chosen,
        json: options.json,
        dryRun: planned('data import', options.json, context => planImport(chosen, context)),
        run: context => importData(chosen, context),
      })
    },
  )
}

async function importData(options: ImportArguments, context: CommandContext): Promise<number> {
  const startedAt = performance.now()
  const { symbol } = options
  const { store, asked, instrument, imported } = await toImport(options, context)
  const record = asked === undefined ? undefined : await store.writeInstrument(asked)
  const { data, timeZone, preview } = imported
  const written = await step(
    context.terminal,
    'write',
    () => store.write(rowsToWrite(options, imported)),
    ({ added, files }) => `${grouped(added)} new rows in ${files} files · ${store.folder}`,
  )
  const series = data.type === 'ticks' ? 'ticks' : data.timeframe
  const gaps = await store.gaps({ symbol, series, instrument })
  const { data: _columns, ...facts } = imported
  const next = await nextBacktest(symbol, context.terminal)
  const warnings = [
    ...options.files.flatMap(file => fileSymbolNotes(file, instrument)),
    ...warningsOf(imported, gaps, instrument),
  ]
  if (!options.json) for (const { message } of warnings) context.terminal.err(`  ⚠ ${message}\n`)
  printResult(
    {
      schema: 'claw.data-import/1',
      data: { symbol, series, rows: data.length, ...facts, written, gaps, record },
      text: `${importText(imported, written)}${record === undefined ? '' : writtenText(symbol, record)}${previewText(timeZone, preview)}${gapsText(gaps)}  Next: ${next}\n`,
      warnings,
    },
    options,
    context,
    startedAt,
  )
  return 0
}

/** What it would store; the files are read and judged as they are for that. */
async function planImport(options: ImportArguments, context: CommandContext): Promise<Plan> {
  const { symbol } = options
  const { store, asked, instrument, imported } = await toImport(options, context)
  const { data, timeZone, preview } = imported
  const written = await store.write({ ...rowsToWrite(options, imported), dryRun: true })
  const series = data.type === 'ticks' ? 'ticks' : data.timeframe
  if (!options.json)
    context.terminal.err(`${importText(imported, written, '·')}${previewText(timeZone, preview)}`)
  return {
    changes: [
      {
        does: 'write',
        what: `${grouped(written.added)} new rows of ${symbol} ${series}, and ${grouped(written.replaced)} in the place of others, into ${store.folder}`,
        path: store.folder,
      },
      ...(asked === undefined ? [] : [await plannedRecord(asked, store)]),
    ],
    warnings: [
      ...options.files.flatMap(file => fileSymbolNotes(file, instrument)),
      ...fileWarnings(imported, instrument),
    ],
  }
}

/** The rows of the files, and the record that they are judged by. @throws {@link CliError} `data-missing` without one */
async function toImport(options: ImportArguments, context: CommandContext) {
  const { symbol, files } = options
  const store = await storeOf(options, context)
  const asked = await askedRecord(symbol, options, store, context.terminal.cwd)
  const known = asked ?? knownInstrument(symbol, store)
  if (known === undefined)
    throw noRecord(symbol, store, `claw data import ${files.map(quoted).join(' ')} --symbol ${symbol} `)
  const { instrument } = known
  const imported = await step(
    context.terminal,
    'read',
    () => readFiles(options, instrument, context),
    ({ data, rowsRead }) => `${grouped(data.length)} rows of ${grouped(rowsRead)} in ${files.join(', ')}`,
  )
  return { store, asked, instrument, imported }
}

function rowsToWrite(
  { symbol, source, licence, files }: ImportArguments,
  { data, decimals, timeZone }: ImportedData,
) {
  return {
    symbol,
    data,
    digits: Math.min(MOST_DIGITS, decimals),
    timeZone,
    source: source ?? files.map(file => basename(file)).join(', '),
    ...(licence === undefined ? {} : { licence }),
  }
}

function warningsOf(imported: ImportedData, gaps: GapReport, instrument: Instrument): readonly Warning[] {
  const { outsideHours, rows } = gaps
  const outside = {
    code: 'outside-hours',
    message: `${outsideHours} of ${rows} rows lie within an hour of the hours at which the record of ${instrument.name} says open, but outside them; orders are refused there. State --tz, or the record that belongs to the data.`,
  }
  return [...fileWarnings(imported, instrument), ...sparseNotes(gaps), ...(outsideHours > 0 ? [outside] : [])]
}

/** What can be said of the rows before they are stored. */
function fileWarnings(imported: ImportedData, instrument: Instrument): readonly Warning[] {
  const { name, digits } = instrument
  const { decimals } = imported
  const differ = {
    code: 'digits-differ',
    message: `Prices of the file have ${decimals} digits and the record of ${name} has ${digits}: a run rounds them. Correct the record if that is not what you want.`,
  }
  return [
    ...importNotes(imported),
    ...spikeNotes(imported.data, { ...instrument, digits: MOST_DIGITS }),
    ...(decimals > digits ? [differ] : []),
  ]
}

async function readFiles(
  options: ImportArguments,
  { name, digits, hours }: Instrument,
  { terminal, interrupt }: CommandContext,
): Promise<ImportedData> {
  const { tz, timeframe, priceDivisor, mostBad } = options
  try {
    return await importFiles(
      options.files.map(file => resolve(terminal.cwd, file)),
      {
        instrument: { id: symbolId(1), name, digits: MOST_DIGITS, hours },
        recordDigits: digits,
        signal: interrupt.signal,
        trustTimeZone: options.trustTz,
        ...(tz === undefined ? {} : { timeZone: tz }),
        ...(timeframe === undefined ? {} : { timeframe }),
        ...(priceDivisor === undefined ? {} : { priceDivisor }),
        ...(mostBad === undefined ? {} : { mostBadPercent: mostBad }),
      },
    )
  } catch (error) {
    if (error === interrupt.signal.reason)
      terminal.err(
        `  ✘ Ended by ${endedBy(interrupt.signal)} while the files were read: nothing was stored.\n`,
      )
    if (isEngineError(error, 'data-zone-unclear')) {
      const { suggested, preview } = error.details as {
        readonly suggested?: string
        readonly preview?: readonly TimePreview[]
      }
      if (suggested !== undefined && preview !== undefined) terminal.err(previewText(suggested, preview))
    }
    throw error
  }
}

function importText(
  { data, shape, timeZone, zoneBasis, zoneEvidence, rowsRead, sorted, quarantine }: ImportedData,
  { added, duplicates, replaced }: Omit<StoreWriteReport, 'files'>,
  mark: '✔' | '·' = '✔',
): string {
  const what = data.type === 'ticks' ? 'quotes' : `${data.timeframe} bars`
  const times = data.type === 'ticks' ? data.at : data.openedAt
  const left = Object.entries(quarantine.byDefect).map(([defect, count]) => `${grouped(count)} ${defect}`)
  const examples = quarantine.examples
    .slice(0, 3)
    .map(({ file, line, defect, text }) => `      ${basename(file)}:${line} ${defect}: ${text}\n`)
  return (
    `  ${mark} ${grouped(data.length)} ${what} of ${grouped(rowsRead)} rows (${shape})  ${dayText(times[0] ?? 0)} → ${dayText(times[data.length - 1] ?? 0)}\n` +
    `    time zone ${timeZone}, ${zoneBasis}: ${zoneEvidence}\n` +
    `    ${grouped(added)} new, ${grouped(duplicates)} there already, ${grouped(replaced)} replaced${sorted > 0 ? `; ${grouped(sorted)} were out of order` : ''}\n` +
    (left.length === 0 ? '' : `    left out: ${left.join(', ')}\n${examples.join('')}`)
  )
}

function previewText(zone: string, preview: readonly TimePreview[]): string {
  const lines = preview.map(({ before, after }) => `    ${before}  →  ${after.replace('.000Z', 'Z')}\n`)
  return `    first times, as in the file and in UTC (${zone}):\n${lines.join('').replaceAll('    ', '      ')}`
}

function percent(text: string): number {
  const value = Number(text.replace(/%$/, ''))
  if (Number.isFinite(value) && value >= 0 && value <= 100) return value
  throw new InvalidArgumentError('It must be 0 to 100 percent.')
}
