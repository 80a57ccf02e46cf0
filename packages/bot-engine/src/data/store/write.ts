import { decodeAll, encodeColumnFile } from './column-file.ts'
import type { StoreWrite, StoreWriteReport } from './data-store.ts'
import { type DataSource, type Manifest, SeriesFolder } from './folder.ts'
import { mergeRows } from './merge.ts'
import {
  checkRows,
  chunkOf,
  chunkSpan,
  rowsOf,
  type SeriesRows,
  seriesOf,
  type StoreSeries,
} from './series.ts'

/** Adds rows to a series. @throws {@link EngineError} `data-invalid`, `data-out-of-order`, `data-busy`, `not-writable` */
export async function writeSeries(root: string, options: StoreWrite): Promise<StoreWriteReport> {
  const { symbol, data, digits } = options
  const series = seriesOf(data)
  const folder = new SeriesFolder(root, symbol, series)
  const rows = rowsOf(data)
  checkRows(rows, series, `The rows of ${symbol} ${series} to store`)
  const report = { added: 0, duplicates: 0, replaced: 0, files: 0 }
  if (rows.length === 0) return report
  if (options.dryRun === true) {
    for (const merged of mergedParts(folder, rows)) count(report, merged)
    return report
  }
  await folder.locked(async renew => {
    for (const merged of mergedParts(folder, rows)) {
      count(report, merged)
      const facts = { symbol, series, digits: Math.max(digits, merged.digits) }
      await folder.write(merged.name, encodeColumnFile(merged.rows, facts))
      await renew()
    }
    await folder.writeManifest(manifestOf(folder, options))
  })
  return report
}

/** A file as it shall be, with what became of the new rows. */
interface MergedPart extends Omit<StoreWriteReport, 'files'> {
  readonly name: string
  readonly rows: SeriesRows
  /** Of the file that was there, else 0. */
  readonly digits: number
}

function* mergedParts(folder: SeriesFolder, rows: SeriesRows): Generator<MergedPart> {
  const there = new Set(folder.names())
  for (const { name, part } of partsOf(rows, folder.series)) {
    const held = there.has(name) ? folder.open(name) : undefined
    if (held === undefined)
      yield { name, rows: part, digits: 0, added: part.length, duplicates: 0, replaced: 0 }
    else {
      const merged = mergeRows(decodeAll(held), part)
      const { added, duplicates, replaced } = merged
      yield { name, rows: merged, digits: held.head.digits, added, duplicates, replaced }
    }
  }
}

function count(report: Record<keyof StoreWriteReport, number>, part: MergedPart): void {
  report.added += part.added
  report.duplicates += part.duplicates
  report.replaced += part.replaced
  report.files += 1
}

/** Rows cut at the bounds of the files. */
function* partsOf(rows: SeriesRows, series: StoreSeries): Generator<{ name: string; part: SeriesRows }> {
  const [times] = rows.columns as [Float64Array]
  for (let from = 0; from < rows.length; ) {
    const name = chunkOf(times[from] as number, series)
    const end = chunkSpan(name, series)?.to ?? Number.POSITIVE_INFINITY
    let to = from + 1
    while (to < rows.length && (times[to] as number) < end) to += 1
    yield {
      name,
      part: { length: to - from, columns: rows.columns.map(column => column.subarray(from, to)) },
    }
    from = to
  }
}

function manifestOf(folder: SeriesFolder, { source, timeZone, licence, digits }: StoreWrite): Manifest {
  const old = folder.manifest()
  const added: DataSource = {
    source: source ?? 'not told',
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(licence === undefined ? {} : { licence }),
  }
  const sources = (old?.sources ?? []).filter(one => JSON.stringify(one) !== JSON.stringify(added))
  return {
    schema: 'claw.data/1',
    symbol: folder.symbol,
    series: folder.series,
    digits: Math.max(digits, old?.digits ?? 0),
    sources: [...sources, added],
    // A file that got lost stays missed until its span is written again.
    files: [...new Set([...(old?.files ?? []), ...folder.names()])].sort(),
  }
}
