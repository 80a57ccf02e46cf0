import type { SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { TickColumns } from './columns.ts'

/** Symbols that can be merged. */
export const MAX_MERGED_SYMBOLS = 255

/**
 * Quotes of one or several symbols in the one order that a backtest and a replay share: by time, then symbol id, then
 * row.
 */
export interface MergedTicks {
  readonly length: number
  /** Milliseconds since 1970-01-01 UTC, whole, never falling. */
  readonly at: Float64Array
  /** Price × 100000, whole. */
  readonly bid: Float64Array
  /** Price × 100000, whole. */
  readonly ask: Float64Array
  /** Ascending. */
  readonly symbolIds: readonly SymbolId[]
  /** Place of each row's symbol in `symbolIds`; absent when there is one symbol. */
  readonly symbols?: Uint8Array
}

/**
 * Merges quotes of several symbols; columns of one symbol are taken as they are, without a copy.
 *
 * @param columns - One of each symbol, each in time order.
 * @throws {@link EngineError} `invalid-options` when there are none, more than 255, or two of one
 *   symbol
 */
export function mergeTicks(columns: readonly TickColumns[]): MergedTicks {
  const sorted = [...columns].sort((a, b) => a.symbolId - b.symbolId)
  const symbolIds = sorted.map(({ symbolId }) => symbolId)
  const [first] = sorted
  if (first === undefined || sorted.length > MAX_MERGED_SYMBOLS || new Set(symbolIds).size < sorted.length)
    throw new EngineError(
      'invalid-options',
      `Quotes of the symbols ${symbolIds.join(', ') || '(none)'} were passed. Pass 1 to ${MAX_MERGED_SYMBOLS} columns, one of each symbol.`,
      { details: { symbolIds } },
    )
  if (sorted.length === 1) {
    const { length, at, bid, ask } = first
    return { length, at, bid, ask, symbolIds }
  }
  return { ...merged(sorted), symbolIds }
}

/** The symbol of a row. */
export function symbolOfRow({ symbolIds, symbols }: MergedTicks, row: number): SymbolId {
  return symbolIds[symbols === undefined ? 0 : (symbols[row] as number)] as SymbolId
}

/** Row of the last quote of a symbol before a row; −1 when there is none. */
export function rowBefore({ symbolIds, symbols }: MergedTicks, symbolId: SymbolId, row: number): number {
  const symbol = symbolIds.indexOf(symbolId)
  if (symbol < 0) return -1
  return symbols === undefined ? row - 1 : row === 0 ? -1 : symbols.lastIndexOf(symbol, row - 1)
}

function merged(sorted: readonly TickColumns[]): Omit<MergedTicks, 'symbolIds'> {
  const length = sorted.reduce((sum, columns) => sum + columns.length, 0)
  const at = new Float64Array(length)
  const bid = new Float64Array(length)
  const ask = new Float64Array(length)
  const symbols = new Uint8Array(length)
  const next = sorted.map(() => 0)
  for (let row = 0; row < length; row++) {
    const symbol = earliest(sorted, next)
    const columns = sorted[symbol] as TickColumns
    const from = next[symbol] as number
    at[row] = columns.at[from] as number
    bid[row] = columns.bid[from] as number
    ask[row] = columns.ask[from] as number
    symbols[row] = symbol
    next[symbol] = from + 1
  }
  return { length, at, bid, ask, symbols }
}

/** The columns whose next row comes first; of equal times those of the lowest symbol id. */
function earliest(sorted: readonly TickColumns[], next: readonly number[]): number {
  let found = -1
  let soonest = Number.POSITIVE_INFINITY
  for (let symbol = 0; symbol < sorted.length; symbol++) {
    const { at, length } = sorted[symbol] as TickColumns
    const row = next[symbol] as number
    if (row >= length) continue
    const time = at[row] as number
    if (found >= 0 && !(time < soonest)) continue
    found = symbol
    soonest = time
  }
  return found
}
