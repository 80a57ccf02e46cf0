import type { Feeds } from '@openclaw-trading/bot-engine'
import type { ChartBar } from '@openclaw-trading/control-plane/client'
import type { Bar } from '@openclaw-trading/trading-model'
import type { StrategyEntry } from '../strategies/strategy-entry.ts'

/** Bars kept for the next post; a replay closes fewer in a second. */
export const MAX_WAITING_BARS = 1000

/** Bars of the main feed on their way to the dashboard's chart. They decide nothing: the strategy has the engine's. */
export class ChartBars {
  #waiting: ChartBar[] = []

  /** Takes closed bars, oldest first. */
  closed(bars: readonly Bar[]): void {
    this.#waiting.push(...bars.slice(-MAX_WAITING_BARS).map(toChartBar))
    if (this.#waiting.length > MAX_WAITING_BARS) this.#waiting = this.#waiting.slice(-MAX_WAITING_BARS)
  }

  /** The bars that closed since the last call, and the forming one at their end. */
  take(forming: Bar | undefined): ChartBar[] {
    const taken = forming === undefined ? this.#waiting : [...this.#waiting, toChartBar(forming)]
    this.#waiting = []
    return taken.slice(-MAX_WAITING_BARS)
  }
}

function toChartBar({ openedAt, open, high, low, close, tickVolume }: Bar): ChartBar {
  return { openedAt, open, high, low, close, tickVolume }
}

/** The first feed of a strategy: what its chart shows. */
export function mainFeed(entry: Pick<StrategyEntry, 'strategy'>, params: unknown): readonly [string, string] {
  const [first] = Object.entries(entry.strategy.feeds(params) as Feeds)
  return first === undefined ? ['', ''] : [first[0], first[1].timeframe]
}
