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

  it('takes a step back for now, up to a minute', () => {
    const clock = started()
    expect([clock.take(START - 1), clock.take(START - 60_000), clock.time]).toEqual([START, START, START])
  })

  it('loses no quote of a symbol that is stamped up to a minute behind another', () => {
    const clock = started()
    const times: number[] = []
    for (let second = 0; second < 120; second++)
      for (const aheadMs of [0, 55_000]) times.push(clock.take(START + second * 1000 + aheadMs))
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(clock.time).toBe(START + 119_000 + 55_000)
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

describe('MarketClock, of executions', () => {
  it('is not led back by any number of old ones, which are of now', () => {
    const clock = started()
    const old = [START - 7_200_000, START - 7_199_990, START - 3_600_000, START - 5]
    expect(old.map(stated => clock.takeExecution(stated))).toEqual([START, START, START, START])
    expect([clock.time, clock.last]).toEqual([START, START])
  })

  it('follows one that is up to a minute ahead, and no quote behind it steps back', () => {
    const clock = started()
    expect(clock.takeExecution(START + 60_000)).toBe(START + 60_000)
    for (let second = 0; second <= 61; second++)
      expect(clock.take(START + second * 1000)).toBe(Math.max(START + 60_000, START + second * 1000))
  })

  it('goes with a silent market from one to the next, and is not led on while there are quotes', () => {
    const clock = started()
    expect(clock.takeExecution(START + 50_000)).toBe(START + 50_000)
    expect(clock.takeExecution(START + 79_000)).toBe(START + 79_000)
    expect(clock.take(START + 30_000)).toBe(START + 79_000)
    expect(clock.takeExecution(START + 100_000)).toBe(START + 79_000)
  })

  it.each([61_000, 600_000, DAY_MS])(
    'dates those of one order, %i ms ahead of the quotes, with now',
    aheadMs => {
      const clock = started()
      for (let i = 1; i <= 20; i++) {
        expect(clock.takeExecution(START + i * 100 + aheadMs)).toBe(clock.time)
        expect(clock.takeExecution(START + i * 100 + aheadMs + 5)).toBe(clock.time)
        expect(clock.last).toBe(clock.time)
        expect(clock.take(START + i * 100)).toBe(START + i * 100)
      }
    },
  )

  it('goes on after a weekend with the quote that says so too', () => {
    const clock = started()
    const monday = START + 2 * DAY_MS
    expect(clock.takeExecution(monday)).toBe(START)
    expect([clock.take(monday + 5), clock.takeExecution(monday + 9)]).toEqual([monday + 5, monday + 9])
  })

  it('believes one that says the same as the quote before it', () => {
    const clock = started()
    const monday = START + 2 * DAY_MS
    expect([clock.take(monday), clock.takeExecution(monday + 5), clock.time]).toEqual([
      monday,
      monday + 5,
      monday + 5,
    ])
  })

  it.each([1, 30, 90, 3600])('goes with a market that tells nothing else, each %i s', seconds => {
    const clock = started()
    for (let i = 1; i <= 400; i++) {
      const at = START + i * seconds * 1000
      clock.takeExecution(at)
      expect(at - clock.time).toBeLessThanOrEqual(Math.max(120, 2 * seconds) * 1000)
    }
  })

  it('believes a venue that replays, however long there was no quote', () => {
    const clock = started()
    expect([clock.takeExecution(START + 3_600_000, true), clock.time]).toEqual([
      START + 3_600_000,
      START + 3_600_000,
    ])
    expect(clock.takeExecution(START, true)).toBe(START + 3_600_000)
  })

  it('gives one without a time that of the market', () => {
    const clock = started()
    clock.take(START + DAY_MS)
    expect(clock.takeExecution(undefined)).toBe(START)
  })

  it("is not begun by one without a time: no message has told the market's", () => {
    const clock = new MarketClock()
    expect(clock.takeExecution(undefined)).toBeGreaterThan(START)
    expect([clock.time, clock.take(START), clock.time]).toEqual([0, START, START])
  })
})
