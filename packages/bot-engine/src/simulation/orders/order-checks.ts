import { isOpen, pointsToPrice, type Side, type UnixMs } from '@openclaw-trading/trading-model'
import type { PendingLevels } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { OpenPosition } from '../matching/open-position.ts'
import { symbolRefusal } from './permission.ts'
import type { Refusal } from './refusal.ts'

/** Refuses what needs an open market: by its own code where the weekly hours are open and a holiday alone closes them. */
export function closedRefusal(market: Market, at: number): Refusal | undefined {
  if (market.hours.isOpen(at)) return undefined
  const { hours, name } = market.instrument
  if (hours.holidays.length > 0 && isOpen({ hours: { ...hours, holidays: [] } }, at as UnixMs))
    return { code: 'SYMBOL_HAS_HOLIDAY', description: `${name} has a holiday` }
  return { code: 'MARKET_CLOSED', description: `${name} is not traded now` }
}

/** Whether a refusal will end with the closed hours. */
export function isOfHours(refusal: Refusal | undefined): boolean {
  return refusal?.code === 'MARKET_CLOSED' || refusal?.code === 'SYMBOL_HAS_HOLIDAY'
}

/** Refuses orders outside the trading hours, and before the first quote. */
export function marketRefusal(market: Market, at: number): Refusal | undefined {
  const closed = closedRefusal(market, at)
  if (closed !== undefined || market.at >= 0) return closed
  return { code: 'NO_QUOTES', description: `${market.instrument.name} has no quote yet` }
}

/** Refuses orders for at once and closes of a symbol that is not traded, in closed hours and before the first quote. */
export function tradingRefusal(market: Market, at: number): Refusal | undefined {
  if (market.takesOrders && market.at >= 0 && market.hours.isOpen(at)) return undefined
  return symbolRefusal(market) ?? marketRefusal(market, at)
}

/** Refuses volumes outside the symbol's range or off its step (counted from 0). */
export function volumeRefusal(
  { leastCents, mostCents, stepCents }: Market,
  volumeCents: number,
): Refusal | undefined {
  if (
    Number.isInteger(volumeCents) &&
    volumeCents >= leastCents &&
    volumeCents <= mostCents &&
    volumeCents % stepCents === 0
  )
    return undefined
  const description = `Volume ${volumeCents} is not from ${leastCents} to ${mostCents} in steps of ${stepCents}`
  return { code: 'TRADING_BAD_VOLUME', description }
}

/** Refuses to close more than is open, or a part off the symbol's step. */
export function closeVolumeRefusal(
  { stepCents }: Market,
  position: OpenPosition,
  volumeCents: number,
): Refusal | undefined {
  if (volumeCents === position.volumeCents) return undefined
  const isWhole = Number.isInteger(volumeCents) && volumeCents > 0 && volumeCents % stepCents === 0
  if (isWhole && volumeCents < position.volumeCents) return undefined
  const description = `Volume ${volumeCents} is not a part of ${position.volumeCents} in steps of ${stepCents}`
  return { code: 'TRADING_BAD_VOLUME', description }
}

/** Levels of a position or an order, with what decides how near they may be. */
type Levels = Pick<PendingLevels, 'stopPoints' | 'targetPoints' | 'guaranteed'>
/** Distances of an order from its price. */
type Distances = Pick<PendingLevels, 'stopDistancePoints' | 'targetDistancePoints' | 'guaranteed'>

/**
 * Why the levels of a position are refused at the prevailing quote, or `undefined`.
 *
 * A long needs stop < bid and target ≥ bid, a short stop > ask and target ≤ ask, each at the least distance of the
 * symbol and at a price of its digits.
 */
export function levelRefusal(market: Market, side: Side, levels: Levels): Refusal | undefined {
  const price = market.exitPoints(side)
  const sign = side === 'buy' ? 1 : -1
  const { stopPoints, targetPoints, guaranteed } = levels
  if (stopPoints !== undefined) {
    const distance = (price - stopPoints) * sign
    const stop = { name: 'Stop', points: stopPoints, price, market }
    const refusal =
      distance <= 0
        ? badStops(`Stop ${pointsToPrice(stopPoints)} is not on the losing side of ${pointsToPrice(price)}`)
        : levelProblem(stop, distance, leastStop(market, price, guaranteed))
    if (refusal !== undefined) return refusal
  }
  if (targetPoints === undefined) return undefined
  const distance = (targetPoints - price) * sign
  const target = { name: 'Target', points: targetPoints, price, market }
  return distance < 0
    ? badStops(`Target ${pointsToPrice(targetPoints)} is not on the winning side of ${pointsToPrice(price)}`)
    : levelProblem(target, distance, leastTarget(market, price))
}

