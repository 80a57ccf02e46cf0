import {
  type Fill,
  lots,
  offsetPrice,
  type Order,
  type Pips,
  pips,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type { Context, Entry } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'

/** Entries that may be open or on their way at once. */
const MOST_ENTRIES = 8

/**
 * A strategy for parity tests: uses every type of order, every time in force, cancels and amends, at random but seeded.
 *
 * Its prices lie within half a dollar of the quote, so that on gold every kind fills, expires, is cancelled and refused
 * within some thousand quotes.
 */
export const everyOrder = defineStrategy({
  name: 'every-order',
  params: z.object({ timeframe: z.enum(['m1', 'm5']).default('m1') }),
  feeds: p => ({ main: { timeframe: p.timeframe } }),
  create: () => ({
    onBar(_bar, ctx) {
      for (const order of ctx.orders) change(order, ctx)
      if (ctx.random() < 0.3) ctx.close(ctx.position?.id)
      for (let i = 0; i < 3 && ctx.positions.length + ctx.pendingEntries < MOST_ENTRIES; i++) enter(ctx)
    },
    onExecution(event, ctx) {
      if (event.type === 'order-expired' && ctx.random() < 0.5) enter(ctx)
      if (event.type === 'order-replaced' && ctx.random() < 0.2) ctx.cancel(event.order.id)
      if (event.type === 'order-rejected' && ctx.random() < 0.3) ctx.buy({ volume: lots(0.01) })
      if (event.type !== 'order-filled') return
      afterFill(event.fill, ctx)
    },
  }),
})

function afterFill({ closing }: Fill, ctx: Context): void {
  // What it draws depends on the order in which fills are told.
  const chance = ctx.random()
  if (closing === undefined && chance < 0.3)
    ctx.sell({ volume: lots(0.01), limit: away(ctx, 12), timeInForce: { type: 'gtc' } })
  else if (closing !== undefined && chance < 0.1) ctx.buy({ volume: lots(0.01) })
}

function enter(ctx: Context): void {
  const side = ctx.random() < 0.5 ? 'buy' : 'sell'
  const id = ctx[side](entryOf(side, ctx))
  // Most of the time it is still on its way then.
  if (ctx.random() < 0.1) ctx.cancel(id)
}

function entryOf(side: 'buy' | 'sell', ctx: Context): Entry {
  // A worse price than the quote lies above it for a buy.
  const worse = side === 'buy' ? 1 : -1
  const distance = 2 + 40 * ctx.random()
  const limit = away(ctx, -worse * distance)
  const stop = away(ctx, worse * distance)
  const sized = { volume: lots(0.02) }
  const near = {
    stopLoss: { pips: pips(15 + 30 * ctx.random()) },
    takeProfit: { pips: pips(10 + 30 * ctx.random()) },
  }
  const gtd = {
    type: 'gtd',
    expiresAt: (ctx.now + Math.floor(200_000 * Math.max(0, ctx.random() - 0.1))) as UnixMs,
  } as const
  switch (Math.floor(ctx.random() * 11)) {
    case 0:
      return {
        ...sized,
        limit,
        stopLoss: away(ctx, -worse * (distance + 25)),
        takeProfit: away(ctx, worse * 20),
      }
    case 1:
      return { ...sized, limit, ...near, timeInForce: gtd }
    case 2:
      return { ...sized, limit: away(ctx, worse * 20 * ctx.random()), timeInForce: { type: 'ioc' } }
    case 3:
      return { ...sized, limit, ...near, timeInForce: { type: 'fok' } }
    case 4:
      return { ...sized, stop, ...near }
    case 5:
      return { riskPercent: 0.2, stop, stopLoss: away(ctx, worse * (distance - 30)), timeInForce: gtd }
    case 6:
      return { ...sized, stop, slippage: rangeOf(ctx), ...near }
    case 7:
      return { ...sized, slippage: rangeOf(ctx), ...near }
    case 8:
      return { ...sized, ...near }
    case 9:
      return { ...sized, ...near, timeInForce: { type: 'market-on-open' } }
    default:
      return { riskPercent: 0.2, limit: away(ctx, worse * 60), stopLoss: { pips: pips(25) } }
  }
}

function change(order: Order, ctx: Context): void {
  const choice = ctx.random()
  if (choice < 0.08) ctx.cancel(order.id)
  else if (choice < 0.16 && order.clientOrderId !== undefined) {
    ctx.cancel(order.clientOrderId)
    // The second one finds no order.
    if (ctx.random() < 0.5) ctx.cancel(order.id)
  } else if (choice < 0.3)
    ctx.amend(order.id, {
      ...(ctx.random() < 0.7 && { price: away(ctx, (ctx.random() - 0.5) * 60) }),
      ...(ctx.random() < 0.5 && { stopLoss: { pips: pips(20) } }),
      ...(ctx.random() < 0.3 && { expiresAt: (ctx.now + 90_000) as UnixMs }),
      ...(ctx.random() < 0.3 && { volume: lots(0.01) }),
    })
}

const rangeOf = (ctx: Context): Pips => pips(Math.floor(12 * ctx.random()))

/** A price so many pips above the bid; below it with a minus. */
function away(ctx: Context, distance: number): Price {
  return offsetPrice(ctx.instrument, ctx.quote?.bid ?? (1 as Price), pips(distance))
}
