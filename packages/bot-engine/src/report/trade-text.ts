import type { TradeColumns } from './run-trade.ts'

/** Columns of trades as the JSON of them, and where in it each begins: a table copies the numbers from there. */
export interface TradeText {
  /** What `JSON.stringify` makes of the columns, as UTF-8. */
  readonly json: Uint8Array
  /** By name: where the first cell of a column stands. A comma follows each, a bracket the last. */
  readonly begins: ReadonlyMap<string, number>
}

/** Of a strategy without stops; with them it is 170. */
const TYPICAL_BYTES_A_TRADE = 130

/** Writes columns of trades. */
export function tradeText(trades: TradeColumns): TradeText {
  const encoder = new TextEncoder()
  const begins = new Map<string, number>()
  let into = new Uint8Array(trades.net.length * TYPICAL_BYTES_A_TRADE)
  let end = 0
  const put = (text: string) => {
    // UTF-8 has three bytes at most for a unit of a string. Memory that nothing was written to costs nothing.
    into = withRoom(into, end, 3 * text.length)
    end += encoder.encodeInto(text, into.subarray(end)).written
  }
  for (const [name, column] of Object.entries(trades)) {
    if (column === undefined) continue
    put(`${end === 0 ? '{' : ','}${JSON.stringify(name)}:`)
    begins.set(name, end + 1)
    put(JSON.stringify(column))
  }
  put('}')
  return { json: into.subarray(0, end), begins }
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, end: number, wanted: number): Uint8Array<ArrayBuffer> {
  if (end + wanted <= bytes.length) return bytes
  const larger = new Uint8Array(Math.max(bytes.length * 2, end + wanted))
  larger.set(bytes.subarray(0, end))
  return larger
}
