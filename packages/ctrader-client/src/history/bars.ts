import type { Bar, SymbolId, Timeframe } from '@openclaw-trading/trading-model'
import { decodeTrendbar, encodeTimeframe } from '../decode/trendbar.ts'
import { invalid } from '../encode/invalid.ts'
import type { CallOptions } from '../options.ts'
import type { Requester } from '../session/requests.ts'
import { checkRange, LATEST_MS, type TimeRange, windowsOf } from './range.ts'

/** Bars asked for in one request; the server is known to honour 5000. */
const BARS_PER_REQUEST = 5000
const MINUTE_MS = 60_000

// Longest span of one request; wider ones are refused (INCORRECT_BOUNDARIES) or cut without a word.
const M1_TO_M5_MS = 302_400_000
const M10_TO_H1_MS = 21_168_000_000
const H4_TO_D1_MS = 31_622_400_000
const W1_TO_MN1_MS = 158_112_000_000

function longestSpanMs(timeframe: Timeframe): number {
  switch (timeframe) {
    case 'm1':
    case 'm2':
    case 'm3':
    case 'm4':
    case 'm5':
      return M1_TO_M5_MS
    case 'm10':
    case 'm15':
    case 'm30':
    case 'h1':
      return M10_TO_H1_MS
    case 'h4':
    case 'h12':
    case 'd1':
      return H4_TO_D1_MS
    default:
      return W1_TO_MN1_MS
  }
}

/**
 * Historical bars of an account.
 *
 * The server's `hasMore` and its count are unreliable (N−1 bars, overlapping edges), so pages go backwards from the
 * oldest bar seen and stop when a page brings nothing new. Each request counts against the historical limit.
 */
export class BarHistory {
  readonly #session: Requester
  readonly #accountId: number

  /** Creates the reader of one account. */
  constructor(session: Requester, accountId: number) {
    this.#session = session
    this.#accountId = accountId
  }

  /**
   * Bars that open in a range, oldest first. The last one may still be forming; bars without ticks do not exist.
   *
   * @throws {@link CTraderError} `invalid-argument`, `request-refused`, `rate-limited`, `connection-lost`
   */
  async *bars(
    symbol: SymbolId,
    timeframe: Timeframe,
    range: TimeRange,
    options: CallOptions = {},
  ): AsyncIterableIterator<Bar> {
    checkRange(range)
    for (const window of windowsOf(range, longestSpanMs(timeframe)))
      yield* await this.#window(symbol, timeframe, window, options)
  }

  /**
   * The newest bars, oldest first; the last one is the one in progress where the server serves it.
   *
   * @param count how many, from 1
   */
  async latest(
    symbol: SymbolId,
    timeframe: Timeframe,
    count: number,
    options: CallOptions = {},
  ): Promise<readonly Bar[]> {
    if (!Number.isInteger(count) || count < 1) throw invalid('count', count, 'a whole number from 1')
    const found = new Map<number, Bar>()
    let to = LATEST_MS
    while (found.size < count) {
      const wanted = Math.min(BARS_PER_REQUEST, count - found.size + 1)
      const oldest = await this.#page(
        symbol,
        timeframe,
        { from: undefined, to, count: wanted },
        found,
        options,
      )
      if (oldest === undefined) break
      to = oldest - 1
    }
    return sorted(found).slice(-count)
  }

  async #window(
    symbol: SymbolId,
    timeframe: Timeframe,
    { from, to }: TimeRange,
    options: CallOptions,
  ): Promise<readonly Bar[]> {
    const found = new Map<number, Bar>()
    // Bars open on whole minutes: the first possible one is the first minute of the window.
    const first = Math.ceil(from / MINUTE_MS) * MINUTE_MS
    let last = to - 1
    while (last >= first) {
      const oldest = await this.#page(
        symbol,
        timeframe,
        { from, to: last, count: BARS_PER_REQUEST },
        found,
        options,
      )
      if (oldest === undefined || oldest <= first) break
      last = oldest - 1
    }
    return sorted(found).filter(bar => bar.openedAt >= from && bar.openedAt < to)
  }

  /** Adds one page; returns the open of its oldest bar, or `undefined` when it brought nothing new. */
  async #page(
    symbol: SymbolId,
    timeframe: Timeframe,
    page: { readonly from: number | undefined; readonly to: number; readonly count: number },
    found: Map<number, Bar>,
    options: CallOptions,
  ): Promise<number | undefined> {
    const answer = await this.#session.query(
      'getTrendbars',
      {
        ctidTraderAccountId: this.#accountId,
        symbolId: symbol,
        period: encodeTimeframe(timeframe),
        toTimestamp: page.to,
        count: page.count,
        ...(page.from === undefined ? {} : { fromTimestamp: page.from }),
      },
      options,
    )
    const before = found.size
    let oldest = Number.POSITIVE_INFINITY
    for (const message of answer.trendbar ?? []) {
      const bar = decodeTrendbar(message, symbol, timeframe)
      if (bar.openedAt > page.to) continue
      found.set(bar.openedAt, bar)
      oldest = Math.min(oldest, bar.openedAt)
    }
    return found.size === before ? undefined : oldest
  }
}

function sorted(bars: ReadonlyMap<number, Bar>): readonly Bar[] {
  return [...bars.values()].sort((a, b) => a.openedAt - b.openedAt)
}
