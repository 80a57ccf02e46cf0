import type { Timeframe } from '@openclaw-trading/trading-model'

/** One stream of closed bars that a strategy reads. */
export interface Feed {
  readonly timeframe: Timeframe
  /** Name of another instrument to watch: its quotes come to `onQuote` too. Default: the one traded. */
  readonly symbol?: string
  /** Closed bars replayed before `onStart`, where the broker has a past; 0 to 10,000, default 0. */
  readonly history?: number
}

/** The feeds of a strategy by name. */
export type Feeds = Readonly<Record<string, Feed>>
