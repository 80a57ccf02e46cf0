import { type ExecutionEvent, lots, pips, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const START = Date.UTC(2014, 4, 1, 12)
const SECOND = 1000
/** 0.03 lots at the quote, 0.02 a step of 0.01 behind it. */
const levels = [
  { distanceTicks: 0, volume: lots(0.03) },
  { distanceTicks: 10, volume: lots(0.02) },
]

/** A quote each second with a spread of 0.2. */
function seconds(bids: readonly number[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: bids.length,
    at: Float64Array.from(bids, (_, row) => START + row * SECOND),
    bid: Float64Array.from(bids, bid => Math.round(bid * 1000) * 100),
    ask: Float64Array.from(bids, bid => Math.round((bid + 0.2) * 1000) * 100),
  }
}

type OnQuote = (row: number, ctx: Context) => void

async function run(
  bids: readonly number[],
  onQuote: OnQuote,
  onEvent?: (event: ExecutionEvent, ctx: Context) => void,
) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({}),
    create() {
      let row = 0
      return {
        onQuote: (_quote, ctx) => onQuote(row++, ctx),
        ...(onEvent !== undefined && { onExecution: onEvent }),
      }
    },
  })
  return backtest(strategy, {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    data: seconds(bids),
    venue: { latencyMs: 0, depth: { levels } },
  })
}

/** What a strategy sees at each execution. */
function note(seen: unknown[]) {
  return (event: ExecutionEvent, ctx: Context) => {
    const filled = 'order' in event ? event.order.filledVolume : undefined
    seen.push([event.type, filled, ctx.position?.volume ?? 0, ctx.orders.length, ctx.pendingEntries])
  }
}

const PIPS = (price: number) => pips(price * 10 ** REPLAY_XAUUSD.pipPosition)

describe('an entry that fills in parts', () => {
  it('of a market order grows the position part by part, and waits for nothing once its rest is cancelled', async () => {
    const seen: unknown[] = []
    const enter: OnQuote = (row, ctx) => {
      if (row === 0) ctx.buy({ volume: lots(0.1), stopLoss: { pips: PIPS(2) } })
    }
    const { open, ordersCut } = await run([1290, 1290], enter, note(seen))
    expect(seen).toEqual([
      ['order-accepted', 0, 0, 1, 1],
      ['order-filled', 0.03, 0.03, 1, 1],
      ['order-filled', 0.05, 0.05, 1, 1],
      ['order-cancelled', 0.05, 0.05, 0, 0],
      ['position-updated', undefined, 0.05, 0, 0],
    ])
    expect(ordersCut).toBe(1)
    // (3 × 1290.2 + 2 × 1290.21) ÷ 5, and the stop 2.00 below it.
    expect(open[0]).toMatchObject({ entryPrice: 1290.204, stopLoss: 1288.204 })
  })

  it('of a limit stays a pending entry until it is full, and can be cancelled meanwhile', async () => {
    const seen: unknown[] = []
    const enter: OnQuote = (row, ctx) => {
      if (row === 0) ctx.buy({ volume: lots(0.1), limit: ctx.quote?.ask as never })
      const [order] = ctx.orders
      if (row === 2 && order !== undefined) ctx.cancel(order.id)
    }
    const { open, ordersCut } = await run([1290, 1290, 1290, 1290], enter, note(seen))
    expect(seen).toEqual([
      ['order-accepted', 0, 0, 1, 1],
      ['order-filled', 0.03, 0.03, 1, 1],
      ['order-filled', 0.06, 0.06, 1, 1],
      ['order-filled', 0.09, 0.09, 1, 1],
      ['order-cancelled', 0.09, 0.09, 0, 0],
    ])
    expect(open[0]?.volume).toBe(0.09)
    // It waited for the rest, and was not cut.
    expect(ordersCut).toBe(0)
  })
})

describe('a position that is closed in parts', () => {
  const stopped: OnQuote = (row, ctx) => {
    if (row < 2) ctx.buy({ volume: lots(0.05), stopLoss: { pips: PIPS(2 - row * 0.001) } })
  }
  const bids = [1290, 1290, 1287, 1286.5, 1286.5]

  it('by its stop gives a trade for each part, by the stop, that add up to the balance', async () => {
    const shown: number[] = []
    const report = await run(bids, stopped, (event, ctx) => {
      if (event.type === 'order-filled' && event.fill.closing !== undefined) shown.push(ctx.orders.length)
    })
    const { trades, fills, open, ordersCut } = report
    expect([open, ordersCut]).toEqual([[], 0])
    expect(
      trades.map(({ positionId, volume, exitPrice, exitReason }) => [
        positionId,
        volume,
        exitPrice,
        exitReason,
      ]),
    ).toEqual([
      [1, 0.03, 1287, 'stop-loss'],
      [1, 0.02, 1286.99, 'stop-loss'],
      [2, 0.03, 1286.5, 'stop-loss'],
      [2, 0.02, 1286.49, 'stop-loss'],
    ])
    const net = trades.reduce((sum, trade) => sum + trade.net.minor, 0)
    expect(trades.at(-1)?.balance.minor).toBe(REPLAY_ACCOUNT.balanceMinor + net)
    const commission = fills.reduce((sum, fill) => sum + fill.commission.minor, 0)
    expect(trades.reduce((sum, trade) => sum + trade.commission.minor, 0)).toBe(commission)
    expect(report.metrics.tradeCount).toBe(2)
    // The order that closes it is the venue's: the strategy is not shown one that it could cancel.
    expect(shown).toEqual([0, 0, 0, 0])
  })

  it('is told alike to a strategy that listens to executions and one that does not', async () => {
    const mixed: OnQuote = (row, ctx) => {
      stopped(row, ctx)
      if (row === 1) ctx.sell({ volume: lots(0.2), limit: 1290 as never })
      if (row === 3) ctx.close()
    }
    const { trades, fills, open, metrics } = await run(bids, mixed)
    const heard = await run(bids, mixed, () => undefined)
    expect({ trades: heard.trades, fills: heard.fills, open: heard.open, metrics: heard.metrics }).toEqual({
      trades,
      fills,
      open,
      metrics,
    })
    expect(fills.length).toBeGreaterThan(8)
  })

  it('by the strategy is closed further when it asks again', async () => {
    const { trades, open, ordersCut } = await run([1290, 1290, 1290, 1290, 1290], (row, ctx) => {
      if (row < 2) ctx.buy({ volume: lots(0.05) })
      if (row === 2) ctx.close()
      if (row === 3) ctx.close()
    })
    expect(trades.map(({ positionId, volume, exitReason }) => [positionId, volume, exitReason])).toEqual([
      [1, 0.03, 'strategy'],
      [1, 0.02, 'strategy'],
      [2, 0.03, 'strategy'],
      [2, 0.02, 'strategy'],
    ])
    expect(trades[0]?.closedAt).toBe((START + 2 * SECOND) as UnixMs)
    // The close of the second position found nothing that the first had left.
    expect([open, ordersCut]).toEqual([[], 1])
  })
})
