import { checkMeasure, checkNumber, type Measure, measurePoints, type PriceDistance } from './measure.ts'
import type { ManagedPosition, PolicyWish, PositionPolicy, WhenOption } from './position-policy.ts'

const NONE: readonly PolicyWish[] = []

/** Options of the trailing policies. */
export interface TrailOptions extends WhenOption {
  /** Gain from which on it trails. Default: from the entry on. */
  readonly from?: Measure
}

/**
 * Moves the stop to the entry once the position has gained `at`; `lock` keeps that much of the gain, e.g. the costs.
 *
 * While the market is back beyond that level it waits: a break-even never closes at a loss by itself.
 *
 * @throws {@link EngineError} `invalid-options` when `at` is not above 0, or `lock` below 0
 */
export function breakEven({
  at,
  lock,
  when = 'bar',
}: { readonly at: Measure; readonly lock?: Measure } & WhenOption): PositionPolicy {
  checkMeasure('breakEven', 'at', at)
  if (lock !== undefined) checkMeasure('breakEven', 'lock', lock, '0 or above')
  return {
    name: 'break-even',
    when,
    decide(position) {
      const { instrument, riskPoints, entryPoints, sign } = position
      const kept = lock === undefined ? 0 : measurePoints(instrument, lock, riskPoints)
      if (kept === undefined || !hasGained(position, at)) return NONE
      return [{ type: 'stop', points: entryPoints + sign * kept, ifPassed: 'wait' }]
    },
  }
}

/**
 * Keeps the stop at a distance from the best price since the entry.
 *
 * @throws {@link EngineError} `invalid-options` when the distance is not above 0, or `from` below 0
 */
export function fixedTrail(distance: Measure, options: TrailOptions = {}): PositionPolicy {
  checkMeasure('fixedTrail', 'distance', distance)
  checkFrom('fixedTrail', options)
  return trail('fixed-trail', distance, options, ({ bestPoints }) => bestPoints)
}

/**
 * Keeps the stop at a multiple of an indicator's value from the present price; never back when the value grows.
 *
 * @throws {@link EngineError} `invalid-options` when `times` is not above 0, or `from` below 0
 */
export function atrTrail(atr: PriceDistance, times: number, options: TrailOptions = {}): PositionPolicy {
  checkNumber('atrTrail', 'times', times, 'above 0')
  checkFrom('atrTrail', options)
  return trail('atr-trail', { atr, times }, options, ({ exitPoints }) => exitPoints)
}

/**
 * Hangs the stop from the best price since the entry, at a multiple of an indicator's value as it stands.
 *
 * @see Charles Le Beau, the chandelier exit
 * @throws {@link EngineError} `invalid-options` when `times` is not above 0, or `from` below 0
 */
export function chandelier(atr: PriceDistance, times: number, options: TrailOptions = {}): PositionPolicy {
  checkNumber('chandelier', 'times', times, 'above 0')
  checkFrom('chandelier', options)
  return trail('chandelier', { atr, times }, options, ({ bestPoints }) => bestPoints)
}

/**
 * Moves the stop in steps: after n whole steps of gain it lies n − `behind` steps from the entry. With the default of
 * 1 the first step brings it to the entry.
 *
 * @throws {@link EngineError} `invalid-options` when `step` is not above 0, or `behind` below 0
 */
export function stepTrail({
  step,
  behind = 1,
  when = 'bar',
}: { readonly step: Measure; readonly behind?: number } & WhenOption): PositionPolicy {
  checkMeasure('stepTrail', 'step', step)
  checkNumber('stepTrail', 'behind', behind, '0 or above')
  return {
    name: 'step-trail',
    when,
    decide({ instrument, riskPoints, entryPoints, bestPoints, sign }) {
      const length = measurePoints(instrument, step, riskPoints)
      if (length === undefined || !(length > 0)) return NONE
      const steps = Math.floor(((bestPoints - entryPoints) * sign) / length)
      if (steps < 1) return NONE
      return [{ type: 'stop', points: entryPoints + sign * (steps - behind) * length, ifPassed: 'close' }]
    },
  }
}

function checkFrom(policy: string, { from }: TrailOptions): void {
  if (from !== undefined) checkMeasure(policy, 'from', from, '0 or above')
}

function trail(
  name: string,
  distance: Measure,
  { from, when = 'bar' }: TrailOptions,
  anchorOf: (position: ManagedPosition) => number,
): PositionPolicy {
  return {
    name,
    when,
    decide(position) {
      const { instrument, riskPoints, sign } = position
      const points = measurePoints(instrument, distance, riskPoints)
      if (points === undefined || !(points > 0)) return NONE
      if (from !== undefined && !hasGained(position, from)) return NONE
      return [{ type: 'stop', points: anchorOf(position) - sign * points, ifPassed: 'close' }]
    },
  }
}

/** The best exit since the entry has gained a distance. */
export function hasGained(position: ManagedPosition, gain: Measure): boolean {
  const { instrument, riskPoints, bestPoints, entryPoints, sign } = position
  const needed = measurePoints(instrument, gain, riskPoints)
  return needed !== undefined && (bestPoints - entryPoints) * sign >= needed
}
