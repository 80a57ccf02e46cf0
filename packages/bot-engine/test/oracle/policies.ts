import { pips } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import {
  atr,
  atrTrail,
  breakEven,
  chandelier,
  fixedTrail,
  partialTargets,
  type PositionPolicy,
  stepTrail,
  timeExit,
} from '../../src/index.ts'
import type { Decide, View } from './drive.ts'
import type { Fault, Position, Request } from './model.ts'

// What looks after open positions at each close, by the rules of docs/concepts/protections.md: the engine gets policies,
// the oracle requests. Distances are in steps of the last digit (0.001).

export interface PlainPolicies {
  readonly breakEven: { readonly at: number; readonly lock: number } | undefined
  readonly trail: { readonly distance: number; readonly from: number } | undefined
  readonly step: { readonly step: number; readonly behind: number } | undefined
  /** Multiples of the average range: from the present price, and from the best one. */
  readonly range: { readonly near: number | undefined; readonly hung: number | undefined } | undefined
  /** Gains, and the percents of the first volume that are closed at them. */
  readonly ladder: readonly { readonly at: number; readonly percent: number }[] | undefined
  /** Closed bars after which what is left is closed. */
  readonly bars: number
}

const TICK = 100
/** Smallest volume and step of it, in cents. */
const LEAST_CENTS = 100
/** A fill's levels may not have been told yet. */
const LEVELS_TOLD_MS = 5000

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })

