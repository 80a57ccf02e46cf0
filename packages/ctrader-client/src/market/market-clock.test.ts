import { describe, expect, it } from 'vitest'
import { MarketClock } from './market-clock.ts'

const START = Date.UTC(2025, 0, 6, 12)
const DAY_MS = 86_400_000

function started(): MarketClock {
  const clock = new MarketClock()
  clock.take(START)
  return clock
}

describe('MarketClock', () => {
  it('follows the times that messages state, and dates those without one with the last', () => {
    const clock = started()
    expect([clock.take(START + 50), clock.take(undefined), clock.time]).toEqual([
      START + 50,
      START + 50,
      START + 50,
    ])
  })

  it('takes jitter for now, up to 10 s', () => {
    const clock = started()
    expect([clock.take(START - 1), clock.take(START - 10_000), clock.time]).toEqual([START, START, START])
  })

  it.each([
    ['a day ahead', DAY_MS],
    ['an hour behind', -3_600_000],
    ['61 s ahead', 61_000],
  ])('is not moved by one message %s, which keeps its own time', (_, offMs) => {
    const clock = started()
    expect(clock.take(START + offMs)).toBe(START + offMs)
    expect(clock.time).toBe(START)
    expect([clock.take(START + 5), clock.time, clock.last]).toEqual([START + 5, START + 5, START + 5])
    // The doubt is forgotten: the same again, later, is one message again.
    expect(clock.take(START + offMs)).toBe(START + offMs)
    expect(clock.time).toBe(START + 5)
  })

  it('believes a weekend when the second message says so too', () => {
    const clock = started()
    const monday = START + 2 * DAY_MS
    expect([clock.take(monday), clock.time]).toEqual([monday, START])
    // What came without a time belongs to the message before it.
    expect(clock.take(undefined)).toBe(monday)
    expect([clock.take(monday + 40), clock.time]).toEqual([monday + 40, monday + 40])
  })

  it('comes back from a first message that was wrong', () => {
    const clock = new MarketClock()
    clock.take(START + DAY_MS)
    expect([clock.take(START), clock.take(START + 10), clock.time]).toEqual([START, START + 10, START + 10])
  })

  it('does not believe two wrong dates that differ', () => {
    const clock = started()
    clock.take(START + DAY_MS)
    clock.take(START + 3 * DAY_MS)
    expect(clock.time).toBe(START)
  })

  it('goes with a market whose messages are minutes apart', () => {
    const clock = started()
    let at = START
    for (const minutes of [3, 4, 2, 9, 5, 3, 12, 2]) {
      at += minutes * 60_000
      expect(clock.take(at)).toBe(at)
      // Two messages behind at most.
      expect(at - clock.time).toBeLessThanOrEqual(21 * 60_000)
    }
  })

  it('begins with the clock of this machine when the first message has no time', () => {
    const before = Date.now()
    expect(new MarketClock().take(undefined)).toBeGreaterThanOrEqual(before)
  })
})
