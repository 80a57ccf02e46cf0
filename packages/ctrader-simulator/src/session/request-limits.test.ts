import { describe, expect, it } from 'vitest'
import { BROKER_LIMITS, RequestLimits } from './request-limits.ts'

const TRADER = 2121
const RECONCILE = 2124
const BARS = 2137
const TICKS = 2145

function takeMany(limits: RequestLimits, payloadType: number, count: number, nowMs: number): void {
  for (let i = 0; i < count; i++) expect(limits.take(payloadType, nowMs)).toBeUndefined()
}

describe('RequestLimits', () => {
  it('lets 50 requests through in a second, and not the next', () => {
    const limits = new RequestLimits(BROKER_LIMITS, 0)
    takeMany(limits, TRADER, 50, 0)
    expect(limits.take(TRADER, 19)).toBe(1)
  })

  it('lets 5 requests of history through in a second, beside the others', () => {
    const limits = new RequestLimits(BROKER_LIMITS, 0)
    takeMany(limits, BARS, 5, 0)
    takeMany(limits, TRADER, 50, 0)
    expect(limits.take(BARS, 199)).toBe(1)
  })

  it('blocks the payload type that was one too many, and no other', () => {
    const limits = new RequestLimits({ ...BROKER_LIMITS, blockSeconds: 3 }, 0)
    takeMany(limits, BARS, 5, 0)
    expect(limits.take(BARS, 100)).toBe(3)
    expect(limits.take(TICKS, 1000)).toBeUndefined()
    expect(limits.take(BARS, 1000)).toBe(3)
    expect(limits.take(BARS, 2200)).toBe(1)
    expect(limits.take(BARS, 3100)).toBeUndefined()
  })

  it('fills evenly, up to a second of requests', () => {
    const limits = new RequestLimits(BROKER_LIMITS, 0)
    takeMany(limits, TRADER, 50, 0)
    takeMany(limits, TRADER, 25, 500)
    expect(limits.take(RECONCILE, 501)).toBe(1)
    takeMany(limits, TRADER, 50, 60_000)
    expect(limits.take(TRADER, 60_001)).toBe(1)
  })

  it('never counts what is no request', () => {
    const limits = new RequestLimits(BROKER_LIMITS, 0)
    takeMany(limits, 51, 200, 0)
    takeMany(limits, 9999, 200, 0)
  })
})
