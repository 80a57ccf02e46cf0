import { lots, pips } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { breakEven } from '../policies/stop-policies.ts'
import { managed } from '../policies/managed.ts'
import { maxDrawdown } from '../protections/equity-protections.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import { explainSummary } from './explain-summary.ts'
import type { BacktestOptions } from './options.ts'
import { backtest } from './run.ts'

/** Bars of a minute with the given closes; each opens at the close before, high and low are 0.5 around both. */
function bars(closes: readonly number[]): BarColumns {
  const points = (prices: readonly number[]) =>
    Float64Array.from(prices, price => Math.round(price * 1000) * 100)
  const opens = closes.map((close, row) => closes[row - 1] ?? close)
  return {
    type: 'bars',
    symbolId: REPLAY_XAUUSD.id,
    timeframe: 'm1',
    length: closes.length,
    openedAt: Float64Array.from(closes, (_, row) => Date.UTC(2014, 4, 1, 12) + row * 60_000),
    open: points(opens),
    high: points(opens.map((open, row) => Math.max(open, closes[row] ?? open) + 0.5)),
    low: points(opens.map((open, row) => Math.min(open, closes[row] ?? open) - 0.5)),
    close: points(closes),
    tickVolume: new Float64Array(closes.length).fill(1),
  }
}

type Changes = Partial<BacktestOptions<ReturnType<typeof strategyOf>>>
const strategyOf = (handlers: Handlers) =>
  defineStrategy({
    name: 'explained',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => handlers,
  })
const run = (handlers: Handlers, changes: Changes = { explain: true }) =>
  backtest(strategyOf(handlers), {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    data: bars([1290, 1291, 1290.5, 1292, 1293, 1291]),
    recordDecisions: true,
    ...changes,
  })

/** Buys above 1291.5, when the spread is narrow enough. */
const careful = (maxSpread: number): Handlers => ({
  onBar(bar, ctx) {
    const { close } = bar
    const isHigh = close > 1291.5
    ctx.explain?.rule('close above 1291.5', isHigh, { close })
    if (!isHigh || ctx.positions.length + ctx.pendingEntries > 0) return
    const spread = (ctx.quote?.ask ?? 0) - (ctx.quote?.bid ?? 0)
    const isNarrow = spread < maxSpread
    ctx.explain?.rule('spread narrow', isNarrow, { spread })
    if (isNarrow) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(500) } })
  },
})

