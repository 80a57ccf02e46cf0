import { pageAround, withoutMarkup } from './html.ts'
import type { RunDocument } from './run-document.ts'
import { tradesCsvBytes } from './trades-csv.ts'

/** A file of a report. */
export interface ReportFile {
  readonly name: 'index.html' | 'result.json' | 'trades.csv'
  /** UTF-8, to be written one after the other. Not to be changed: files share some. */
  readonly pieces: readonly Uint8Array[]
}

/**
 * The files of a report: its page, its document, its table of trades.
 *
 * They hold what {@link reportHtml}, `JSON.stringify` with a line end, and {@link tradesCsv} make; the document, which
 * has 250 bytes a trade, is made once for both files that hold it.
 */
export function reportFiles(document: RunDocument): readonly ReportFile[] {
  const encoder = new TextEncoder()
  const json = JSON.stringify(document)
  const data = encoder.encode(json)
  const inert = withoutMarkup(json)
  const [before, behind] = pageAround(document)
  const page = [encoder.encode(before), inert === json ? data : encoder.encode(inert), encoder.encode(behind)]
  return [
    { name: 'index.html', pieces: page },
    { name: 'result.json', pieces: [data, encoder.encode('\n')] },
    { name: 'trades.csv', pieces: tradesCsvBytes(document) },
  ]
}
