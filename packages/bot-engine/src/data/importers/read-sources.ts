import type { Instrument } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { isParquet, openParquet, readParquetRows } from './parquet-rows.ts'
import type { Quarantine, QuarantineReport } from './quarantine.ts'
import { RawRows, readRows } from './raw-rows.ts'
import { detectPlan, type SourcePlan } from './shapes.ts'
import { readTexts } from './text-source.ts'

/** What reading needs to know. */
export interface ReadOptions {
  readonly instrument: Pick<Instrument, 'digits'>
  readonly priceDivisor?: number
  readonly signal?: AbortSignal
}

/** A file, or one of the files in an archive. */
interface Source {
  readonly name: string
  readonly plan: SourcePlan
  readInto(rows: RawRows): Promise<void>
}

/** Rows of files that are one series. */
export interface SourceRows {
  readonly rows: RawRows
  /** Of the first file. */
  readonly plan: SourcePlan
}

/** Reads files, whose content tells what they are. @throws {@link EngineError} `data-missing`, `data-invalid` */
export async function readSources(
  paths: readonly string[],
  options: ReadOptions,
  quarantine: Quarantine,
): Promise<SourceRows> {
  let read: SourceRows | undefined
  for (const path of paths) {
    options.signal?.throwIfAborted()
    for (const { name, plan, readInto } of await sourcesOf(path, options, quarantine)) {
      read ??= { rows: new RawRows(plan.series), plan }
      if (plan.shape !== read.plan.shape || plan.series !== read.plan.series)
        throw new EngineError(
          'data-invalid',
          `${name} has ${plan.shape} ${plan.series}, the files before it ${read.plan.shape} ${read.plan.series}. Import them one after the other.`,
          { details: { path: name } },
        )
      await readInto(read.rows)
    }
  }
  if (read !== undefined && read.rows.length > 0) return read
  const { report } = quarantine
  const [first] = report.examples
  const where = first === undefined ? '' : `, the first at ${first.file}:${first.line} "${first.text}"`
  // "2000,50" is what programs in many European countries write.
  const isComma = first?.defect === 'not-a-number' && /\d,\d+;/.test(first.text)
  const fix = isComma
    ? 'Write decimals with a point, and a comma between the fields'
    : 'Choose a file with rows'
  throw new EngineError(
    'data-invalid',
    `${paths.join(', ') || 'No file'} has no row to read${badText(report)}${where}. ${fix}.`,
    { details: { paths } },
  )
}

async function sourcesOf(
  path: string,
  { instrument, priceDivisor, signal }: ReadOptions,
  quarantine: Quarantine,
): Promise<readonly Source[]> {
  if (await isParquet(path)) {
    const source = await openParquet(path)
    const readInto = (rows: RawRows) => readParquetRows(source, instrument, rows, quarantine, signal)
    return [{ name: path, plan: source.plan, readInto }]
  }
  const texts = await readTexts(path)
  return texts.map(source => {
    const plan = detectPlan(source, priceDivisor)
    const readInto = (rows: RawRows) => readRows(source, { plan, instrument, signal }, rows, quarantine)
    return { name: source.name, plan, readInto }
  })
}

/** How many rows were left out, by kind; empty where none was. */
export function badText({ byDefect }: QuarantineReport): string {
  const kinds = Object.entries(byDefect).map(([defect, count]) => `${count} ${defect}`)
  return kinds.length === 0 ? '' : ` (${kinds.join(', ')})`
}
