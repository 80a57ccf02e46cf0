import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Instrument, LeverageTier } from '@openclaw-trading/trading-model'
import type { z } from 'zod'
import { EngineError, isEngineError } from '../../errors.ts'
import type { AccountRules } from '../../ports/account-rules.ts'
import { codeOf, unreadable, unwritable, writeDurably } from './durable-file.ts'
import { encodeSymbol } from './folder.ts'
import { plainRecordSchema, recordSchema } from './instrument-schema.ts'

/** What is recorded of a symbol. */
export interface InstrumentTerms {
  readonly instrument: Instrument
  /** Leverage by exposure in US dollars: the tiers of `instrument.leverageId`. Absent: the leverage of the account alone. */
  readonly leverageTiers?: readonly LeverageTier[]
}

/** What a symbol costs, its digits, sizes, hours and leverage, and who said so. */
export interface InstrumentRecord extends InstrumentTerms {
  /** A broker, or a file's name. */
  readonly source: string
  /** When the source said so: ISO 8601, UTC. */
  readonly recordedAt: string
}

/** What to write; the name of the instrument is the symbol in the store. */
export interface InstrumentWrite extends InstrumentTerms {
  readonly source: string
  /** Milliseconds since 1970-01-01 UTC. Default: now. */
  readonly recordedAt?: number
  /** Writes nothing: the report says what would come of it. Default `false`. */
  readonly dryRun?: boolean
}

/** A field of a record that is not what it was. */
export interface InstrumentChange {
  /** E.g. `costs.commission.rate`. */
  readonly field: string
  /** Absent: it was not stated. */
  readonly before?: unknown
  /** Absent: it is no longer stated. */
  readonly after?: unknown
}

/** What a write did. */
export interface InstrumentWriteReport {
  readonly path: string
  /** `mended`: the record before could not be read, so what differs is not known. */
  readonly outcome: 'new' | 'same' | 'changed' | 'mended'
  /** Of the record before; empty unless `changed`. */
  readonly changes: readonly InstrumentChange[]
}

const FILE = 'instrument.json'

/** Where the record of a symbol lies. */
export function instrumentFile(root: string, symbol: string): string {
  return join(root, encodeSymbol(symbol), FILE)
}

/** The record of a symbol, if there is one. @throws {@link EngineError} `data-invalid`, `data-missing` with the path */
export function readInstrumentRecord(root: string, symbol: string): InstrumentRecord | undefined {
  const path = instrumentFile(root, symbol)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined
    throw unreadable(path, cause)
  }
  const { schema: _, ...record } = parsed(recordSchema(), text, path)
  const { instrument } = record
  if (instrument.name === symbol) return record
  throw new EngineError(
    'data-invalid',
    `${path} is the record of ${instrument.name} and lies where that of ${symbol} belongs. Move it back, or delete it and store the record again: claw data instrument ${symbol} --help.`,
    { details: { path } },
  )
}

/**
 * Reads what is recorded of a symbol from JSON: plain, the fields of the instrument with `leverageTiers` beside them, or
 * a record as a store keeps it.
 *
 * @param name Of the file, for the message.
 * @throws {@link EngineError} `data-invalid` with every field that is missing, unknown or outside its range
 */
export function parseInstrument(text: string, name: string): InstrumentTerms {
  if (!/"schema"\s*:\s*"claw\.instrument\//.test(text)) return parsed(plainRecordSchema(), text, name)
  const { instrument, leverageTiers } = parsed(recordSchema(), text, name)
  return { instrument, ...(leverageTiers !== undefined && { leverageTiers }) }
}

/** The leverage tiers of some symbols as an account has them: `account: { …, leverageTiers: leverageTiersOf([record]) }`. */
export function leverageTiersOf(
  terms: readonly InstrumentTerms[],
): NonNullable<AccountRules['leverageTiers']> {
  const byId = new Map(
    terms.flatMap(({ instrument: { leverageId }, leverageTiers }) =>
      leverageId === undefined || leverageTiers === undefined ? [] : [[leverageId, leverageTiers] as const],
    ),
  )
  return [...byId].map(([id, tiers]) => ({ id, tiers }))
}

/** Stores a record. @throws {@link EngineError} `invalid-options` of one that no reader would take; `not-writable` */
export async function writeInstrumentRecord(
  root: string,
  { instrument, leverageTiers, source, recordedAt = Date.now(), dryRun = false }: InstrumentWrite,
): Promise<InstrumentWriteReport> {
  const path = instrumentFile(root, instrument.name)
  const record = {
    schema: 'claw.instrument/1',
    source,
    recordedAt: new Date(recordedAt).toISOString(),
    instrument,
    ...(leverageTiers !== undefined && { leverageTiers }),
  }
  const text = `${JSON.stringify(record, undefined, 2)}\n`
  const checked = recordSchema().safeParse(JSON.parse(text))
  if (!checked.success)
    throw new EngineError(
      'invalid-options',
      `The record of ${instrument.name} from ${source} cannot be stored:${problemsOf(checked.error)}\nCorrect it and store it again.`,
      { details: { symbol: instrument.name } },
    )
  const before = held(root, instrument.name)
  if (!dryRun) await writeText(path, text)
  if (before === 'damaged') return { path, outcome: 'mended', changes: [] }
  if (before === undefined) return { path, outcome: 'new', changes: [] }
  const changes = instrumentChanges(before, checked.data)
  return { path, outcome: changes.length === 0 ? 'same' : 'changed', changes }
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw unwritable(path, cause)
  })
  // Downloads of two timeframes at once write the same record.
  await writeDurably(path, Buffer.from(text), `${path}.${crypto.randomUUID()}.writing`)
}

/** Fields in which two records differ, by name. Lists (sessions, holidays, tiers) are compared as a whole. */
export function instrumentChanges(
  before: InstrumentTerms,
  after: InstrumentTerms,
): readonly InstrumentChange[] {
  const [old, now] = [before, after].map(({ instrument, leverageTiers }) =>
    fieldsOf({ ...instrument, ...(leverageTiers !== undefined && { leverageTiers }) }),
  ) as [Map<string, unknown>, Map<string, unknown>]
  const fields = [...new Set([...old.keys(), ...now.keys()])].sort()
  return fields.flatMap(field => {
    const [was, is] = [old.get(field), now.get(field)]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    return [
      { field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ]
  })
}

function held(root: string, symbol: string): InstrumentRecord | 'damaged' | undefined {
  try {
    return readInstrumentRecord(root, symbol)
  } catch (error) {
    if (isEngineError(error, 'data-invalid')) return 'damaged'
    throw error
  }
}

function fieldsOf(value: object, prefix = ''): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  for (const [name, part] of Object.entries(value)) {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) fields.set(prefix + name, part)
    else for (const [inner, leaf] of fieldsOf(part, `${prefix}${name}.`)) fields.set(inner, leaf)
  }
  return fields
}

function parsed<Output>(schema: z.ZodType<Output>, text: string, path: string): Output {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EngineError(
      'data-invalid',
      `${path} is no JSON (${cause instanceof Error ? cause.message : String(cause)}). Correct it, or store the record again.`,
      { cause, details: { path } },
    )
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new EngineError(
    'data-invalid',
    `${path} is no record of an instrument:${problemsOf(result.error)}\nCorrect it, or store the record again. A field that is unknown is misspelt, or of a newer version.`,
    { details: { path } },
  )
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `\n  - ${path.join('.') || 'the file'}: ${message}`).join('')
}
