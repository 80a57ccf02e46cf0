import { describe, expect, it } from 'vitest'
import { chartSummary } from './chart-summary.ts'
import { barAtMinute, tradeRow, usd } from './fixtures.ts'
import { MAX_MARKED_TRADES, tradeMarks } from './trade-marks.ts'

const bars = Array.from({ length: 10 }, (_, index) => barAtMinute(index + 1))

describe('tradeMarks', () => {
  it('puts entry and exit on the candles that contain them', () => {
    const [mark] = tradeMarks(bars, [tradeRow({ openedAt: 130_000, closedAt: 299_999 })], [])
    expect(mark).toMatchObject({
      entry: { at: 120_000, price: 100 },
      exit: { at: 240_000, price: 101 },
      direction: 'profit',
      text: '+9.30',
    })
  })

  it('leaves out trades that began before the first candle', () => {
    expect(tradeMarks(bars, [tradeRow({ openedAt: 1, closedAt: 130_000 })], [])).toEqual([])
  })

  it('marks an open position without an exit', () => {
    const position = {
      positionId: 5,
      symbol: 'XAUUSD',
      side: 'sell',
      volume: 0.1,
      entryPrice: 100,
      openedAt: 61_000,
      stopLoss: null,
      takeProfit: null,
      confirmedAt: 0,
    } as const
    expect(tradeMarks(bars, [], [position])[0]).toMatchObject({ exit: null, text: 'Sell 0.10' })
  })

  it('marks at most 120 trades, the newest', () => {
    const trades = Array.from({ length: 130 }, (_, index) => tradeRow({ dealId: 1000 - index }))
    const marks = tradeMarks(bars, trades, [])
    expect(marks).toHaveLength(MAX_MARKED_TRADES)
    expect(marks.map(mark => mark.key)).toContain('t1-1000')
    expect(marks.map(mark => mark.key)).not.toContain('t1-871')
  })
})

describe('chartSummary', () => {
  it('says range, change and how many trades won', () => {
    const chart = {
      symbol: 'XAUUSD',
      digits: 2,
      timeframe: 'm1',
      bars: [barAtMinute(1, 101), barAtMinute(2, 98)],
      quote: null,
    }
    const trades = [
      tradeRow({ openedAt: 70_000 }),
      tradeRow({ openedAt: 70_000, net: usd(-1) }),
      tradeRow({ openedAt: 1 }),
    ]
    expect(chartSummary(chart, trades)).toBe(
      'XAUUSD m1, 2 candles since Thu 1 Jan 00:01 UTC: last 98.00, \u22122.00 %; low 98.00, high 101.00. ' +
        '2 trades closed in this window, 1 with a profit.',
    )
    expect(chartSummary({ ...chart, bars: [] }, [])).toBe('XAUUSD m1: no candles yet.')
  })
})
