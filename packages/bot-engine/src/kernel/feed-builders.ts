import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Feed } from '../strategy/feeds.ts'
import type { BarPoints } from '../strategy/series.ts'
import { BarBuilder } from './bar-builder.ts'

/** A whole bar of the instrument traded. */
export interface QuotedBar extends BarPoints {
  /** Ask − bid at the close, in 1/100000. */
  readonly spread: number
}

/**
 * Makes the builder of each feed's bars.
 *
 * @param instruments - The one traded, then those watched.
 * @throws {@link EngineError} `invalid-options` when a feed watches one that is not among them
 */
export function feedBuilders(
  feeds: Readonly<Record<string, Feed>>,
  instruments: readonly [Instrument, ...Instrument[]],
): readonly BarBuilder[] {
  return Object.entries(feeds).map(([feed, { timeframe, symbol, history }]) => {
    const instrument = symbol === undefined ? instruments[0] : instruments.find(({ name }) => name === symbol)
    if (instrument !== undefined) return new BarBuilder(feed, timeframe, instrument.id, history)
    const known = instruments.map(({ name }) => name).join(', ')
    throw new EngineError(
      'invalid-options',
      `Feed "${feed}" watches ${symbol}, but the run has only ${known}. Pass its record as one of the watched instruments.`,
      { details: { feed, symbol } },
    )
  })
}

/** Adds a whole bar to the builders of its instrument. */
export function mergeBar(builders: readonly BarBuilder[], symbolId: SymbolId, bar: BarPoints): void {
  for (const builder of builders) if (builder.symbolId === symbolId) builder.merge(bar)
}

/** The builder whose bar ended first, of those that ended by `now`. By index, as the next: each bar asks both. */
export function firstEnded(builders: readonly BarBuilder[], now: number): BarBuilder | undefined {
  let first: BarBuilder | undefined
  for (let i = 0; i < builders.length; i++) {
    const builder = builders[i] as BarBuilder
    if (builder.closesAt <= now && (first === undefined || builder.closesAt < first.closesAt)) first = builder
  }
  return first
}

/** When the first bar in the making ends; `most` when none ends before. */
export function firstClose(builders: readonly BarBuilder[], most: number): number {
  let first = most
  for (let i = 0; i < builders.length; i++) {
    const { closesAt } = builders[i] as BarBuilder
    if (closesAt < first) first = closesAt
  }
  return first
}
