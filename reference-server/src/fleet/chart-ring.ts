import type { BarsRequest, ChartBar } from '@openclaw-trading/control-plane/client'

/** Bars kept per instance; older ones fall out. */
export const MAX_CHART_BARS = 1000

/** What the bot page draws. */
export interface Chart {
  readonly symbol: string
  readonly digits: number
  readonly timeframe: string
  /** Oldest first; the newest may still be forming. */
  readonly bars: readonly ChartBar[]
  readonly quote: BarsRequest['quote']
}

/** The newest bars of each instance, in memory only: a restart of the server begins anew. */
export class ChartRing {
  readonly #charts = new Map<string, Chart>()

  /**
   * Takes a post of a bot; a bar with a known opening time replaces the kept one.
   *
   * Another symbol or timeframe, or a step back in time (a venue that began anew), starts the chart again.
   */
  add(key: string, post: Omit<BarsRequest, 'botId' | 'accountType' | 'sessionId'>): void {
    const known = this.#charts.get(key)
    const first = post.bars[0]
    const same = known !== undefined && known.symbol === post.symbol && known.timeframe === post.timeframe
    const oldest = known?.bars[0]
    const back = first !== undefined && oldest !== undefined && first.openedAt < oldest.openedAt
    const kept = same && !back ? known.bars : []
    const before = first === undefined ? kept : kept.slice(0, insertionIndex(kept, first.openedAt))
    const bars = first === undefined ? kept : [...before, ...post.bars]
    this.#charts.set(key, {
      symbol: post.symbol,
      digits: post.digits,
      timeframe: post.timeframe,
      bars: bars.length > MAX_CHART_BARS ? bars.slice(-MAX_CHART_BARS) : bars,
      quote: post.quote ?? (same ? known.quote : null),
    })
  }

  /** The chart of an instance; null before its first post. */
  get(key: string): Chart | null {
    return this.#charts.get(key) ?? null
  }
}

/** Index of the first bar that opened at or after an instant; bars are searched from the newest, where posts end. */
function insertionIndex(bars: readonly ChartBar[], openedAt: number): number {
  let index = bars.length
  while (index > 0 && (bars[index - 1]?.openedAt ?? 0) >= openedAt) index--
  return index
}
