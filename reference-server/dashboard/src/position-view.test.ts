import { describe, expect, it } from 'vitest'
import { positionStanding } from './position-view.ts'

const long = {
  positionId: 1,
  symbol: 'XAUUSD',
  side: 'buy',
  volume: 0.1,
  entryPrice: 100,
  openedAt: 0,
  stopLoss: 98,
  takeProfit: 104,
  confirmedAt: 0,
} as const
const quote = { at: 0, bid: 101, ask: 101.5 }

describe('positionStanding', () => {
  it('closes a long at the bid and measures in multiples of its risk', () => {
    expect(positionStanding(long, quote)).toMatchObject({
      closePrice: 101,
      result: 1,
      multiple: 0.5,
      toStop: 3,
      toTarget: 3,
      track: { now: 0.5 },
    })
  })

  it('closes a short at the ask', () => {
    const short = { ...long, side: 'sell', stopLoss: 102, takeProfit: 96 } as const
    expect(positionStanding(short, quote)).toMatchObject({
      closePrice: 101.5,
      result: -1.5,
      multiple: -0.75,
      toStop: 0.5,
    })
  })

  it('knows no multiple without a stop or with a stop beyond the entry', () => {
    expect(positionStanding({ ...long, stopLoss: null }, quote)).toMatchObject({
      multiple: null,
      track: null,
    })
    expect(positionStanding({ ...long, stopLoss: 100.5 }, quote).multiple).toBeNull()
  })

  it('keeps the track within its ends when the price is beyond the stop', () => {
    expect(positionStanding(long, { at: 0, bid: 90, ask: 90 }).track?.now).toBe(0)
  })
})
