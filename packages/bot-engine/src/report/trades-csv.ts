import { InstantText, MOST_CHARACTERS, putNumber, putText } from './ascii.ts'
import type { RunDocument } from './run-document.ts'
import type { RunTrade, TradeColumns } from './run-trade.ts'
import { type TradeText, tradeText } from './trade-text.ts'

/** The columns of figures, between and behind those of text and time. */
const SIZE = ['lots'] as const
const PRICES = ['entryPrice', 'exitPrice', 'initialStopLoss', 'stopLoss', 'takeProfit'] as const
const RESULTS = [
  'gross',
  'commission',
  'swap',
  'conversionFee',
  'net',
  'r',
  'adverse',
  'favourable',
  'positionId',
  'share',
] as const
const COLUMNS: readonly (keyof RunTrade)[] = [
  'side',
  ...SIZE,
  'openedAt',
  'closedAt',
  ...PRICES,
  'exitReason',
  ...RESULTS,
]
const [COMMA, CLOSE, LINE_END, N] = [44, 93, 10, 110]
/** A number of twelve digits and a point needs no rounding. */
const MOST_UNROUNDED = 13

/** The trades of a run as CSV with a line of titles; times are ISO 8601 in UTC, a figure that is not known is empty. */
export function tradesCsv({ trades }: Pick<RunDocument, 'trades'>): string {
  return new TextDecoder().decode(tradesCsvBytes(trades, tradeText(trades)))
}

/** The same as ASCII, of trades that are written already. */
export function tradesCsvBytes(trades: TradeColumns, text: TradeText): Uint8Array {
  const instants = new InstantText()
  const size = figuresOf(SIZE, trades, text)
  const prices = figuresOf(PRICES, trades, text)
  const results = figuresOf(RESULTS, trades, text)
  const titles = `${COLUMNS.join(',')}\n`
  const into = new Uint8Array(titles.length + mostBytes(trades, text))
  let end = putText(into, 0, titles)
  for (let row = 0; row < trades.net.length; row++) {
    end = putText(into, end, trades.side[row] as string)
    end = putFigures(into, end, text.json, size, row)
    into[end] = COMMA
    end = instants.put(into, end + 1, trades.openedAt[row] as number)
    into[end] = COMMA
    end = instants.put(into, end + 1, trades.closedAt[row] as number)
    end = putFigures(into, end, text.json, prices, row)
    into[end] = COMMA
    end = putText(into, end + 1, trades.exitReason[row] as string)
    end = putFigures(into, end, text.json, results, row)
    into[end++] = LINE_END
  }
  return into.subarray(0, end)
}

/** A column of figures, and where the JSON of the next row stands. */
interface Figures {
  readonly column: readonly (number | null)[]
  next: number
}

/** `undefined` for a column that no trade has. */
function figuresOf(
  names: readonly (keyof RunTrade)[],
  trades: TradeColumns,
  { begins }: TradeText,
): readonly (Figures | undefined)[] {
  return names.map(name => {
    const next = begins.get(name)
    return next === undefined ? undefined : { column: trades[name] as readonly (number | null)[], next }
  })
}

/** No figure is longer than in JSON, where each has its comma too. */
function mostBytes({ net }: TradeColumns, { json }: TradeText): number {
  return json.length + net.length * (2 * MOST_CHARACTERS + COLUMNS.length)
}

/** Writes the next figures of a row, each behind a comma: to copy the bytes that JSON has takes a third of making them. */
function putFigures(
  into: Uint8Array,
  at: number,
  json: Uint8Array,
  figures: readonly (Figures | undefined)[],
  row: number,
): number {
  let end = at
  for (const figure of figures) {
    into[end++] = COMMA
    // A document from elsewhere may have a column that ends before the others.
    if (figure === undefined || row >= figure.column.length) continue
    const begin = end
    let from = figure.next
    for (let byte = json[from] as number; byte !== COMMA && byte !== CLOSE; byte = json[++from] as number)
      into[end++] = byte
    figure.next = from + 1
    if (into[begin] === N) end = begin
    else if (end - begin > MOST_UNROUNDED)
      end = putNumber(into, begin, Number((figure.column[row] as number).toPrecision(12)))
  }
  return end
}
