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
  await folder.locked(async renew => {
    const there = new Set(folder.names())
    for (const { name, part } of partsOf(rows, series)) {
      const held = there.has(name) ? folder.open(name) : undefined
      const merged = held === undefined ? undefined : mergeRows(decodeAll(held), part)
      report.added += merged?.added ?? part.length
      report.duplicates += merged?.duplicates ?? 0
      report.replaced += merged?.replaced ?? 0
      report.files += 1
      const facts = { symbol, series, digits: Math.max(digits, held?.head.digits ?? 0) }
      await folder.write(name, encodeColumnFile(merged ?? part, facts))
      await renew()
    }
    await folder.writeManifest(manifestOf(folder, options))
  })
  return report
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
