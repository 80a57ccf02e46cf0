import {
  type Bar,
  type Distance,
  pointsToPips,
  type Price,
  priceToPoints,
  roundPoints,
  type Side,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Context } from '../strategy/context.ts'
import type { Series } from '../strategy/series.ts'
import {
  checkBars,
  checkMeasure,
  checkNumber,
  type MarketMeasure,
  measurePoints,
  type PriceDistance,
} from './measure.ts'

/** What a distance is measured with besides the side. */
export interface DistanceBasis {
  /** Price the order waits for. Default: what a market order would meet now, the ask of a buy, the bid of a sell. */
  readonly from?: Price
  /** Distance of the stop, for targets that follow it. */
  readonly stop?: Distance
}

/** Where a stop or a target goes, asked when an entry is decided. Stateless: it reads indicators and closed bars. */
export interface DistancePolicy {
  /** `undefined` while there is not enough data, or when the level would lie on the wrong side: then do not enter. */
  distance(side: Side, ctx: Context, basis?: DistanceBasis): Distance | undefined
}

/** A stop loss, and a target if one is stated, as `ctx.buy` and `ctx.sell` take them. */
export interface EntryLevels {
  readonly stopLoss: Distance
  readonly takeProfit?: Distance
}

/** Makes the levels of an entry. */
export interface Bracket {
  /** `undefined` while one of the policies has none. */
  levels(side: Side, ctx: Context, basis?: Pick<DistanceBasis, 'from'>): EntryLevels | undefined
}

/** A stop at a multiple of an indicator's value: `atrStop(range, 2)`. The strategy pushes the indicator. */
export function atrStop(atr: PriceDistance, times: number): DistancePolicy {
  return measured({ atr, times: checkNumber('atrStop', 'times', times, 'above 0') })
}

/** A target at a multiple of an indicator's value. */
export function atrTarget(atr: PriceDistance, times: number): DistancePolicy {
  return measured({ atr, times: checkNumber('atrTarget', 'times', times, 'above 0') })
}

/** A target at a multiple of the stop's distance: `rewardTarget(1.5)` risks 1 to gain 1.5. */
export function rewardTarget(times: number): DistancePolicy {
  checkNumber('rewardTarget', 'times', times, 'above 0')
  return {
    distance: (_side, { instrument }, { stop } = {}) =>
      stop === undefined
        ? undefined
        : toDistance(measurePoints(instrument, { pips: stop.pips }), times, { instrument }),
  }
}

/** Bars that a structure is read from. */
export interface StructureOptions {
  /** Feed with the bars. Default `main`. */
  readonly feed?: string
  /** Closed bars that are looked at, from 1; a feed keeps 1,000, or its `history` when that is more. */
  readonly bars: number
  /** Gap between the structure and the level, 0 or above; of a target also below 0, short of the structure. Default none. */
  readonly beyond?: MarketMeasure
}

/**
 * A stop beyond the lowest low (of a buy) or the highest high (of a sell) of the last bars. Bars are made of bids, and
 * the stop of a sell is triggered by the ask: the spread of the decision is added there.
 *
 * @throws {@link EngineError} `invalid-options` when `bars` is no whole number from 1, or `beyond` below 0
 */
export function structureStop(options: StructureOptions): DistancePolicy {
  checkBars('structureStop', 'bars', options.bars)
  if (options.beyond !== undefined) checkMeasure('structureStop', 'beyond', options.beyond, '0 or above')
  return fromStructure(options, 'losing', series => extremes(series, options.bars))
}

/**
 * A target at the highest high (of a buy) or the lowest low (of a sell) of the last bars, plus `beyond`.
 *
 * @throws {@link EngineError} `invalid-options` when `bars` is no whole number from 1, or `beyond` no number
 */
export function structureTarget(options: StructureOptions): DistancePolicy {
  checkBars('structureTarget', 'bars', options.bars)
  if (options.beyond !== undefined) checkMeasure('structureTarget', 'beyond', options.beyond, 'any')
  return fromStructure(options, 'winning', series => extremes(series, options.bars))
}

/** Swings that a stop is set beyond. */
export interface SwingOptions extends Omit<StructureOptions, 'bars'> {
  /** Bars on each side that a swing must exceed. Default 2. */
  readonly strength?: number
  /** Closed bars that are searched for a swing, at least 2 × `strength` + 1. Default 100. */
  readonly bars?: number
}

