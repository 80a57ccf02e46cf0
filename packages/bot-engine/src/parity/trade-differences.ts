import {
  type Instrument,
  type Money,
  pointsPerTick,
  type Price,
  priceToPoints,
} from '@openclaw-trading/trading-model'
import type { Trade } from '../kernel/trade.ts'

/** Why two trades, or a trade and nothing, differ. */
export type ParityCause =
  /** A fill at another price. */
  | 'price'
  /** Entered or left at another time. */
  | 'time'
  /** Another volume. */
  | 'size'
  /** Other commission, swap or conversion. */
  | 'cost'
  /** The replay has it, the session has not. */
  | 'missing'
  /** The session has it, the replay has not. */
  | 'extra'

/** One thing in which a trade of a session is not that of its replay. */
export interface ParityDifference {
  readonly cause: Exclude<ParityCause, 'missing' | 'extra'>
  readonly what: 'entry' | 'exit' | 'volume' | 'commission' | 'swap' | 'conversion'
  /** A price, a time in ms since 1970, lots, or minor units of the account. */
  readonly session: number
  /** As `session`. */
  readonly replay: number
  /** Of the session less that of the replay; of costs what size and prices of the fills do not explain. */
  readonly by: number
  /** Of `by`. */
  readonly unit: 'ticks' | 'ms' | 'lots' | 'minor units'
}

/** In what two trades differ; empty when they are the same to the tick, the millisecond and the cent. */
export function tradeDifferences(
  session: Trade,
  replay: Trade,
  instrument: Pick<Instrument, 'digits'>,
): readonly ParityDifference[] {
  return [
    ...priceDifferences(session, replay, instrument),
    ...different('time', 'entry', [session.openedAt, replay.openedAt], 'ms'),
    ...different('time', 'exit', [session.closedAt, replay.closedAt], 'ms'),
    ...different('size', 'volume', [session.volume, replay.volume], 'lots'),
    ...costDifferences(session, replay),
  ]
}

function priceDifferences(
  session: Trade,
  replay: Trade,
  instrument: Pick<Instrument, 'digits'>,
): readonly ParityDifference[] {
  return (['entry', 'exit'] as const).flatMap(what => {
    const prices = [session[`${what}Price`], replay[`${what}Price`]] as const
    return different('price', what, prices, 'ticks', ticksBetween(...prices, instrument))
  })
}

/** From the second price to the first, in steps of the last digit. */
export function ticksBetween(one: Price, other: Price, instrument: Pick<Instrument, 'digits'>): number {
  return (priceToPoints(one) - priceToPoints(other)) / pointsPerTick(instrument)
}

function different(
  cause: ParityDifference['cause'],
  what: ParityDifference['what'],
  [session, replay]: readonly [session: number, replay: number],
  unit: ParityDifference['unit'],
  by = session - replay,
): readonly ParityDifference[] {
  return by === 0 ? [] : [{ cause, what, session, replay, by, unit }]
}

function costDifferences(session: Trade, replay: Trade): readonly ParityDifference[] {
  const bySize = session.volume / replay.volume
  const byValue = (bySize * (session.entryPrice + session.exitPrice)) / (replay.entryPrice + replay.exitPrice)
  const byGross = replay.gross.minor === 0 ? bySize : session.gross.minor / replay.gross.minor
  const cost = (
    what: 'commission' | 'swap' | 'conversion',
    field: 'commission' | 'swap' | 'conversionFee' | 'gross',
    factors: readonly number[],
  ): readonly ParityDifference[] => {
    const values = [session[field].minor, replay[field].minor] as const
    return different('cost', what, values, 'minor units', unexplained(session[field], replay[field], factors))
  }
  const isSameFill = bySize === 1 && byValue === 1
  return [
    ...cost('commission', 'commission', [bySize, byValue]),
    ...cost('swap', 'swap', [bySize, byValue]),
    ...cost('conversion', 'conversionFee', [bySize, byGross]),
    // The same fills make another gross by another rate alone.
    ...(isSameFill && session.entryPrice === replay.entryPrice ? cost('conversion', 'gross', [1]) : []),
  ]
}

/**
 * What a cost has more than the other, scaled by each of the factors, would have; the nearest counts. Only where nothing
 * is scaled nothing is rounded either.
 */
function unexplained(
  { minor: session }: Money,
  { minor: replay }: Money,
  factors: readonly number[],
): number {
  const expected = factors.map(factor => replay * factor)
  const rounding = factors.every(factor => factor === 1) ? 0 : 1 + Math.max(1, ...factors.map(Math.abs))
  const [least, most] = [Math.min(...expected) - rounding, Math.max(...expected) + rounding]
  if (session < least) return Math.round(session - Math.min(...expected))
  return session > most ? Math.round(session - Math.max(...expected)) : 0
}
