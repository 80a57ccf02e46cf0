import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import {
  type DataStore,
  type InstrumentTerms,
  type InstrumentWrite,
  type InstrumentWriteReport,
  parseInstrument,
} from '@openclaw-trading/bot-engine/data'
import type { Commission, LeverageTier } from '@openclaw-trading/trading-model'
import type { Command } from 'commander'
import type { PlannedChange } from '../../dry-run.ts'
import { CliError } from '../../errors.ts'
import { currenciesOf, knownInstrument, knownNames } from '../../project/instruments.ts'
import { tiersText } from '../../project/leverage.ts'

/** Which record a symbol shall have. */
export interface RecordOptions {
  /** A JSON file. */
  readonly instrument?: string
  /** A symbol that trades alike. */
  readonly like?: string
}

/** Adds the options of {@link RecordOptions}. */
export function addRecordOptions(command: Command): Command {
  return command
    .option('--instrument <file>', 'its digits, sizes, costs and hours: JSON (see claw data instrument)')
    .option('--like <symbol>', 'take the record of this symbol, e.g. XAUUSD')
}

/** The fields of a record as one file of JSON. */
export function plainRecord({ instrument, leverageTiers }: InstrumentTerms): object {
  return { ...instrument, ...(leverageTiers !== undefined && { leverageTiers }) }
}

/** The record that was asked for; `undefined`: none was. @throws {@link CliError} `usage`, `data-missing` */
export async function askedRecord(
  symbol: string,
  { instrument: file, like }: RecordOptions,
  store: DataStore,
  cwd: string,
): Promise<InstrumentWrite | undefined> {
  if (file !== undefined && like !== undefined)
    throw new CliError('usage', 'A symbol has one record. State --instrument FILE or --like SYMBOL.')
  if (file !== undefined) return recordOfFile(symbol, file, cwd)
  return like === undefined ? undefined : recordLike(symbol, like, store)
}

async function recordOfFile(symbol: string, file: string, cwd: string): Promise<InstrumentWrite> {
  let text: string
  try {
    text = await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    throw new CliError('data-missing', `${file} cannot be read. Check the path after --instrument.`, {
      cause,
    })
  }
  const terms = parseInstrument(text, file)
  const { instrument } = terms
  if (instrument.name === symbol) return { ...terms, source: basename(file) }
  throw new CliError(
    'usage',
    `${file} is the record of ${instrument.name}, and ${symbol} was asked for. Correct its name, or the symbol.`,
  )
}

function recordLike(symbol: string, like: string, store: DataStore): InstrumentWrite {
  const known = knownInstrument(like, store)
  if (known === undefined)
    throw new CliError(
      'data-missing',
      `There is no record of ${like} either. There are those of ${knownNames(store).join(', ')}.`,
    )
  const [base, quote] = currenciesOf(symbol) ?? [known.instrument.base, known.instrument.quote]
  // Digits, pip and costs of another currency would be wrong by two powers of ten without a word.
  if (quote !== known.instrument.quote)
    throw new CliError(
      'usage',
      `${symbol} is quoted in ${quote} and ${like} in ${known.instrument.quote}: they do not trade alike. ` +
        `Write a record: claw data instrument ${symbol} --template > record.json, fill it in, and state --instrument record.json.`,
    )
  const { origin: _, instrument, ...terms } = known
  return { ...terms, instrument: { ...instrument, name: symbol, base, quote }, source: `like ${like}` }
}

/** What became of a record, in words: nothing where it is as it was. */
export function writtenText(symbol: string, { outcome, changes }: InstrumentWriteReport): string {
  if (outcome === 'same') return ''
  if (outcome === 'new') return `  ✔ record of ${symbol} stored: digits, sizes, costs and hours\n`
  if (outcome === 'mended') return `  ⚠ the record of ${symbol} could not be read and was stored anew\n`
  const lines = changes.map(
    ({ field, before, after }) =>
      `      ${field}: ${valueText(field, before)} → ${valueText(field, after)}\n`,
  )
  return `  ⚠ the record of ${symbol} has changed\n${lines.join('')}`
}

/** What storing a record would change. */
export async function plannedRecord(asked: InstrumentWrite, store: DataStore): Promise<PlannedChange> {
  const { outcome, changes, path } = await store.writeInstrument({ ...asked, dryRun: true })
  const { name } = asked.instrument
  const fields = changes.map(
    ({ field, before, after }) => `${field} ${valueText(field, before)} → ${valueText(field, after)}`,
  )
  const what = {
    new: `the record of ${name}, which has none`,
    same: `the record of ${name}, which would stay as it is`,
    mended: `the record of ${name}, in the place of one that cannot be read`,
    changed: `the record of ${name}: ${fields.join(', ')}`,
  }[outcome]
  return { does: outcome === 'new' ? 'write' : 'write over', what, path }
}

function valueText(field: string, value: unknown): string {
  if (value === undefined) return 'not stated'
  if (field === 'leverageTiers') return tiersText(value as readonly LeverageTier[])
  return Array.isArray(value) ? `${value.length} entries` : String(value)
}

/** The facts of a record that one looks for first. */
export function factsText({ instrument, leverageTiers }: InstrumentTerms): string {
  const { digits, lotSize, base, quote, costs, ...rest } = instrument
  const { swap } = costs
  const swapText = swap === undefined ? 'no swap' : `swap ${swap.long} / ${swap.short} ${swap.unit}`
  return `${digits} digits · pip ${10 ** -rest.pipPosition} ${quote} · lot ${lotSize} ${base} · ${commissionText(costs.commission, quote)} · ${swapText}${leverageTiers === undefined ? '' : ` · leverage ${tiersText(leverageTiers)}`}`
}

function commissionText(commission: Commission, quote: string): string {
  if (commission.type === 'none') return 'no commission'
  const units = {
    'usd-per-million': 'USD per million USD',
    'usd-per-lot': 'USD per lot',
    'percent-of-value': '% of the value',
    'quote-per-lot': `${quote} per lot`,
  }
  return `commission ${commission.rate} ${units[commission.type]} and side`
}
