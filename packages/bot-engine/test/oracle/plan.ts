import {
  type Context,
  defineStrategy,
  type Entry as StrategyEntry,
  type Handlers,
  managed,
} from '../../src/index.ts'
import { lots, type Order, pips, type Price, type UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { z } from 'zod'
import type { Decide, View } from './drive.ts'
import type { Entry, Kind, Level, Request, Side, Trigger } from './model.ts'
import { type PlainPolicies, policiesOf } from './policies.ts'

// What is to be done at a row, in steps of the last digit (0.001) from the bid of that row. The engine gets it as a
// strategy, the oracle as requests.

interface Distance {
  readonly by: 'distance' | 'price'
  readonly ticks: number
}

export type Action =
  | {
      readonly do: 'enter'
      readonly kind: Kind
      readonly side: Side
      readonly steps: number
      readonly offset: number
      readonly range: number
      readonly tif: 'gtc' | 'gtd' | 'ioc' | 'fok'
      readonly life: number
      /** Of a market order: it waits for the open. */
      readonly onOpen: boolean
      readonly trigger: Trigger
      readonly stop: Distance | undefined
      readonly target: Distance | undefined
      readonly flag: 'trailing' | 'guaranteed' | undefined
    }
  | { readonly do: 'cancel'; readonly pick: number }
  | {
      readonly do: 'amend'
      readonly pick: number
      readonly offset: number
      readonly stop: number | undefined
      readonly life: number | undefined
    }
  | { readonly do: 'close'; readonly pick: number; readonly steps: number | undefined }
  | {
      readonly do: 'protect'
      readonly pick: number
      readonly stop: number | undefined
      readonly target: number | undefined
      readonly flag: 'trailing' | 'guaranteed' | undefined
      readonly trigger: Trigger
    }

/** Actions by row. */
export type Plan = readonly (readonly Action[])[]

const TICK = 100
const STEP_CENTS = 100
const TRIGGERS: readonly Trigger[] = ['trade', 'opposite', 'double-trade', 'double-opposite']

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const distance = fc.record<Distance>({
  by: fc.constantFrom('distance' as const, 'price' as const),
  ticks: fc.integer({ min: 1, max: 90 }),
})
const flag = fc.constantFrom('trailing' as const, 'guaranteed' as const, undefined)
const pick = fc.nat(50)

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('enter' as const),
      kind: fc.constantFrom<Kind>('market', 'market-range', 'limit', 'stop', 'stop-limit', 'limit', 'stop'),
      side: fc.constantFrom<Side>('buy', 'sell'),
      steps: fc.integer({ min: 1, max: 7 }),
      offset: fc.integer({ min: -80, max: 80 }),
      range: fc.integer({ min: 0, max: 15 }),
      tif: fc.constantFrom('gtc' as const, 'gtc' as const, 'gtd' as const, 'ioc' as const, 'fok' as const),
      life: fc.integer({ min: -10, max: 12_000_000 }),
      onOpen: fc.boolean(),
      trigger: fc.constantFrom(...TRIGGERS),
      stop: maybe(distance),
      target: maybe(distance),
      flag,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('amend' as const),
      pick,
      offset: fc.integer({ min: -80, max: 80 }),
      stop: maybe(fc.integer({ min: 1, max: 80 })),
      life: maybe(fc.integer({ min: -10, max: 12_000_000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      pick,
      steps: maybe(fc.integer({ min: 1, max: 4 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('protect' as const),
      pick,
      stop: maybe(fc.integer({ min: -5, max: 80 })),
      target: maybe(fc.integer({ min: -5, max: 80 })),
      flag,
      trigger: fc.constantFrom(...TRIGGERS),
    }),
  },
)

/** A plan over so many rows; a third of them do something. */
export function planOver(rows: number): fc.Arbitrary<Plan> {
  const none = fc.constant<readonly Action[]>([])
  const some = fc.array(action, { minLength: 1, maxLength: 2 })
  return fc.array(fc.oneof({ weight: 2, arbitrary: none }, { weight: 1, arbitrary: some }), {
    minLength: rows,
    maxLength: rows,
  })
}

/** The plan without what would get in the way of policies: levels of open positions, and stops that move by themselves. */
export function withoutLevels(plan: Plan): Plan {
  return plan.map(row =>
    row.flatMap((one): readonly Action[] =>
      one.do === 'protect' ? [] : one.do === 'enter' ? [{ ...one, flag: undefined }] : [one],
    ),
  )
}

const HOUR = 3_600_000

/** Every other expiry is a full hour, at which there is a quote. */
function expiryOf(now: number, life: number): number {
  return life > 0 && life % 2 === 0 ? (Math.floor(now / HOUR) + 1 + (life % 3)) * HOUR : now + life
}

type Enter = Extract<Action, { do: 'enter' }>
const isPending = (kind: Kind) => kind === 'limit' || kind === 'stop' || kind === 'stop-limit'
const tifOf = ({ kind, tif, onOpen }: Enter) =>
  kind === 'market' && onOpen
    ? 'on-open'
    : kind === 'limit'
      ? tif
      : !isPending(kind)
        ? 'ioc'
        : tif === 'gtd'
          ? 'gtd'
          : 'gtc'
const flagOf = ({ stop, flag: named }: { stop: unknown; flag: 'trailing' | 'guaranteed' | undefined }) =>
  stop === undefined ? undefined : named
/** Only an order with a price of its own takes prices as its levels. */
const isPrice = ({ kind }: Enter, level: Distance) => level.by === 'price' && isPending(kind)

/** The plan as the oracle takes it. */
export function decideBy(plan: Plan): Decide {
  let entries = 0
  return view =>
    (plan[view.index] ?? []).flatMap(one => {
      if (one.do === 'enter') entries++
      return requestOf(one, entries, view) ?? []
    })
}

function requestOf(one: Action, number: number, view: View): Request | undefined {
  const { bid, now, venue } = view
  const positions = venue.positions
  const position = one.do === 'enter' ? undefined : positions[one.pick % positions.length]
  const orders = [...venue.orders].sort((a, b) => a.number - b.number)
  const order = one.do === 'enter' ? undefined : orders[one.pick % orders.length]
  switch (one.do) {
    case 'enter':
      return { type: 'enter', number, entry: plainEntry(one, view) }
    case 'cancel':
      return order && { type: 'cancel', number: order.number }
    case 'amend':
      return (
        order && {
          type: 'amend',
          number: order.number,
          price: bid + one.offset * TICK,
          stop: one.stop === undefined ? undefined : { distance: one.stop * TICK },
          target: undefined,
          expiresAt: one.life === undefined ? undefined : expiryOf(now, one.life),
        }
      )
    case 'close':
      return (
        position && {
          type: 'close',
          position: position.id,
          cents: one.steps === undefined ? position.cents : one.steps * STEP_CENTS,
        }
      )
    case 'protect': {
      if (position === undefined) return undefined
      const sign = position.side === 'buy' ? 1 : -1
      const named = flagOf(one)
      return {
        type: 'protect',
        position: position.id,
        stop: one.stop === undefined ? undefined : bid - sign * one.stop * TICK,
        target: one.target === undefined ? undefined : bid + sign * one.target * TICK,
        trailing: named === 'trailing',
        guaranteed: named === 'guaranteed',
        trigger: one.trigger,
      }
    }
  }
}

function plainEntry(one: Enter, { bid, ask, now }: View): Entry {
  const { kind, side, steps, offset, range, life, trigger } = one
  const sign = side === 'buy' ? 1 : -1
  const price = isPending(kind) ? bid + offset * TICK : side === 'buy' ? ask : bid
  const level = (distanceOf: Distance | undefined, direction: number): Level | undefined => {
    if (distanceOf === undefined) return undefined
    const points = distanceOf.ticks * TICK
    return isPrice(one, distanceOf) ? { price: price + direction * points } : { distance: points }
  }
  const tif = tifOf(one)
  const named = flagOf(one)
  return {
    kind,
    side,
    cents: steps * STEP_CENTS,
    price,
    range,
    tif,
    expiresAt: tif === 'gtd' ? expiryOf(now, life) : undefined,
    trigger: kind === 'stop' || kind === 'stop-limit' ? trigger : 'trade',
    stop: level(one.stop, -sign),
    target: level(one.target, sign),
    trailing: named === 'trailing',
    guaranteed: named === 'guaranteed',
  }
}

const priceOf = (points: number) => (points / 100_000) as Price
const pipsOf = (ticks: number) => pips(ticks / 10)

/** The plan as the engine takes it: over bars at each close, over quotes at each quote. */
export function strategyOf(plan: Plan, over: 'bars' | 'quotes', policies?: PlainPolicies) {
  return defineStrategy({
    name: 'plan',
    params: z.object({}),
    feeds: () => (over === 'bars' ? { main: { timeframe: 'h1' } } : {}),
    create() {
      let row = 0
      const next = (ctx: Context) => {
        for (const one of plan[row] ?? []) perform(one, ctx)
        row++
      }
      if (over === 'quotes') return { onQuote: (_quote, ctx) => next(ctx) }
      if (policies === undefined) return { onBar: (_bar, ctx) => next(ctx) }
      const { policies: managing, average } = policiesOf(policies)
      const handlers: Handlers = {
        onBar(bar, ctx) {
          average.push(bar)
          next(ctx)
        },
      }
      return managed(managing, handlers)
    },
  })
}

function perform(one: Action, ctx: Context): void {
  const bid = Math.round((ctx.quote?.bid ?? 0) * 100_000)
  const now = ctx.now as number
  if (one.do === 'enter') return void ctx[one.side](entryOf(one, bid, now))
  const order = orderAt(ctx, one.pick)
  const positions = [...ctx.positions].sort((a, b) => a.id - b.id)
  const position = positions[one.pick % positions.length]
  if (one.do === 'cancel' && order !== undefined) ctx.cancel(order.id)
  if (one.do === 'amend' && order !== undefined)
    ctx.amend(order.id, {
      price: priceOf(bid + one.offset * TICK),
      ...(one.stop !== undefined && { stopLoss: { pips: pipsOf(one.stop) } }),
      ...(one.life !== undefined && { expiresAt: expiryOf(now, one.life) as UnixMs }),
    })
  if (position === undefined) return
  if (one.do === 'close') ctx.close(position.id, one.steps === undefined ? undefined : lots(one.steps / 100))
  if (one.do !== 'protect') return
  const sign = position.side === 'buy' ? 1 : -1
  const named = flagOf(one)
  ctx.setProtection(position.id, {
    ...(one.stop !== undefined && { stopLoss: priceOf(bid - sign * one.stop * TICK) }),
    ...(one.target !== undefined && { takeProfit: priceOf(bid + sign * one.target * TICK) }),
    ...(named !== undefined && { [named]: true }),
    stopTrigger: one.trigger,
  })
}

function orderAt(ctx: Context, at: number): Order | undefined {
  const number = ({ clientOrderId }: Order) => Number(clientOrderId?.split('.')[1])
  const orders = ctx.orders
    .filter(order => order.terms !== undefined && !order.closing)
    .sort((a, b) => number(a) - number(b))
  return orders[at % orders.length]
}

function entryOf(one: Enter, bid: number, now: number): StrategyEntry {
  const { kind, side, steps, offset, range, life, trigger } = one
  const sign = side === 'buy' ? 1 : -1
  const price = bid + offset * TICK
  const level = (distanceOf: Distance, direction: number) =>
    isPrice(one, distanceOf)
      ? priceOf(price + direction * distanceOf.ticks * TICK)
      : { pips: pipsOf(distanceOf.ticks) }
  const named = flagOf(one)
  const tif = tifOf(one)
  const timeInForce =
    tif === 'gtd'
      ? { type: tif, expiresAt: expiryOf(now, life) as UnixMs }
      : { type: tif === 'on-open' ? ('market-on-open' as const) : tif }
  return {
    volume: lots(steps / 100),
    ...(kind === 'limit' && { limit: priceOf(price) }),
    ...((kind === 'stop' || kind === 'stop-limit') && { stop: priceOf(price), trigger }),
    ...((kind === 'stop-limit' || kind === 'market-range') && { slippage: pipsOf(range) }),
    ...((isPending(kind) || tif === 'on-open') && { timeInForce }),
    ...(one.stop !== undefined && { stopLoss: level(one.stop, -sign) }),
    ...(one.target !== undefined && { takeProfit: level(one.target, sign) }),
    ...(named !== undefined && { [named]: true }),
  } as StrategyEntry
}
