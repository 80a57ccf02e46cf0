import { pips } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { breakEven, fixedTrail, type PositionPolicy, stepTrail, timeExit } from '../../src/index.ts'
import type { Decide, View } from './drive.ts'
import type { Fault, Position, Request } from './model.ts'

// What looks after open positions at each close, by the rules of docs/concepts/protections.md: the engine gets policies,
// the oracle requests. Distances are in steps of the last digit (0.001).

export interface PlainPolicies {
  readonly breakEven: { readonly at: number; readonly lock: number } | undefined
  readonly trail: { readonly distance: number; readonly from: number } | undefined
  readonly step: { readonly step: number; readonly behind: number } | undefined
  /** Closed bars after which what is left is closed. */
  readonly bars: number
}

const TICK = 100
/** A fill's levels may not have been told yet. */
const LEVELS_TOLD_MS = 5000

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })

export const policies: fc.Arbitrary<PlainPolicies> = fc.record({
  breakEven: some(fc.record({ at: fc.integer({ min: 1, max: 60 }), lock: fc.integer({ min: 0, max: 20 }) })),
  trail: some(
    fc.record({ distance: fc.integer({ min: 2, max: 80 }), from: fc.integer({ min: 0, max: 30 }) }),
  ),
  step: some(fc.record({ step: fc.integer({ min: 5, max: 40 }), behind: fc.integer({ min: 0, max: 2 }) })),
  bars: fc.integer({ min: 2, max: 20 }),
})

const distance = (ticks: number) => ({ pips: pips(ticks / 10) })

/** The policies as the engine takes them. */
export function policiesOf({ breakEven: even, trail, step, bars }: PlainPolicies): readonly PositionPolicy[] {
  return [
    ...(even === undefined ? [] : [breakEven({ at: distance(even.at), lock: distance(even.lock) })]),
    ...(trail === undefined ? [] : [fixedTrail(distance(trail.distance), { from: distance(trail.from) })]),
    ...(step === undefined ? [] : [stepTrail({ step: distance(step.step), behind: step.behind })]),
    timeExit({ bars }),
  ]
}

interface Followed {
  best: number
  bars: number
}

/** What the plan asks for, and after it what the policies do, at each close. */
export function withPolicies(decide: Decide, of: PlainPolicies, faults: ReadonlySet<Fault>): Decide {
  const followed = new Map<number, Followed>()
  return view => [
    ...decide(view),
    // A run holds its positions oldest first: one of a younger order may have opened before.
    ...[...view.venue.positions]
      .sort((a, b) => a.openedAt - b.openedAt || a.id - b.id)
      .flatMap(position => {
        const known = followed.get(position.id) ?? { best: position.entry, bars: 0 }
        followed.set(position.id, known)
        follow(known, position, view, faults)
        return requestFor(known, position, view, of) ?? []
      }),
  ]
}

function follow(known: Followed, { side, openedAt }: Position, view: View, faults: ReadonlySet<Fault>): void {
  const { bid, ask, bar, now } = view
  const sign = side === 'buy' ? 1 : -1
  const better = (price: number) => {
    if ((price - known.best) * sign > 0) known.best = price
  }
  better(side === 'buy' ? bid : ask)
  if (bar === undefined || now <= openedAt) return
  known.bars++
  // The extreme of the bar of the entry may lie before the entry.
  if (bar.openedAt < openedAt && !faults.has('extreme before the entry counts')) return
  better(side === 'buy' ? bar.high : bar.low + ask - bid)
}

function requestFor(
  { best, bars }: Followed,
  position: Position,
  { bid, ask, now }: View,
  of: PlainPolicies,
): Request | undefined {
  const { id, side, entry, stop, target, trigger } = position
  const sign = side === 'buy' ? 1 : -1
  const exit = side === 'buy' ? bid : ask
  const gained = (best - entry) * sign
  const wanted: number[] = []
  let isClosed = bars >= of.bars
  const want = (price: number, ifPassed: 'wait' | 'close') => {
    // To the instrument's digits, half up: an entry in parts may lie between two steps.
    const rounded = Math.round(price / TICK) * TICK
    if ((exit - rounded) * sign > 0) wanted.push(rounded)
    else if (ifPassed === 'close') isClosed = true
  }
  if (of.breakEven !== undefined && gained >= of.breakEven.at * TICK)
    want(entry + sign * of.breakEven.lock * TICK, 'wait')
  if (of.trail !== undefined && gained >= of.trail.from * TICK)
    want(best - sign * of.trail.distance * TICK, 'close')
  const steps = of.step === undefined ? 0 : Math.floor(gained / (of.step.step * TICK))
  if (of.step !== undefined && steps >= 1)
    want(entry + sign * (steps - of.step.behind) * of.step.step * TICK, 'close')
  if (isClosed) return { type: 'close', position: id, cents: position.cents }
  if (wanted.length === 0) return undefined
  const tightest = sign * Math.max(...wanted.map(price => price * sign))
  if (stop === undefined && now - position.openedAt < LEVELS_TOLD_MS) return undefined
  if (stop !== undefined && (tightest - stop) * sign <= 0) return undefined
  return {
    type: 'protect',
    position: id,
    stop: tightest,
    target,
    trailing: false,
    guaranteed: false,
    trigger,
  }
}
