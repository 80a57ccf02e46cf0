import { isOpen, lotsToCents, type Side, type UnixMs } from '@openclaw-trading/trading-model'
import type { RejectCode } from './exchange-types.ts'
import type { Market } from './matching.ts'
import type { OpenPosition } from './open-position.ts'

/** Why the venue refuses a request. */
export interface Refusal {
  readonly code: RejectCode
  readonly description: string
}

/** Refuses orders outside the trading hours, and before the first quote. */
export function marketRefusal(market: Market, at: number): Refusal | undefined {
  const { name } = market.instrument
  if (!isOpen(market.instrument, at as UnixMs))
    return { code: 'MARKET_CLOSED', description: `${name} is not traded now` }
  return market.at < 0 ? { code: 'NO_QUOTES', description: `${name} has no quote yet` } : undefined
}

/** Refuses volumes outside the symbol's range or off its step (counted from 0). */
export function volumeRefusal({ instrument }: Market, volumeCents: number): Refusal | undefined {
  const least = lotsToCents(instrument, instrument.minVolume)
  const most = lotsToCents(instrument, instrument.maxVolume)
  const step = lotsToCents(instrument, instrument.volumeStep)
  if (
    Number.isInteger(volumeCents) &&
    volumeCents >= least &&
    volumeCents <= most &&
    volumeCents % step === 0
  )
    return undefined
  const description = `Volume ${volumeCents} is not from ${least} to ${most} in steps of ${step}`
  return { code: 'TRADING_BAD_VOLUME', description }
}

/** Refuses to close more than is open, or a part off the symbol's step. */
export function closeVolumeRefusal(
  { instrument }: Market,
  position: OpenPosition,
  volumeCents: number,
): Refusal | undefined {
  if (volumeCents === position.volumeCents) return undefined
  const step = lotsToCents(instrument, instrument.volumeStep)
  const isWhole = Number.isInteger(volumeCents) && volumeCents > 0 && volumeCents % step === 0
  if (isWhole && volumeCents < position.volumeCents) return undefined
  const description = `Volume ${volumeCents} is not a part of ${position.volumeCents} in steps of ${step}`
  return { code: 'TRADING_BAD_VOLUME', description }
}

/**
 * What is wrong with the levels of a position at the prevailing quote, or `undefined`.
 *
 * A long needs stop < bid and target ≥ bid, a short stop > ask and target ≤ ask, each at the least distance of the
 * symbol and at a price of its digits.
 */
export function levelProblem(
  market: Market,
  side: Side,
  stopPoints: number | undefined,
  targetPoints: number | undefined,
): string | undefined {
  const price = market.exitPoints(side)
  const sign = side === 'buy' ? 1 : -1
  return stopProblem(market, stopPoints, price, sign) ?? targetProblem(market, targetPoints, price, sign)
}

function stopProblem(
  { tick, instrument }: Market,
  stopPoints: number | undefined,
  price: number,
  sign: number,
): string | undefined {
  if (stopPoints === undefined) return undefined
  const distance = (price - stopPoints) * sign
  if (stopPoints <= 0 || stopPoints % tick !== 0) return `Stop ${stopPoints} is not a price of the symbol`
  if (distance <= 0) return `Stop ${stopPoints} is not on the losing side of ${price}`
  if (distance < (instrument.costs.minStopDistance ?? 0) * tick)
    return `Stop ${stopPoints} is too close to ${price}`
  return undefined
}

function targetProblem(
  { tick, instrument }: Market,
  targetPoints: number | undefined,
  price: number,
  sign: number,
): string | undefined {
  if (targetPoints === undefined) return undefined
  const distance = (targetPoints - price) * sign
  if (targetPoints <= 0 || targetPoints % tick !== 0)
    return `Target ${targetPoints} is not a price of the symbol`
  if (distance < 0) return `Target ${targetPoints} is not on the winning side of ${price}`
  if (distance < (instrument.costs.minTargetDistance ?? 0) * tick)
    return `Target ${targetPoints} is too close to ${price}`
  return undefined
}

/** What is wrong with the distances of an order from its price, or `undefined`; both in points. */
export function distanceProblem(
  market: Market,
  fillPoints: number,
  side: Side,
  stopDistance: number | undefined,
  targetDistance: number | undefined,
): string | undefined {
  const { costs } = market.instrument
  const isBad = (distance: number, least: number) =>
    !Number.isInteger(distance) ||
    distance <= 0 ||
    distance % market.tick !== 0 ||
    distance < least * market.tick
  if (stopDistance !== undefined && isBad(stopDistance, costs.minStopDistance ?? 0))
    return `Stop distance ${stopDistance} is not allowed`
  if (targetDistance !== undefined && isBad(targetDistance, costs.minTargetDistance ?? 0))
    return `Target distance ${targetDistance} is not allowed`
  const below = side === 'buy' ? stopDistance : targetDistance
  if (below !== undefined && below >= fillPoints) return `A level ${below} below ${fillPoints} is not a price`
  return undefined
}
