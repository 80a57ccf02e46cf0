import type { Command, DecisionRecord, Trade } from '../src/index.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyPolicy, ReplayBroker } from '../src/testing/index.ts'
import type { MarketEvent, ExecutionEvent } from '@openclaw-trading/trading-model'
import { type ParityCase, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

const LATENCIES = [0, 10, 50, 250]
const TRAILS = ['fixed', 'atr', 'chandelier', 'step']

const moves = (decisions: readonly DecisionRecord[]): readonly Command[] =>
  decisions.map(({ command }) => command).filter(({ type }) => type === 'set-protection')
const parts = (trades: readonly Trade[]): number => new Set(trades.map(({ positionId }) => positionId)).size

describe('backtest and live run with every policy', () => {
  it('give the same trades and decisions, for any market and latency', { timeout: 60_000 }, async () => {
    let stops = 0
    let partial = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom(...LATENCIES),
        fc.constantFrom(...TRAILS),
        fc.constantFrom('bar', 'quote'),
        async (seed, latencyMs, trail, when) => {
          const parityCase: ParityCase = {
            data: wildTicks(seed, 3000),
            latencyMs,
            strategy: everyPolicy,
            params: { trail, when },
          }
          const expected = await traceBacktest(parityCase)
          expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
          stops += moves(expected.decisions).length
          partial += expected.trades.length - parts(expected.trades)
        },
      ),
      { numRuns: 16, seed: 20140501 },
    )
    expect(stops).toBeGreaterThan(100)
    expect(partial).toBeGreaterThan(50)
  })

  it('moves no stop back, and repeats none', async () => {
    for (const trail of TRAILS) {
      const data = wildTicks(11, 6000)
      const { decisions } = await traceBacktest({
        data,
        latencyMs: 50,
        strategy: everyPolicy,
        params: { trail, when: 'quote' },
      })
      const last = new Map<number, number>()
      const signs = new Map<number, number>()
      for (const { command, bid = 0 } of decisions) {
        if (command.type !== 'set-protection') continue
        const stop = command.protection.stopLoss ?? 0
        const sign = signs.get(command.positionId) ?? (stop < bid ? 1 : -1)
        signs.set(command.positionId, sign)
        const before = last.get(command.positionId)
        if (before !== undefined) expect((stop - before) * sign).toBeGreaterThan(0)
        expect(command.protection.takeProfit).toBeDefined()
        last.set(command.positionId, stop)
      }
      expect(last.size).toBeGreaterThan(5)
    }
  })
})

describe('a planted fault is caught by the comparison:', () => {
  it('a stop that is confirmed at another price', async () => {
    class OffByOneTick extends ReplayBroker {
      override start(...[feeds, onEvent, options]: Parameters<ReplayBroker['start']>): Promise<void> {
        return super.start(feeds, event => onEvent(shifted(event)), options)
      }
    }
    const parityCase: ParityCase = {
      data: wildTicks(3, 4000),
      latencyMs: 50,
      strategy: everyPolicy,
      params: {},
    }
    const expected = await traceBacktest(parityCase)
    expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
    expect(await traceLive(parityCase, options => new OffByOneTick(options))).not.toEqual(expected)
  })
})

function shifted(event: MarketEvent | ExecutionEvent): MarketEvent | ExecutionEvent {
  if (event.type !== 'position-updated' || event.position.stopLoss === undefined) return event
  const stopLoss = (Math.round(event.position.stopLoss * 1000 + 1) / 1000) as typeof event.position.stopLoss
  return { ...event, position: { ...event.position, stopLoss } }
}
