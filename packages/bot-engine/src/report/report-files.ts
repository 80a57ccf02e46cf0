import { pageAround, withoutMarkup } from './html.ts'
import type { RunDocument } from './run-document.ts'
import { tradeText } from './trade-text.ts'
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
 * They hold what {@link reportHtml}, `JSON.stringify` with a line end, and {@link tradesCsv} make; the numbers of the
 * trades, fifteen of each, are written once for all three.
 */
export function reportFiles(document: RunDocument): readonly ReportFile[] {
  const { trades } = document
  const text = tradeText(trades)
  const [head, tail] = aroundTrades(document)
  const [before, behind] = pageAround(document)
  const encoder = new TextEncoder()
  const around = (first: string, last: string) => [encoder.encode(first), text.json, encoder.encode(last)]
  return [
    { name: 'index.html', pieces: around(before + withoutMarkup(head), withoutMarkup(tail) + behind) },
    { name: 'result.json', pieces: around(head, `${tail}\n`) },
    { name: 'trades.csv', pieces: [tradesCsvBytes(trades, text)] },
  ]
}

/** The JSON of a document, cut where that of its trades stands. */
function aroundTrades(document: RunDocument): readonly [head: string, tail: string] {
  const fields = Object.entries(document)
  const place = fields.findIndex(([name]) => name === 'trades')
  const [first, last] = [fields.slice(0, place), fields.slice(place + 1)].map(part =>
    JSON.stringify(Object.fromEntries(part)),
  ) as [string, string]
  return [
    `${first.slice(0, -1)}${first === '{}' ? '' : ','}"trades":`,
    last === '{}' ? '}' : `,${last.slice(1)}`,
  ]
}