describe('a run that explains itself', () => {
  it('records rules with inputs and verdicts, the first gate, and the order that followed', async () => {
    const report = await run(careful(0.1))
    expect(report.explanations.slice(2, 4)).toEqual([
      {
        seq: 3,
        at: Date.UTC(2014, 4, 1, 12, 3),
        feed: 'main',
        rules: [{ rule: 'close above 1291.5', holds: false, inputs: { close: 1290.5 } }],
        blockedBy: { type: 'rule', rule: 'close above 1291.5' },
        commands: [],
      },
      {
        seq: 4,
        at: Date.UTC(2014, 4, 1, 12, 4),
        feed: 'main',
        rules: [
          { rule: 'close above 1291.5', holds: true, inputs: { close: 1292 } },
          { rule: 'spread narrow', holds: true, inputs: { spread: 0 } },
        ],
        commands: ['bt.1'],
      },
    ])
    expect(report.decisions[0]).toMatchObject({ id: 'bt.1', explained: 4 })
  })

  it('names what blocked an entry that every rule had let through', async () => {
    const { explanations } = await run(careful(0.1), { explain: true, risk: { maxVolume: lots(0.01) } })
    expect(explanations[3]).toMatchObject({
      commands: [],
      blockedBy: { type: 'entry', id: 'bt.1', reason: expect.stringContaining('above the limit') },
    })
  })

  it('links commands that were given without a rule, and those of policies by their name', async () => {
    let bought = false
    const handlers = managed([breakEven({ at: { pips: pips(100) } })], {
      onBar(_bar, ctx) {
        if (!bought) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(500) } })
        bought = true
      },
    })
    const { explanations, decisions } = await run(handlers)
    expect(explanations[0]).toMatchObject({ rules: [], commands: ['bt.1'] })
    const move = decisions.find(({ command }) => command.type === 'set-protection')
    const cause = explanations.find(({ seq }) => seq === move?.explained)
    expect(cause?.rules).toEqual([{ rule: 'break-even', holds: true, inputs: { position: 1, stop: 1290 } }])
  })

  it('decides the same as one that does not', async () => {
    const bare = await run(careful(0.1), {})
    expect(bare).toMatchObject({ explanations: [], explanationCount: 0, rules: [] })
    const explained = await run(careful(0.1))
    const stripped = explained.decisions.map(({ explained: _explained, ...decision }) => decision)
    expect(stripped).toEqual(bare.decisions)
    expect(explained.trades).toEqual(bare.trades)
  })

  it('notes nothing of the warm-up', async () => {
    const [first] = bars([1290]).openedAt
    const openedAt = (Number(first) - 60_000) as never
    const price = 1299 as never
    const past = {
      type: 'bar',
      timeframe: 'm1',
      symbolId: REPLAY_XAUUSD.id,
      openedAt,
      closedAt: first as never,
    } as const
    const closed = [{ ...past, open: price, high: price, low: price, close: price, tickVolume: 1 }]
    const { rules } = await run(careful(0.1), { explain: true, warmUp: { main: { closed } } })
    expect(rules[0]).toMatchObject({ rule: 'close above 1291.5', held: 2, failed: 4 })
  })

  it('keeps its first explanations within the limit, those that led to something apart, and counts them all', async () => {
    const talkative: Handlers = {
      onBar(bar, ctx) {
        ctx.explain?.rule('always', true)
        if (bar.close > 1292.5) ctx.buy({ volume: lots(0.1) })
      },
    }
    const report = await run(talkative, { explain: { limit: 2 } })
    expect(report.explanations.map(({ seq }) => seq)).toEqual([1, 2, 5])
    expect(report.explanationCount).toBe(6)
    expect(report.rules[0]?.held).toBe(6)
  })

  it('refuses rules without end', async () => {
    const endless: Handlers = {
      onBar(bar, ctx) {
        for (let row = 0; row < 40; row++) ctx.explain?.rule(`close ${bar.closedAt} ${row}`, true)
      },
    }
    await expect(run(endless)).rejects.toThrow(/number 201.*pass them as inputs/)
  })
})

describe('explainSummary', () => {
  it('counts each rule of a run without trades, and tells the one that never held with its place', async () => {
    const report = await run(careful(0))
    expect(report.trades).toEqual([])
    const summary = explainSummary(report)
    expect(summary).toMatchObject({
      evaluations: 6,
      rules: [
        { rule: 'close above 1291.5', held: 2, failed: 4, blocked: 4 },
        { rule: 'spread narrow', held: 0, failed: 2, blocked: 2, lastHeldAt: undefined },
      ],
      neverHeld: [{ rule: 'spread narrow' }],
    })
    expect(summary.neverHeld[0]?.place).toMatch(/explain\.test\.ts:\d+$/)
    expect(summary.text.split('\n')).toEqual([
      'Rules were looked at 6 ×:',
      expect.stringMatching(
        /^"close above 1291.5" true 2 ×, false 4 ×, first gate 4 ×, .*explain\.test\.ts:\d+$/,
      ),
      expect.stringMatching(/^"spread narrow" true 0 ×, false 2 ×, first gate 2 ×, .*explain\.test\.ts:\d+$/),
      expect.stringMatching(/^Look at "spread narrow" \(.*explain\.test\.ts:\d+\): it never held\.$/),
    ])
  })

  it('counts blocked entries by reason, and keeps the numbers of the first', async () => {
    const always: Handlers = { onBar: (_bar, ctx) => void ctx.buy({ volume: lots(0.1) }) }
    const report = await run(always, {
      risk: { maxOpenPositions: 1 },
      protections: [maxDrawdown({ percent: 50 })],
    })
    const { blocked, text } = explainSummary(report)
    expect(blocked).toEqual([
      {
        reason: '… position(s) are open or on their way, the limit is …',
        count: 5,
        example: '1 position(s) are open or on their way, the limit is 1',
      },
    ])
    expect(text).toMatch(/^entry blocked 5 ×, first: 1 position.* the limit is 1$/)
  })
})
