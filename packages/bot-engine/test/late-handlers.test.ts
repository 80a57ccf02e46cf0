import { lots } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineStrategy, type Handlers, managed, timeExit } from '../src/index.ts'
import { ReplayBroker } from '../src/testing/index.ts'
import { type ParityCase, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

type Late = Pick<Handlers, 'onQuote' | 'onExecution'>

/** Trades at each bar; what it hears by handlers that it puts on its own object later, in the mode of `trace`. */
async function heard(
  trace: (parityCase: ParityCase) => Promise<unknown>,
  wrap: (handlers: Handlers) => Handlers = handlers => handlers,
): Promise<ReadonlySet<string>> {
  const told = new Set<string>()
  const late: Late = {
    onQuote: () => void told.add('quote'),
    onExecution: ({ type }) => void told.add(type),
  }
  const strategy = defineStrategy({
    name: 'late',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create() {
      const handlers: Handlers = {
        onStart: () => void Object.assign(handlers, late),
        onBar(_bar, ctx) {
          told.add('bar')
          if (ctx.position === undefined) ctx.buy({ volume: lots(0.01) })
          else ctx.close()
          // Twice: the second is refused, which is an event also where fills are none.
          ctx.close()
        },
      }
      return wrap(handlers)
    },
  })
  await trace({ data: wildTicks(3, 1000), latencyMs: 50, strategy, params: {} })
  return told
}

const live = (parityCase: ParityCase) => traceLive(parityCase, options => new ReplayBroker(options))

describe('a handler that is put on the object after create has returned it', () => {
  it.each([
    ['a backtest', traceBacktest],
    ['a live run', live],
  ])('is not called in %s', async (_, trace) => {
    expect([...(await heard(trace))]).toEqual(['bar'])
  })

  it.each([
    ['a backtest', traceBacktest],
    ['a live run', live],
  ])('is not called in %s beside policies either', async (_, trace) => {
    const wrap = (handlers: Handlers) => managed([timeExit({ bars: 100 })], handlers)
    expect([...(await heard(trace, wrap))]).toEqual(['bar'])
  })
})
