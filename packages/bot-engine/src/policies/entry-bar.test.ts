import { lots, pips, type Quote, type Side } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import { partialTargets } from './exit-policies.ts'
import { managed } from './managed.ts'
import type { PositionPolicy } from './position-policy.ts'
import { breakEven, fixedTrail } from './stop-policies.ts'

const MINUTE_MS = 60_000
const NOON = Date.UTC(2014, 4, 1, 12)
/** Open, high, low, close; entered at the open of the third, which goes 2 R up and comes back, and then to the stop. */
const UP: readonly (readonly number[])[] = [
  [1290, 1290.1, 1289.9, 1290],
  [1290, 1290.1, 1289.9, 1290],
  [1290, 1294, 1289.9, 1290.5],
  [1290.5, 1290.6, 1290.4, 1290.5],
  [1290.5, 1290.6, 1290, 1290.2],
  [1290.2, 1290.2, 1285, 1285],
  [1285, 1285.1, 1284.9, 1285],
]
const DOWN = UP.map(row => row.map(price => 2580 - price)).map(([o, h, l, c]) => [o, l, h, c] as number[])

function barsOf(rows: readonly (readonly number[])[]): BarColumns {
  const column = (index: number) => Float64Array.from(rows, row => points(row[index] as number))
  return {
    type: 'bars',
    symbolId: REPLAY_XAUUSD.id,
    timeframe: 'm1',
    length: rows.length,
    openedAt: Float64Array.from(rows, (_, row) => NOON + row * MINUTE_MS),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    tickVolume: Float64Array.from(rows, () => 4),
  }
}

/** The same as quotes: open, high, low and close of each minute, one after the other. */
function quotesOf(rows: readonly (readonly number[])[]): TickColumns {
  const bids = Float64Array.from(rows.flat(), points)
  const at = (_: number, row: number) =>
    NOON + Math.floor(row / 4) * MINUTE_MS + ([0, 20_000, 40_000, 59_999][row % 4] as number)
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: bids.length,
    at: Float64Array.from(bids, at),
    bid: bids,
    ask: bids,
  }
}

const points = (price: number) => Math.round(price * 1000) * 100
const PIPS = (price: number) => pips(price * 10 ** REPLAY_XAUUSD.pipPosition)

async function run(
  create: () => Handlers,
  data: BarColumns | TickColumns,
  latencyMs: number,
  timeframe: 'm1' | 'm5' = 'm1',
) {
  const feeds = () => ({ main: { timeframe } })
  const strategy = defineStrategy({ name: 'probe', params: z.object({}), feeds, create })
  const venue = { latencyMs }
  const basics = { params: {}, instrument: REPLAY_XAUUSD, account: REPLAY_ACCOUNT }
  return await backtest(strategy, { ...basics, data, venue })
}

/** Enters at the close of the second bar. */
function entering(policies: readonly PositionPolicy[], side: Side, trailing = false): () => Handlers {
  return () => {
    let bars = 0
    return managed(policies, {
      onBar(_bar, ctx) {
        bars += 1
        if (bars === 2) ctx[side]({ volume: lots(0.1), stopLoss: { pips: PIPS(2) }, trailing })
      },
    })
  }
}

describe('the bar of the entry counts from the fill on, in every mode', () => {
  it.each<[string, PositionPolicy, string]>([
    ['breakEven', breakEven({ at: { r: 1 } }), 'stop-loss at the entry'],
    ['fixedTrail', fixedTrail({ pips: PIPS(1) }), 'strategy 0.5 better'],
  ])('for %s', async (_name, policy, wanted) => {
    for (const [side, rows] of [
      ['buy', UP],
      ['sell', DOWN],
    ] as const)
      for (const [data, latencyMs] of [
        [barsOf(rows), 0],
        [quotesOf(rows), 0],
        [quotesOf(rows), 50],
      ] as const) {
        const { trades } = await run(entering([policy], side), data, latencyMs)
        const results = trades.map(({ exitReason, entryPrice, exitPrice }) => {
          const better = Math.abs(exitPrice - entryPrice)
          return `${exitReason} ${better === 0 ? 'at the entry' : `${better} better`}`
        })
        expect(results).toEqual([wanted])
      }
  })

  it('for partialTargets', async () => {
    const half = partialTargets([{ at: { r: 1 }, close: 0.5 }])
    for (const latencyMs of [0, 50]) {
      const { trades } = await run(entering([half], 'buy'), quotesOf(UP), latencyMs)
      expect(trades.map(({ volume, exitPrice }) => [volume, exitPrice])).toEqual([
        [0.05, 1290.5],
        [0.05, 1285],
      ])
    }
  })

  it('while what the bar had shown before the fill does not', async () => {
    // In five minutes the high of 1294 is of the third; entered in the fourth.
    const create = (): Handlers => {
      let isEntered = false
      return managed([breakEven({ at: { r: 1 } })], {
        onQuote({ at }, ctx) {
          if (isEntered || at < NOON + 3 * MINUTE_MS) return
          isEntered = true
          ctx.buy({ volume: lots(0.1), stopLoss: { pips: PIPS(2) } })
        },
      })
    }
    const { trades } = await run(create, quotesOf([...UP.slice(0, 4), ...UP.slice(3)]), 50, 'm5')
    expect(trades.map(({ exitReason, exitPrice }) => [exitReason, exitPrice])).toEqual([['stop-loss', 1285]])
  })
})

it('a strategy without onQuote is given the quotes of the bar of the entry, and no others', async () => {
  const seen: number[] = []
  const { trades } = await run(
    () => {
      const handlers = entering([breakEven({ at: { r: 1 } })], 'buy')()
      const { onQuote } = handlers
      return {
        ...handlers,
        onQuote(quote: Quote, ctx) {
          seen.push((quote.at - NOON) / MINUTE_MS)
          onQuote?.(quote, ctx)
        },
      }
    },
    quotesOf(UP),
    50,
  )
  expect(trades).toHaveLength(1)
  expect(seen.map(Math.floor)).toEqual([2, 2, 2])
})

it('policies of quotes are given all of them, whatever the strategy or policies within want', async () => {
  const trail = fixedTrail({ pips: PIPS(1) }, { when: 'quote' })
  const entered = entering([breakEven({ at: { r: 9 } })], 'buy')
  // The bar after that of the entry goes up and comes back: at its low the trailed stop is hit.
  const [flat = [], , peak = []] = UP
  const data = quotesOf([flat, flat, flat, peak, ...UP.slice(3)])
  for (const within of [entered, () => ({ ...entered(), wantsQuotes: () => false })]) {
    const { trades } = await run(() => managed([trail], within()), data, 50)
    expect(trades.map(({ exitReason, exitPrice }) => [exitReason, exitPrice])).toEqual([
      ['stop-loss', 1289.9],
    ])
  }
})

it('r is measured from the first stop, when it is trailed from the fill on too', async () => {
  // 1.6 up at most: 1 R is 2, but by the end of the bar the stop has followed to 0.4.
  const rows = UP.map((row, index) => (index === 2 ? [1290, 1291.6, 1289.9, 1291.5] : row))
  const half = partialTargets([{ at: { r: 1 }, close: 0.5 }])
  for (const data of [barsOf(rows), quotesOf(rows)]) {
    const { trades } = await run(entering([half], 'buy', true), data, 0)
    expect(trades.map(({ volume, exitReason }) => [volume, exitReason])).toEqual([[0.1, 'stop-loss']])
  }
})
