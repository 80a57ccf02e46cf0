import { barSpan, isOpen, symbolId, type UnixMs, unixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { isEngineError } from '../errors.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from './instruments.ts'
import { createSyntheticMarket, makeSyntheticTicks, syntheticTicks } from './synthetic.ts'
import { makeSyntheticBars, syntheticBars } from './synthetic-bars.ts'

const SUNDAY_OPEN = unixMs(Date.UTC(2025, 0, 5, 23))
const MONDAY = unixMs(Date.UTC(2025, 0, 6, 7))
const week = syntheticTicks({
  seed: 7,
  instrument: SYNTHETIC_XAUUSD,
  startAt: unixMs(Date.UTC(2025, 0, 4)),
  until: unixMs(Date.UTC(2025, 0, 14)),
})

const newYorkHour = (at: number) =>
  Math.floor((at + zoneOffsetMs('America/New_York', at as UnixMs)) / 3_600_000) % 24

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function kurtosis(values: readonly number[]): number {
  const middle = mean(values)
  const second = mean(values.map(value => (value - middle) ** 2))
  return mean(values.map(value => (value - middle) ** 4)) / second ** 2
}

function minuteReturns(): number[] {
  const closes = new Map<number, number>()
  for (let i = 0; i < week.length; i++) closes.set(Math.floor((week.at[i] ?? 0) / 60_000), week.bid[i] ?? 0)
  const minutes = [...closes]
  return minutes.flatMap(([minute, close], i) => {
    const before = minutes[i - 1]
    return before !== undefined && before[0] === minute - 1 ? [Math.log(close / before[1])] : []
  })
}

describe('the built-in records', () => {
  const opens = (text: string) =>
    [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD].map(one => isOpen(one, Date.parse(text) as UnixMs))

  it('have the break of metals at 17:00 New York, and the week of currencies without one', () => {
    expect(opens('2024-01-09T22:30Z')).toEqual([false, true])
    expect(opens('2024-01-07T22:30Z')).toEqual([false, true])
    expect(opens('2024-01-07T21:30Z')).toEqual([false, false])
    expect(opens('2024-01-12T21:59Z')).toEqual([true, true])
    expect(opens('2024-01-12T22:00Z')).toEqual([false, false])
  })
})

describe('a synthetic market', () => {
  it('makes no tick while the market is closed', () => {
    const closed = [...week.at].filter(at => !isOpen(SYNTHETIC_XAUUSD, at as UnixMs))
    expect(closed).toEqual([])
    expect(week.at[0]).toBeGreaterThanOrEqual(SUNDAY_OPEN)
  })

  it('has strictly rising times and an ask above the bid, both on the digits of the symbol', () => {
    const odd: number[] = []
    for (let i = 0; i < week.length; i++) {
      const [at, bid, ask] = [week.at[i] ?? 0, week.bid[i] ?? 0, week.ask[i] ?? 0]
      if (at <= (week.at[i - 1] ?? 0) || ask <= bid || bid % 1000 !== 0 || ask % 1000 !== 0) odd.push(i)
    }
    expect(odd).toEqual([])
  })

  it('makes 1 to 4 ticks a second in the hours when London and New York are open', () => {
    const from = Date.UTC(2025, 0, 7, 13)
    const ticks = [...week.at].filter(at => at >= from && at < from + 3_600_000).length
    expect(ticks / 3600).toBeGreaterThan(1)
    expect(ticks / 3600).toBeLessThan(4)
  })

  it('is quieter in the Asian night than in the overlap of London and New York', () => {
    const count = (hour: number) => [...week.at].filter(at => newYorkHour(at) === hour).length
    expect(count(21)).toBeLessThan(0.6 * count(9))
  })

  it('has a wider spread in the first hour after the rollover', () => {
    const spreadAt = (hour: number) =>
      mean(
        [...week.at].flatMap((at, i) =>
          newYorkHour(at) === hour ? [(week.ask[i] ?? 0) - (week.bid[i] ?? 0)] : [],
        ),
      )
    expect(spreadAt(18)).toBeGreaterThan(1.8 * spreadAt(9))
  })

  it('has fat tails and clusters: kurtosis of minute returns above 3, and their sizes correlate', () => {
    const returns = minuteReturns()
    expect(kurtosis(returns)).toBeGreaterThan(3.5)
    const sizes = returns.map(Math.abs)
    const middle = mean(sizes)
    const variance = mean(sizes.map(size => (size - middle) ** 2))
    const lagged = mean(sizes.slice(1).map((size, i) => (size - middle) * ((sizes[i] ?? 0) - middle)))
    expect(lagged / variance).toBeGreaterThan(0.05)
  })

  it('moves by a plausible amount: 5 % to 40 % a year', () => {
    const perMinute = Math.sqrt(mean(minuteReturns().map(value => value ** 2)))
    const perYear = perMinute * Math.sqrt(250 * 23 * 60)
    expect(perYear).toBeGreaterThan(0.05)
    expect(perYear).toBeLessThan(0.4)
  })

  it('is the same market for the same seed and another one for another seed', () => {
    const first = syntheticTicks({ seed: 3, instrument: SYNTHETIC_EURUSD, startAt: MONDAY, count: 5000 })
    const again = syntheticTicks({ seed: 3, instrument: SYNTHETIC_EURUSD, startAt: MONDAY, count: 5000 })
    const other = syntheticTicks({ seed: 4, instrument: SYNTHETIC_EURUSD, startAt: MONDAY, count: 5000 })
    expect(again).toEqual(first)
    expect(other.bid).not.toEqual(first.bid)
  })

  it('goes on from a saved state exactly as if it had never stopped', () => {
    const options = { seed: 5, instrument: SYNTHETIC_XAUUSD, startAt: MONDAY }
    const whole = createSyntheticMarket(options)
    const parted = createSyntheticMarket(options)
    for (let i = 0; i < 3000; i++) expect(parted.next()).toEqual(whole.next())
    const resumed = createSyntheticMarket({
      ...options,
      seed: 99,
      state: JSON.parse(JSON.stringify(parted.state)),
    })
    for (let i = 0; i < 3000; i++) expect(resumed.next()).toEqual(whole.next())
  })

  it('refuses a symbol that never opens, and says so', () => {
    const closed = {
      id: symbolId(9),
      name: 'NEVER',
      digits: 2,
      hours: { timeZone: 'UTC', sessions: [{ startSecond: 0, endSecond: 0 }], holidays: [] },
    }
    const market = createSyntheticMarket({ seed: 1, instrument: closed, startAt: MONDAY })
    expect(() => market.next()).toThrow(/NEVER has no trading hours/)
  })
})

describe('synthetic bars', () => {
  const bars = syntheticBars({
    seed: 1,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm1',
    count: 20_000,
    startAt: SUNDAY_OPEN,
  })

  it('have a high and a low around open and close, strictly rising times, and none in closed hours', () => {
    const odd: number[] = []
    for (let i = 0; i < bars.length; i++) {
      const [open, high, low, close] = [
        bars.open[i] ?? 0,
        bars.high[i] ?? 0,
        bars.low[i] ?? 0,
        bars.close[i] ?? 0,
      ]
      const rising = (bars.openedAt[i] ?? 0) > (bars.openedAt[i - 1] ?? 0)
      if (high < Math.max(open, close) || low > Math.min(open, close) || low <= 0 || !rising) odd.push(i)
      if (!isOpen(SYNTHETIC_XAUUSD, (bars.openedAt[i] ?? 0) as UnixMs)) odd.push(i)
    }
    expect(odd).toEqual([])
  })

  it('follow the trading day for long timeframes', () => {
    const days = syntheticBars({
      seed: 1,
      instrument: SYNTHETIC_XAUUSD,
      timeframe: 'd1',
      count: 30,
      startAt: MONDAY,
    })
    expect([...days.openedAt].every(at => newYorkHour(at) === 17)).toBe(true)
    expect(new Set(days.openedAt).size).toBe(30)
  })

  it.each(['m5', 'm15', 'h1', 'h4', 'd1', 'w1'] as const)(
    'of %s are those of m1 of the same seed put together, also from and to the middle of one',
    timeframe => {
      const made = { seed: 7, instrument: SYNTHETIC_XAUUSD, startAt: unixMs(MONDAY + 7 * 60_000) }
      const minutes = syntheticBars({ ...made, timeframe: 'm1', count: 30_000 })
      const until = unixMs((minutes.openedAt[20_000] as number) + 60_000)
      const long = syntheticBars({ ...made, timeframe, count: 100_000, until })
      const rows = Array.from(minutes.openedAt, (at, row) => ({ at, row }))
      const expected = Array.from(long.openedAt, openedAt => {
        const { closesAt } = barSpan(openedAt as UnixMs, timeframe)
        const parts = rows.filter(({ at }) => at >= openedAt && at < closesAt).map(({ row }) => row)
        const [first, last] = [parts[0] ?? -1, parts.at(-1) ?? -1]
        return {
          open: minutes.open[first],
          high: Math.max(...parts.map(row => minutes.high[row] ?? Number.NaN)),
          low: Math.min(...parts.map(row => minutes.low[row] ?? Number.NaN)),
          close: minutes.close[last],
          tickVolume: parts.reduce((sum, row) => sum + (minutes.tickVolume[row] ?? 0), 0),
        }
      })
      const { open, high, low, close, tickVolume } = long
      const got = Array.from(open, (_, i) => ({
        open: open[i],
        high: high[i],
        low: low[i],
        close: close[i],
        tickVolume: tickVolume[i],
      }))
      expect(got.length).toBeGreaterThan(2)
      expect(got).toEqual(expected)
    },
  )

  it('refuse a count below 1', () => {
    try {
      syntheticBars({ seed: 1, instrument: SYNTHETIC_XAUUSD, timeframe: 'm1', count: 0, startAt: MONDAY })
      expect.unreachable()
    } catch (error) {
      expect(isEngineError(error, 'invalid-options')).toBe(true)
    }
  })
})

describe('a market that is made in parts', () => {
  const options = {
    seed: 5,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm1',
    count: 40_000,
    startAt: unixMs(Date.UTC(2024, 0, 2)),
  } as const

  it('is the one that is made at once, bars and ticks', async () => {
    expect(await makeSyntheticBars(options)).toEqual(syntheticBars(options))
    const ticks = { seed: 5, instrument: SYNTHETIC_XAUUSD, count: 70_000, startAt: options.startAt }
    expect(await makeSyntheticTicks(ticks)).toEqual(syntheticTicks(ticks))
  })

  it('ends before the bar that opens at `until`, with the bars of a longer one', () => {
    const until = unixMs(options.startAt + 90 * 60_000)
    const bars = syntheticBars({ ...options, until })
    expect(bars.length).toBe(90)
    expect(bars.close).toEqual(syntheticBars(options).close.slice(0, 90))
  })

  it('is given up at a signal that comes while it is made', async () => {
    const controller = new AbortController()
    const { signal } = controller
    setImmediate(() => controller.abort(new Error('enough')))
    await expect(makeSyntheticBars({ ...options, count: 1_000_000, signal })).rejects.toThrow('enough')
    const ended = new AbortController()
    setImmediate(() => ended.abort(new Error('enough')))
    await expect(
      makeSyntheticTicks({
        seed: 5,
        instrument: SYNTHETIC_XAUUSD,
        count: 1_000_000,
        startAt: options.startAt,
        signal: ended.signal,
      }),
    ).rejects.toThrow('enough')
  })
})