export const policies: fc.Arbitrary<PlainPolicies> = fc.record({
  breakEven: some(fc.record({ at: fc.integer({ min: 1, max: 60 }), lock: fc.integer({ min: 0, max: 20 }) })),
  trail: some(
    fc.record({ distance: fc.integer({ min: 2, max: 80 }), from: fc.integer({ min: 0, max: 30 }) }),
  ),
  step: some(fc.record({ step: fc.integer({ min: 5, max: 40 }), behind: fc.integer({ min: 0, max: 2 }) })),
  // No multiple brings an average of five ranges to the middle between two steps, where doubles could decide.
  range: some(
    fc.record({ near: some(fc.constantFrom(0.613, 1.377)), hung: some(fc.constantFrom(0.881, 1.619)) }),
  ),
  ladder: some(
    fc.array(fc.record({ at: fc.integer({ min: 1, max: 40 }), percent: fc.integer({ min: 15, max: 50 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
  ),
  bars: fc.integer({ min: 2, max: 20 }),
})

const distance = (ticks: number) => ({ pips: pips(ticks / 10) })

const RANGE_BARS = 5

/** The policies as the engine takes them, and the range that some of them read: it takes each bar. */
export function policiesOf({ breakEven: even, trail, step, range, ladder, bars }: PlainPolicies) {
  const average = atr(RANGE_BARS)
  const policies: readonly PositionPolicy[] = [
    ...(even === undefined ? [] : [breakEven({ at: distance(even.at), lock: distance(even.lock) })]),
    ...(trail === undefined ? [] : [fixedTrail(distance(trail.distance), { from: distance(trail.from) })]),
    ...(step === undefined ? [] : [stepTrail({ step: distance(step.step), behind: step.behind })]),
    ...(range?.near === undefined ? [] : [atrTrail(average, range.near)]),
    ...(range?.hung === undefined ? [] : [chandelier(average, range.hung)]),
    ...(ladder === undefined
      ? []
      : [partialTargets(ladder.map(({ at, percent }) => ({ at: distance(at), close: percent / 100 })))]),
    timeExit({ bars }),
  ]
  return { policies, average }
}

interface Followed {
  best: number
  bars: number
  /** Cents that the entry has opened, as far as they count for a ladder, and all that has been opened so far. */
  first: number
  opened: number
  /** Rungs that are not asked for any more. */
  readonly taken: Set<number>
  /** The rung that was asked for, and the cents that had been closed by then. */
  asked: { readonly rung: number; readonly closed: number } | undefined
}

/** Average range of the bars so far, in points: the mean of the first five, then a fifth of each difference. */
interface AverageRange {
  ranges: number[]
  last: number | undefined
  value: number | undefined
}

/** What the plan asks for, and after it what the policies do, at each close. */
export function withPolicies(decide: Decide, of: PlainPolicies, faults: ReadonlySet<Fault>): Decide {
  const followed = new Map<number, Followed>()
  const average: AverageRange = { ranges: [], last: undefined, value: undefined }
  return view => {
    widen(average, view)
    return [
      ...decide(view),
      // A run holds its positions oldest first: one of a younger order may have opened before.
      ...[...view.venue.positions]
        .sort((a, b) => a.turn - b.turn)
        .flatMap(position => {
          const opened = openedOf(position, view)
          const known = followed.get(position.id) ?? begun(position, opened)
          followed.set(position.id, known)
          known.first += opened - known.opened
          known.opened = opened
          follow(known, position, view, faults)
          return requestsFor(known, position, { view, of, average, faults })
        }),
    ]
  }
}

function begun({ entry, cents }: Position, opened: number): Followed {
  return { best: entry, bars: 0, first: cents, opened, taken: new Set(), asked: undefined }
}

/** Cents of a position that are open or were closed. */
function openedOf({ id, cents }: Position, { venue }: View): number {
  const closed = venue.trades.filter(({ positionId }) => positionId === id)
  return closed.reduce((sum, trade) => sum + trade.cents, cents)
}

function widen(average: AverageRange, { bar }: View): void {
  if (bar === undefined) return
  const { last = bar.close, ranges, value } = average
  const isFirst = average.last === undefined
  const range = isFirst ? bar.high - bar.low : Math.max(bar.high, last) - Math.min(bar.low, last)
  average.last = bar.close
  if (value !== undefined) average.value = value + (range - value) / RANGE_BARS
  else if (ranges.push(range) === RANGE_BARS)
    average.value = ranges.reduce((sum, one) => sum + one, 0) / RANGE_BARS
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

interface Asked {
  readonly view: View
  readonly of: PlainPolicies
  readonly average: AverageRange
  readonly faults: ReadonlySet<Fault>
}

function requestsFor(known: Followed, position: Position, asked: Asked): readonly Request[] {
  const { best, bars } = known
  const { of, average, view } = asked
  const { id, side, entry } = position
  const sign = side === 'buy' ? 1 : -1
  const exit = side === 'buy' ? view.bid : view.ask
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
  for (const [from, times] of [
    [exit, of.range?.near],
    [best, of.range?.hung],
  ] as const) {
    if (times === undefined || average.value === undefined) continue
    const far = Math.round((average.value * times) / TICK) * TICK
    // A range of less than half a step is no distance.
    if (far > 0) want(from - sign * far, 'close')
  }
  const part = partOf(known, position, gained, asked)
  if (isClosed) return [{ type: 'close', position: id, cents: position.cents }]
  return [...part(), ...stopOf(position, wanted, view)]
}

/** The next rung of the ladder that is reached: one at a time, each once. */
function partOf(
  known: Followed,
  { id, cents }: Position,
  gained: number,
  { of, faults }: Asked,
): () => readonly Request[] {
  const { asked } = known
  const closed = known.opened - cents
  // Whoever closed something of the position: the part counts as closed.
  if (asked !== undefined && closed > asked.closed) known.taken.add(asked.rung)
  known.asked = undefined
  return () => {
    for (const [rung, { at, percent }] of (of.ladder ?? []).entries()) {
      if (gained < at * TICK || known.taken.has(rung)) continue
      const base = faults.has('a part is of what is left') ? cents : known.first
      const part = Math.floor(Math.min((base * percent) / 100, cents) / LEAST_CENTS) * LEAST_CENTS
      if (part < LEAST_CENTS) known.taken.add(rung)
      else {
        known.asked = { rung, closed }
        return [{ type: 'close', position: id, cents: cents - part < LEAST_CENTS ? cents : part }]
      }
    }
    return []
  }
}

function stopOf(
  { id, side, stop, target, trigger, openedAt }: Position,
  wanted: readonly number[],
  { now }: View,
): readonly Request[] {
  const sign = side === 'buy' ? 1 : -1
  if (wanted.length === 0) return []
  const tightest = sign * Math.max(...wanted.map(price => price * sign))
  if (stop === undefined && now - openedAt < LEVELS_TOLD_MS) return []
  if (stop !== undefined && (tightest - stop) * sign <= 0) return []
  return [
    { type: 'protect', position: id, stop: tightest, target, trailing: false, guaranteed: false, trigger },
  ]
}
