import type { ExecutionEvent } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyOrder, ReplayBroker } from '../src/testing/index.ts'
import { type ParityCase, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

const LATENCIES = [0, 10, 50, 250]

describe('backtest and live run with every type of order', () => {
  it('give the same trades and decisions, for any market and latency', { timeout: 60_000 }, async () => {
    let trades = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(...LATENCIES), async (seed, latencyMs) => {
        const parityCase: ParityCase = { data: wildTicks(seed, 4000), latencyMs, strategy: everyOrder }
        const expected = await traceBacktest(parityCase)
        const actual = await traceLive(parityCase, options => new ReplayBroker(options))
        expect(actual).toEqual(expected)
        trades += expected.trades.length
      }),
      { numRuns: 16, seed: 20140501 },
    )
    expect(trades).toBeGreaterThan(200)
  })

  it('see every kind of event and refusal that pending orders have', async () => {
    const kinds = new Set<string>()
    class Noting extends ReplayBroker {
      override start(...[feeds, onEvent, options]: Parameters<ReplayBroker['start']>): Promise<void> {
        return super.start(
          feeds,
          event => {
            if (event.type !== 'quote' && event.type !== 'bar') kinds.add(kindOf(event))
            onEvent(event)
          },
          options,
        )
      }
    }
    const parityCase: ParityCase = { data: wildTicks(5, 12_000), latencyMs: 50, strategy: everyOrder }
    await traceLive(parityCase, options => new Noting(options))
    const types = ['limit', 'stop', 'stop-limit', 'market-range']
    for (const type of types) expect(kinds).toContain(`order-filled ${type}`)
    for (const type of ['limit', 'stop-limit', 'market-range'])
      expect(kinds).toContain(`order-cancelled ${type}`)
    for (const type of ['limit', 'stop', 'stop-limit']) expect(kinds).toContain(`order-replaced ${type}`)
    for (const type of ['limit', 'stop']) expect(kinds).toContain(`order-expired ${type}`)
    for (const reason of ['ORDER_NOT_FOUND', 'TRADING_BAD_PRICES', 'TRADING_BAD_EXPIRATION_DATE'])
      expect(kinds).toContain(reason)
  })
})

function kindOf(event: ExecutionEvent): string {
  if (event.type === 'order-rejected') return event.reason
  return 'order' in event ? `${event.type} ${event.order.terms?.type ?? 'market'}` : event.type
}
