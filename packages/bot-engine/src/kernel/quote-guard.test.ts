import { lots, type Price, type Quote, type UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ManualBroker, sessions, start, turn } from '../../test/manual-broker.ts'
import { backtest } from '../backtest/run.ts'
import type { TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const START = Date.UTC(2025, 0, 6, 12)
const SPIKE_ROW = 400
/** Quotes a second apart; one of them 20 dollars too high. */
const ROWS = Array.from({ length: 500 }, (_, row) => {
  const bid = 1290 + (row % 7) / 100 + (row === SPIKE_ROW ? 20 : 0)
  return { at: START + row * 1000, bid, ask: bid + 0.3 }
})
const data: TickColumns = {
  type: 'ticks',
  symbolId: REPLAY_XAUUSD.id,
  length: ROWS.length,
  at: Float64Array.from(ROWS, ({ at }) => at),
  bid: Float64Array.from(ROWS, ({ bid }) => Math.round(bid * 100_000)),
  ask: Float64Array.from(ROWS, ({ ask }) => Math.round(ask * 100_000)),
}

function recorder(seen: Quote[]): Handlers {
  return {
    onStart: ctx => ctx.setTimer('in doubt', (START + SPIKE_ROW * 1000 + 500) as UnixMs),
    onQuote: quote => void seen.push({ ...quote }),
  }
}

const strategyOf = (handlers: Handlers) =>
  defineStrategy({
    name: 'recorder',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => handlers,
  })

const run = (handlers: Handlers, quoteFilter: boolean) =>
  backtest(strategyOf(handlers), {
    params: {},
    instrument: REPLAY_XAUUSD,
    data,
    account: REPLAY_ACCOUNT,
    quoteFilter,
  })

describe('the filter of quotes before a strategy', () => {
  it('keeps a spike from handlers and bars, and counts it', async () => {
    const seen: Quote[] = []
    const highs: number[] = []
    const handlers = {
      ...recorder(seen),
      onBar: (bar: { readonly high: number }) => void highs.push(bar.high),
    }
    const report = await run(handlers, true)
    expect(report.quarantine).toMatchObject({ passed: 498, quarantined: 1, defects: { spike: 1 } })
    expect(seen).toHaveLength(498)
    expect(Math.max(...highs)).toBeLessThan(1291)
    const open = await run(handlers, false)
    expect(open.quarantine).toBeUndefined()
    expect(seen).toHaveLength(998)
    expect(Math.max(...highs)).toBeGreaterThan(1310)
  })

  it('hands a live strategy the same quotes as a backtest', async () => {
    const backtested: Quote[] = []
    await run(recorder(backtested), true)
    const live: Quote[] = []
    const broker = new ManualBroker()
    const session = await start(recorder(live), broker, { quoteFilter: true })
    for (const { at, bid, ask } of ROWS)
      broker.emit({
        type: 'quote',
        symbolId: REPLAY_XAUUSD.id,
        at: at as UnixMs,
        bid: bid as Price,
        ask: ask as Price,
      })
    expect(live.map(({ at }) => at)).toEqual(backtested.map(({ at }) => at))
    expect(session.view().quarantine).toMatchObject({ quarantined: 1, defects: { spike: 1 } })
  })

  it('goes on after a refusal that was dated with a quote kept back', async () => {
    const seen: Quote[] = []
    const broker = new ManualBroker()
    await start(recorder(seen), broker, { quoteFilter: true })
    const quote = (row: number, offMs = 0) => {
      const { at, bid, ask } = ROWS[row]!
      const told = { at: (at + offMs) as UnixMs, bid: bid as Price, ask: ask as Price }
      broker.emit({ type: 'quote', symbolId: REPLAY_XAUUSD.id, ...told })
    }
    quote(0)
    quote(1)
    quote(2, 86_400_000)
    broker.emit({ type: 'order-rejected', at: (START + 86_402_000) as UnixMs, reason: 'NOT_ENOUGH_MONEY' })
    quote(3)
    expect(seen.map(({ at }) => at)).toEqual([ROWS[1]!.at, ROWS[3]!.at])
  })

  it('opens nothing while a jump is in doubt, and lets what is open be closed', async () => {
    const log: string[] = []
    const buy = { volume: lots(0.01) }
    const broker = new ManualBroker()
    const handlers: Handlers = {
      onExecution(_event, ctx) {
        log.push(ctx.buy(buy) === undefined ? 'blocked' : 'bought')
      },
    }
    const session = await start(handlers, broker, {
      quoteFilter: true,
      observer: { onEvent: event => void (event.type === 'entry-blocked' && log.push(event.blocked.reason)) },
    })
    const quote = (row: number) => {
      const { at, bid, ask } = ROWS[row]!
      broker.emit({
        type: 'quote',
        symbolId: REPLAY_XAUUSD.id,
        at: at as UnixMs,
        bid: bid as Price,
        ask: ask as Price,
      })
    }
    for (let row = 0; row <= SPIKE_ROW; row++) quote(row)
    const execution = {
      type: 'balance-changed',
      balance: session.view().balance,
      delta: session.view().balance,
    } as const
    broker.emit({ ...execution, at: ROWS[SPIKE_ROW]!.at as UnixMs })
    expect(log.join()).toContain('a jump of the price is not confirmed yet')
    log.length = 0
    quote(SPIKE_ROW + 1)
    broker.emit({ ...execution, at: ROWS[SPIKE_ROW + 1]!.at as UnixMs })
    expect(log.join()).not.toContain('not confirmed')
    await turn()
    expect(broker.submitted).toHaveLength(1)
    // A stop would wait for the answer.
    broker.submitted[0]?.answer({ type: 'accepted' })
    await turn()
  })
})
