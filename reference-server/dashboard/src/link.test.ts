import { describe, expect, it } from 'vitest'
import { linkText, NO_LINK, retryDelayMs } from './link.ts'

const NOW = Date.UTC(2026, 10, 25, 10, 21, 7)

describe('linkText', () => {
  it('is live while bytes come', () => {
    expect(linkText({ phase: 'live', retryAt: null, confirmedAt: NOW - 14_000 }, NOW)).toMatchObject({
      state: 'live',
      stale: false,
    })
  })

  it('counts down to the next attempt, and values stay current while snapshots answer', () => {
    const link = { phase: 'waiting', retryAt: NOW + 3200, confirmedAt: NOW - 4000 } as const
    expect(linkText(link, NOW)).toMatchObject({
      state: 'reconnecting',
      label: 'Reconnecting 4 s',
      stale: false,
    })
  })

  it('is offline and stale one minute after the last word, even if the stream claims to be open', () => {
    for (const phase of ['waiting', 'live', 'connecting'] as const)
      expect(linkText({ phase, retryAt: null, confirmedAt: NOW - 60_001 }, NOW)).toMatchObject({
        state: 'offline',
        label: 'Offline since 10:20:06',
        stale: true,
      })
  })

  it('claims nothing before the first answer', () => {
    expect(linkText(NO_LINK, NOW)).toMatchObject({ state: 'connecting', stale: false })
    expect(linkText({ ...NO_LINK, phase: 'waiting', retryAt: NOW + 900 }, NOW)).toMatchObject({
      state: 'reconnecting',
      stale: true,
    })
  })
})

describe('retryDelayMs', () => {
  it('doubles from 1 s, stops at 30 s, and adds at most a quarter', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1000].map(attempt => retryDelayMs(attempt, 0))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ])
    expect(retryDelayMs(0, 1)).toBe(1250)
  })
})
