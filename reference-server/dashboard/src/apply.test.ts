import { describe, expect, it } from 'vitest'
import { applyToBot, applyToFleet } from './apply.ts'
import { barAtMinute, botOf, fleetOf, instance, laneRow, tradeRow } from './fixtures.ts'

describe('applyToFleet', () => {
  it('replaces a row and stamps it with its time of receipt', () => {
    const fleet = applyToFleet(fleetOf([instance()]), { type: 'lane', row: laneRow({ openPositions: 2 }) }, 5)
    expect(fleet.lanes.demo).toHaveLength(1)
    expect(fleet.lanes.demo[0]).toMatchObject({ openPositions: 2, receivedAt: 5 })
  })

  it('moves a strategy out of the backlog when its instance appears', () => {
    const before = fleetOf([])
    const backlog = [{ botId: 'S03', name: '', description: '', symbol: '', hypothesis: '' }]
    const fleet = applyToFleet(
      { ...before, lanes: { ...before.lanes, backlog } },
      { type: 'lane', row: laneRow({ accountType: 'live' }) },
      5,
    )
    expect(fleet.lanes.backlog).toEqual([])
    expect(fleet.lanes.live.map(row => row.botId)).toEqual(['S03'])
    expect(fleet.lanes.demo).toEqual([])
  })

  it('leaves a strategy in the backlog whose instance never ran and shall not run', () => {
    const fleet = fleetOf([])
    const row = laneRow({ desired: 'stopped', actual: 'stopped', tradeCount: 0 })
    expect(applyToFleet(fleet, { type: 'lane', row }, 5)).toBe(fleet)
    expect(applyToFleet(fleet, { type: 'lane', row: { ...row, tradeCount: 1 } }, 5).lanes.demo).toHaveLength(
      1,
    )
  })

  it('leaves the fleet as it is for messages about trades and candles', () => {
    const fleet = fleetOf([instance()])
    expect(applyToFleet(fleet, { type: 'trade', trade: tradeRow() }, 5)).toBe(fleet)
    expect(applyToFleet(fleet, { type: 'reset' }, 5)).toBe(fleet)
  })
})

describe('applyToBot', () => {
  it('ignores messages about another bot and about the same bot on another account', () => {
    const bot = botOf()
    expect(applyToBot(bot, { type: 'lane', row: laneRow({ accountType: 'live' }) }, 5)).toBe(bot)
    expect(applyToBot(bot, { type: 'trade', trade: tradeRow({ botId: 'S04' }) }, 5)).toBe(bot)
  })

  it('puts a trade first and never shows a deal twice', () => {
    const first = tradeRow({ dealId: 1, closedAt: 1 })
    const bot = botOf({ trades: [first] })
    const message = { type: 'trade', trade: tradeRow({ dealId: 2, closedAt: 2 }) } as const
    const twice = applyToBot(applyToBot(bot, message, 5), message, 6)
    expect(twice.trades.map(trade => trade.dealId)).toEqual([2, 1])
  })

  it('keeps at most 500 trades', () => {
    const trades = Array.from({ length: 500 }, (_, index) =>
      tradeRow({ dealId: index + 1, closedAt: index + 1 }),
    )
    const bot = applyToBot(
      botOf({ trades }),
      { type: 'trade', trade: tradeRow({ dealId: 900, closedAt: 900 }) },
      5,
    )
    expect(bot.trades).toHaveLength(500)
    expect(bot.trades[0]?.dealId).toBe(900)
    expect(bot.trades.some(trade => trade.dealId === 1)).toBe(false)
  })

  it('starts the chart anew when symbol or timeframe change', () => {
    const bars = { type: 'bars', botId: 'S03', accountType: 'demo', symbol: 'XAUUSD', digits: 2 } as const
    const minute = applyToBot(
      botOf(),
      { ...bars, timeframe: 'm1', bars: [barAtMinute(0)], quote: { at: 1, bid: 1, ask: 2 } },
      5,
    )
    const same = applyToBot(minute, { ...bars, timeframe: 'm1', bars: [barAtMinute(1)], quote: null }, 5)
    expect(same.chart?.bars).toHaveLength(2)
    expect(same.chart?.quote).toEqual({ at: 1, bid: 1, ask: 2 })
    const other = applyToBot(same, { ...bars, timeframe: 'm5', bars: [barAtMinute(5)], quote: null }, 5)
    expect(other.chart?.bars).toHaveLength(1)
    expect(other.chart?.quote).toBeNull()
  })
})
