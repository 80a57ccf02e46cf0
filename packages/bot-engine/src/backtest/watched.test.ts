import { lots, pips, type SymbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, SYNTHETIC_EURUSD } from '../data/instruments.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import { backtest } from './run.ts'

const GOLD = REPLAY_XAUUSD
const EURO = SYNTHETIC_EURUSD
const FEEDS: Feeds = { main: { timeframe: 'm1' }, euro: { timeframe: 'm1', symbol: 'EURUSD' } }

function ticks(symbolId: SymbolId, times: readonly number[], price: number): TickColumns {
  return {
    type: 'ticks',
    symbolId,
    length: times.length,
    at: Float64Array.from(times),
    bid: new Float64Array(times.length).fill(price),
    ask: new Float64Array(times.length).fill(price + 10_000),
  }
}

function run(handlers: Handlers, data: readonly TickColumns[], feeds: Feeds = FEEDS) {
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => feeds,
    create: () => handlers,
  })
  const base = { params: {}, instrument: GOLD, account: REPLAY_ACCOUNT, venue: { latencyMs: 50 } }
  return backtest(strategy, { ...base, watched: [EURO], data })
}

describe('a backtest that watches another instrument', () => {
  it('gives quotes of both by time, then symbol id, and lets any of them end bars and let orders fill', async () => {
    const seen: string[] = []
    const name = (id: SymbolId): string => (id === GOLD.id ? 'gold' : 'euro')
    await run(
      {
        onQuote(quote, ctx) {
          seen.push(`${quote.at} quote ${name(quote.symbolId)}`)
          if (quote.at === 60_200 && ctx.position === undefined)
            ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(100) } })
        },
        onBar: bar => void seen.push(`${bar.closedAt} bar ${bar.feed}`),
        onExecution: event => void seen.push(`${event.at} ${event.type}`),
      },
      [ticks(GOLD.id, [59_000, 60_200], 129_000_000), ticks(EURO.id, [59_000, 60_100, 60_300], 110_000)],
    )
    expect(seen).toEqual([
      '59000 quote euro',
      '59000 quote gold',
      // A quote of the one that is only watched ends the bars of both.
      '60000 bar main',
      '60000 bar euro',
      '60100 quote euro',
      '60200 quote gold',
      // Due before the next quote of either.
      '60250 order-accepted',
      '60250 order-filled',
      '60250 position-updated',
      '60300 quote euro',
    ])
  })

  it('keeps the quote of the context and the prices of positions to the instrument traded', async () => {
    const bids: (number | undefined)[] = []
    await run({ onQuote: (_quote, ctx) => void bids.push(ctx.quote?.bid) }, [
      ticks(GOLD.id, [1000], 129_000_000),
      ticks(EURO.id, [500, 2000], 110_000),
    ])
    expect(bids).toEqual([undefined, 1290, 1290])
  })

  it.each([
    ['one of the columns is missing', [ticks(GOLD.id, [1], 1)]],
    ['one is of no instrument', [ticks(GOLD.id, [1], 1), ticks(7 as SymbolId, [1], 1)]],
    ['two are of one', [ticks(GOLD.id, [1], 1), ticks(GOLD.id, [1], 1)]],
  ])('is refused when %s', async (_what, data) => {
    await expect(run({}, data)).rejects.toThrow('[invalid-options]')
  })

  it('is refused when a feed watches an instrument that was not passed, by name', async () => {
    const data = [ticks(GOLD.id, [1], 1), ticks(EURO.id, [1], 1)]
    const feeds: Feeds = { main: { timeframe: 'm1', symbol: 'USDJPY' } }
    await expect(run({}, data, feeds)).rejects.toThrow(/"main" watches USDJPY.*XAUUSD, EURUSD/)
  })
})