/**
 * A stop beyond the newest confirmed swing: for a buy a low that is lower than those of `strength` bars on each side,
 * for a sell a high. `undefined` when the bars have none, or the price has already passed it.
 *
 * @throws {@link EngineError} `invalid-options` when `strength` or `bars` is no whole number from 1, no swing has room in
 *   the bars, or `beyond` is below 0
 */
export function swingStop(options: SwingOptions = {}): DistancePolicy {
  const { strength = 2, bars = 100, beyond } = options
  checkBars('swingStop', 'strength', strength)
  checkBars('swingStop', 'bars', bars)
  const least = 2 * strength + 1
  if (bars < least)
    throw new EngineError(
      'invalid-options',
      `swingStop was given bars = ${bars}, and a swing of strength ${strength} takes ${least}. Pass ${least} or more.`,
    )
  if (beyond !== undefined) checkMeasure('swingStop', 'beyond', beyond, '0 or above')
  return fromStructure({ ...options, bars }, 'losing', (series, isBelow) => {
    const point = newestSwing(series, { strength, bars, isLow: isBelow })
    return point === undefined ? undefined : { low: point, high: point }
  })
}

/** Joins a stop and a target: `bracket({ stop: atrStop(range, 2), target: rewardTarget(1.5) })`. */
export function bracket(policies: {
  readonly stop: DistancePolicy
  readonly target?: DistancePolicy
}): Bracket {
  return {
    levels(side, ctx, basis = {}) {
      const stopLoss = policies.stop.distance(side, ctx, basis)
      if (stopLoss === undefined || policies.target === undefined) return stopLoss && { stopLoss }
      const takeProfit = policies.target.distance(side, ctx, { ...basis, stop: stopLoss })
      return takeProfit && { stopLoss, takeProfit }
    },
  }
}

function measured(measure: MarketMeasure): DistancePolicy {
  return {
    distance: (_side, { instrument }) => toDistance(measurePoints(instrument, measure), 1, { instrument }),
  }
}

interface Extremes {
  readonly low: number
  readonly high: number
}

function fromStructure(
  { feed = 'main', beyond }: StructureOptions,
  way: 'losing' | 'winning',
  read: (series: Series<Bar>, isBelow: boolean) => Extremes | undefined,
): DistancePolicy {
  return {
    distance(side, ctx, { from } = {}) {
      const { instrument, quote } = ctx
      const isBelow = (side === 'buy') === (way === 'losing')
      const found = read(ctx.bars(feed), isBelow)
      const gap = beyond === undefined ? 0 : measurePoints(instrument, beyond)
      if (quote === undefined || gap === undefined || found === undefined) return undefined
      const start = priceToPoints(from ?? (side === 'buy' ? quote.ask : quote.bid))
      const spread = side === 'buy' ? 0 : priceToPoints(quote.ask) - priceToPoints(quote.bid)
      const edge = priceToPoints(isBelow ? found.low : found.high) + spread
      return toDistance((isBelow ? start - edge : edge - start) + gap, 1, ctx)
    },
  }
}

function extremes(series: Series<Bar>, count: number): Extremes | undefined {
  if (series.length < count) return undefined
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let back = 1; back <= count; back++) {
    const bar = series.at(-back)
    if (bar === undefined) continue
    low = Math.min(low, bar.low)
    high = Math.max(high, bar.high)
  }
  return { low, high }
}

function newestSwing(
  series: Series<Bar>,
  { strength, bars, isLow }: { readonly strength: number; readonly bars: number; readonly isLow: boolean },
): number | undefined {
  const first = Math.max(0, series.length - bars) + strength
  for (let index = series.length - 1 - strength; index >= first; index--) {
    const middle = series.at(index)
    if (middle !== undefined && isSwing(series, index, { strength, isLow }))
      return isLow ? middle.low : middle.high
  }
  return undefined
}

function isSwing(
  series: Series<Bar>,
  index: number,
  { strength, isLow }: { readonly strength: number; readonly isLow: boolean },
): boolean {
  const reach = (at: number): number => {
    const bar = series.at(at)
    return bar === undefined ? Number.POSITIVE_INFINITY : isLow ? -bar.low : bar.high
  }
  const tip = reach(index)
  for (let step = 1; step <= strength; step++)
    if (reach(index - step) >= tip || reach(index + step) >= tip) return false
  return true
}

function toDistance(
  points: number | undefined,
  times: number,
  { instrument }: Pick<Context, 'instrument'>,
): Distance | undefined {
  if (points === undefined) return undefined
  const rounded = roundPoints(instrument, points * times)
  return rounded > 0 ? { pips: pointsToPips(instrument, rounded) } : undefined
}
