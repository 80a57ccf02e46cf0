import {
  lots,
  offsetPrice,
  pips,
  type Position,
  type Price,
  type StopTrigger,
} from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type { Context, Entry } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'

/** Entries that may be open or on their way at once. */
const MOST_ENTRIES = 6
const TRIGGERS: readonly StopTrigger[] = ['trade', 'opposite', 'double-trade', 'double-opposite']

/**
 * A strategy for parity tests: trailing stops from orders of every kind and by amending, every way to trigger a stop,
 * partial closes and closes that come too late, at random but seeded.
 *
 * Run it on a venue with a script, so that orders also fill in parts, and on a netted account.
 */
export const everyStop = defineStrategy({
  name: 'every-stop',
  params: z.object({ timeframe: z.enum(['m1', 'm5']).default('m1') }),
  feeds: p => ({ main: { timeframe: p.timeframe } }),
  create: () => ({
    onBar(_bar, ctx) {
      for (const position of ctx.positions) if (ctx.random() < 0.4) change(position, ctx)
      for (const order of ctx.orders) if (!order.closing && ctx.random() < 0.1) ctx.cancel(order.id)
      while (ctx.random() < 0.8 && ctx.positions.length + ctx.pendingEntries < MOST_ENTRIES) enter(ctx)
    },
    onExecution(event, ctx) {
      // What it draws depends on the order in which events are told: trailing stops that move are among them.
      if (event.type === 'position-updated' && ctx.random() < 0.01) ctx.close(event.position.id)
      if (event.type === 'order-filled' && event.partial && ctx.random() < 0.2) ctx.cancel(event.order.id)
      if (event.type === 'order-rejected' && ctx.random() < 0.2) enter(ctx)
    },
  }),
})

function enter(ctx: Context): void {
  ctx[ctx.random() < 0.5 ? 'buy' : 'sell'](entryOf(ctx.random() < 0.5 ? 1 : -1, ctx))
}

function entryOf(direction: number, ctx: Context): Entry {
  const sized = { volume: lots(0.03), trailing: ctx.random() < 0.7 }
  const near = {
    stopLoss: { pips: pips(6 + 30 * ctx.random()) },
    takeProfit: { pips: pips(20 + 40 * ctx.random()) },
  }
  const price = away(ctx, direction * (2 + 30 * ctx.random()))
  switch (Math.floor(ctx.random() * 5)) {
    case 0:
      return { ...sized, limit: price, ...near }
    case 1:
      return { ...sized, limit: price, ...near, timeInForce: { type: ctx.random() < 0.5 ? 'ioc' : 'fok' } }
    case 2:
      return { ...sized, stop: price, trigger: triggerOf(ctx), ...near }
    case 3:
      return { ...sized, stop: price, trigger: triggerOf(ctx), slippage: pips(5), ...near }
    default:
      return { ...sized, ...near }
  }
}

function change(position: Position, ctx: Context): void {
  const { id, side, volume } = position
  const choice = ctx.random()
  if (choice < 0.15) return void ctx.close(id, volume > 0.01 ? lots(0.01) : volume)
  if (choice < 0.25) return void ctx.close(id)
  const sign = side === 'buy' ? 1 : -1
  ctx.setProtection(id, {
    stopLoss: away(ctx, -sign * (4 + 20 * ctx.random())),
    ...(ctx.random() < 0.5 && { takeProfit: away(ctx, sign * (10 + 20 * ctx.random())) }),
    trailing: ctx.random() < 0.6,
    stopTrigger: triggerOf(ctx),
  })
}

const triggerOf = (ctx: Context): StopTrigger => TRIGGERS[Math.floor(ctx.random() * 4)] ?? 'trade'

/** A price so many pips above the bid; below it with a minus. */
function away(ctx: Context, distance: number): Price {
  return offsetPrice(ctx.instrument, ctx.quote?.bid ?? (1 as Price), pips(distance))
}
