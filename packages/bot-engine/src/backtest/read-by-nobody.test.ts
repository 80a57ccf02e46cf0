import { lots, pips, type Position, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticTicks } from '../data/synthetic.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import type { BacktestReport } from './report.ts'
import { backtest } from './run.ts'
import { tradeNumbers } from './trade-numbers.ts'

const data = syntheticTicks({
  instrument: SYNTHETIC_XAUUSD,
  seed: 3,
  startAt: Date.UTC(2025, 0, 6, 9) as UnixMs,
  count: 20_000,
})
const depth = { levels: [0, 3].map(distanceTicks => ({ distanceTicks, volume: lots(0.02) })) }
const watcher: EntryProtection = {
  name: 'watcher',
  settings: {},
  start: () => ({ onTrade: () => undefined, problem: () => undefined }),
}

/** Enters and closes all the time: at the market, waiting, with levels and without, in parts. */
function restless(row: number, ctx: Context): void {
  const { quote } = ctx
  if (quote === undefined || row % 25 !== 0) return
  const turn = (row / 25) % 7
  const levels = { stopLoss: { pips: pips(8) }, takeProfit: { pips: pips(12) } }
  if (turn === 0) ctx.buy({ volume: lots(0.05), ...levels })
  else if (turn === 1) ctx.sell({ volume: lots(0.03) })
  else if (turn === 2) ctx.buy({ volume: lots(0.06), limit: quote.bid, ...levels })
  else if (turn === 3) ctx.sell({ volume: lots(0.02), stop: quote.bid })
  else if (turn === 4 && ctx.position !== undefined) ctx.close(ctx.position.id, lots(0.01))
  else if (turn === 5 && ctx.position !== undefined)
    ctx.setProtection(ctx.position.id, { stopLoss: ctx.position.entryPrice })
  else ctx.close()
}

function run(
  handlers: (onQuote: (ctx: Context) => void) => Handlers,
  venue: VenueModel,
  protections: readonly EntryProtection[] = [],
): Promise<BacktestReport> {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({}),
    create() {
      let row = 0
      return handlers(ctx => restless(row++, ctx))
    },
  })
  return backtest(strategy, {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    account: REPLAY_ACCOUNT,
    data,
    venue,
    protections,
  })
}

function resultOf(report: BacktestReport): object {
  const { trades, fills, equity, metrics, open } = report
  return { trades, fills, equity, metrics, open, numbers: tradeNumbers(report) }
}

describe.each([
  ['whole', { latencyMs: 30 }],
  ['in parts', { latencyMs: 30, depth }],
])('a run whose orders fill %s', (_, venue: VenueModel) => {
  it('gives the same to the last digit whether its executions are read as events, or by nobody', async () => {
    const unread = await run(onQuote => ({ onQuote: (_quote, ctx) => onQuote(ctx) }), venue)
    const seen: string[] = []
    const read = await run(
      onQuote => ({
        onQuote: (_quote, ctx) => onQuote(ctx),
        onExecution: event => void seen.push(event.type),
      }),
      venue,
    )
    const reasons = new Set(unread.trades.map(({ exitReason }) => exitReason))
    expect(reasons).toEqual(new Set(['strategy', 'stop-loss', 'take-profit']))
    expect(seen.filter(type => type === 'order-filled')).toHaveLength(unread.fills.length)
    expect(resultOf(unread)).toEqual(resultOf(read))
  })

  it('runs a timer that is set again for now with each message, those of the levels of an entry among them', async () => {
    const polled = async (more: Handlers) => {
      const times: number[] = []
      await run(
        onQuote => ({
          ...more,
          onStart: ctx => ctx.setTimer('poll', ctx.now),
          onQuote: (_quote, ctx) => onQuote(ctx),
          onTimer(_timer, ctx) {
            times.push(ctx.now)
            ctx.setTimer('poll', ctx.now)
          },
        }),
        venue,
      )
      return times
    }
    const unread = await polled({})
    expect(unread).toEqual(await polled({ onExecution: () => undefined }))
    expect(unread.length).toBeGreaterThan(data.length)
  })

  it('gives the same beside a protection, which is told of each trade', async () => {
    const handlers = (onQuote: (ctx: Context) => void): Handlers => ({
      onQuote: (_quote, ctx) => onQuote(ctx),
    })
    const unread = await run(handlers, venue)
    expect(resultOf(unread)).toEqual(resultOf(await run(handlers, venue, [watcher])))
  })
})

it('shows a position as the same object while nothing changes, and as another one when something has', async () => {
  const seen: (readonly [Position, boolean])[] = []
  await run(
    onQuote => ({
      onQuote(_quote, ctx) {
        onQuote(ctx)
        const { position } = ctx
        if (position !== undefined) seen.push([position, ctx.positions[0] === position])
      },
    }),
    { latencyMs: 30 },
  )
  const changes = seen.filter(([position], index) => index > 0 && seen[index - 1]?.[0] !== position)
  expect(seen.every(([, isListed]) => isListed)).toBe(true)
  expect(changes.length).toBeGreaterThan(50)
  for (const [index, [position]] of seen.entries()) {
    const before = seen[index - 1]?.[0]
    if (before !== undefined && before !== position) expect(position).not.toEqual(before)
  }
})