function levelProblem(
  level: { readonly name: string; readonly points: number; readonly price: number; readonly market: Market },
  distance: number,
  least: number,
): Refusal | undefined {
  const { name, points, price, market } = level
  if (points <= 0 || points % market.tick !== 0)
    return badStops(`${name} ${pointsToPrice(points)} is not a price of the symbol`)
  return distance < least
    ? tooClose(`${name} ${pointsToPrice(points)} is too close to ${pointsToPrice(price)}`)
    : undefined
}

/** Why the distances of an order from its price are refused, or `undefined`; all in points. */
export function distanceRefusal(
  market: Market,
  pricePoints: number,
  order: Distances & { readonly side: Side },
): Refusal | undefined {
  const { stopDistancePoints: stop, targetDistancePoints: target, side } = order
  if (stop === undefined && target === undefined) return undefined
  const { tick } = market
  // No step of a last digit is less than a point: what it divides is whole.
  if (stop !== undefined && !(stop > 0 && stop % tick === 0)) return badStops(offStep('Stop', stop, tick))
  if (target !== undefined && !(target > 0 && target % tick === 0))
    return badStops(offStep('Target', target, tick))
  const refusal = market.keepsDistance ? smallRefusal(market, pricePoints, order) : undefined
  if (refusal !== undefined) return refusal
  const below = side === 'buy' ? stop : target
  if (below === undefined || below < pricePoints) return undefined
  return badStops(`A level ${pointsToPrice(below)} below ${pointsToPrice(pricePoints)} is not a price`)
}

function offStep(name: string, distance: number, tick: number): string {
  return `${name} distance ${pointsToPrice(distance)} is not above 0 in steps of ${pointsToPrice(tick)}`
}

/** Refuses distances below the least ones of the symbol. */
function smallRefusal(
  market: Market,
  pricePoints: number,
  { stopDistancePoints: stop, targetDistancePoints: target, guaranteed }: Distances,
): Refusal | undefined {
  if (stop !== undefined && stop < leastStop(market, pricePoints, guaranteed))
    return tooClose(`Stop distance ${pointsToPrice(stop)} is too small`)
  if (target !== undefined && target < leastTarget(market, pricePoints))
    return tooClose(`Target distance ${pointsToPrice(target)} is too small`)
  return undefined
}

/** Least distance of a stop from a price, in points: in steps of the last digit, in percent of the price, or both. */
function leastStop(market: Market, price: number, guaranteed: boolean | undefined): number {
  const { instrument, tick } = market
  const { costs } = instrument
  const { minStopDistance = 0, minStopDistancePercent = 0 } = costs
  const { minGuaranteedStopDistance, minGuaranteedStopDistancePercent } = costs
  if (guaranteed !== true) return Math.max(minStopDistance * tick, percentOf(price, minStopDistancePercent))
  return Math.max(
    (minGuaranteedStopDistance ?? minStopDistance) * tick,
    percentOf(price, minGuaranteedStopDistancePercent ?? minStopDistancePercent),
  )
}

/** The wire has hundredths of a percent: whole numbers keep the product exact. */
function percentOf(price: number, percent: number): number {
  return (price * Math.round(percent * 100)) / 10_000
}

function leastTarget({ instrument, tick }: Market, price: number): number {
  const { minTargetDistance = 0, minTargetDistancePercent = 0 } = instrument.costs
  return Math.max(minTargetDistance * tick, percentOf(price, minTargetDistancePercent))
}

function badStops(description: string): Refusal {
  return { code: 'TRADING_BAD_STOPS', description }
}

function tooClose(description: string): Refusal {
  return { code: 'PROTECTION_IS_TOO_CLOSE_TO_MARKET', description }
}
