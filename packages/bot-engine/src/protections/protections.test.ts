import { money, type PositionId, type Side, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { Protections, startProtections } from '../risk/protection.ts'
import type { EntryProtection, ProtectionState, TradeResult } from '../strategy/entry-protection.ts'
import { maxDailyLoss, maxDrawdown, newsBlackout } from './equity-protections.ts'
import { lowProfitLock } from './low-profit-lock.ts'
import { cooldown, stopLossGuard } from './trade-protections.ts'

const MINUTE_MS = 60_000
const usd = (minor: number) => money(minor, 2, 'USD')

function trade(minute: number, minor: number, changes: Partial<TradeResult> = {}): TradeResult {
  const closedAt = (minute * MINUTE_MS) as UnixMs
  return {
    side: 'buy',
    exitReason: minor < 0 ? 'stop-loss' : 'take-profit',
    closedAt,
    net: usd(minor),
    ...changes,
  }
}

/** What a protection says at a minute, of an entry with the given side and equity. */
function running(protection: EntryProtection) {
  const state = new Protections([protection])
  return {
    trade: (...args: Parameters<typeof trade>) => state.onTrade(trade(...args)),
    at: (minute: number, equityMinor = 1_000_000, side: Side = 'buy') =>
      state.problem({ now: minute * MINUTE_MS, equityMinor, side }),
  }
}

describe('cooldown', () => {
  it('blocks from a losing stop until its minutes are over', () => {
    const run = running(cooldown({ minutes: 30 }))
    expect(run.at(0)).toBeUndefined()
    run.trade(10, -500)
    expect(run.at(10)).toBe('cooldown: 30 min of 30 are left after a stop')
    expect(run.at(39.5)).toMatch(/1 min of 30/)
    expect(run.at(40)).toBeUndefined()
  })

  it.each<[Parameters<typeof cooldown>[0]['after'], boolean, boolean, boolean]>([
    ['stop', false, false, false],
    ['loss', true, false, false],
    ['trade', true, true, true],
  ])('after a %s: loss by the strategy %s, gain by a stop %s, target %s', (after, loss, trailed, target) => {
    const blocks = (...args: Parameters<typeof trade>) => {
      const run = running(cooldown({ minutes: 30, ...(after && { after }) }))
      run.trade(...args)
      return run.at(args[0]) !== undefined
    }
    expect(blocks(1, -5, { exitReason: 'strategy' })).toBe(loss)
    expect(blocks(1, 5, { exitReason: 'stop-loss' })).toBe(trailed)
    expect(blocks(1, 5)).toBe(target)
    expect(blocks(1, -5, { exitReason: 'stop-out' })).toBe(true)
  })
})

describe('stopLossGuard', () => {
  const options = { stops: 3, withinMinutes: 60, pauseMinutes: 120 }

  it('blocks after so many losing stops within the window, and not before', () => {
    const run = running(stopLossGuard(options))
    run.trade(0, -1)
    run.trade(61, -1)
    run.trade(100, -1)
    expect(run.at(100)).toBeUndefined()
    run.trade(120, -1)
    expect(run.at(120)).toBe('stop-loss guard: 3 stops within 60 min; 120 min are left')
    expect(run.at(240)).toBeUndefined()
  })

  it('counts a stop that closes a position in parts once, at its last part, also behind a restart', () => {
    const guard = stopLossGuard({ ...options, stops: 2 })
    const part = (minute: number, id: number) => trade(minute, -1, { positionId: id as PositionId })
    const before = guard.start()
    for (const [minute, id] of [
      [10, 1],
      [10, 2],
      [11, 1],
    ] as const)
      before.onTrade?.(part(minute, id))
    const problemOf = (state: ProtectionState) =>
      state.problem({ now: 12 * MINUTE_MS, side: 'buy', equityMinor: 0 })
    expect(problemOf(before)).toContain('2 stops within 60 min; 119 min are left')
    const one = guard.start()
    for (const minute of [10, 11]) one.onTrade?.(part(minute, 1))
    expect(problemOf(one)).toBeUndefined()
    const restarted = guard.start(JSON.parse(JSON.stringify(one.memory?.())))
    restarted.onTrade?.(part(12, 1))
    expect(problemOf(restarted)).toBeUndefined()
    restarted.onTrade?.(part(12, 2))
    expect(problemOf(restarted)).toContain('2 stops within')
  })

  it('shortens no pause when an older trade is told behind younger ones', () => {
    const run = running(stopLossGuard(options))
    for (const minute of [100, 110, 120, 70]) run.trade(minute, -1)
    expect(run.at(120)).toMatch(/120 min are left/)
  })

  it('remembers a hundred stops, or as many as are too many, of however many lie in the window', () => {
    const kept = (stops: number) => {
      const state = stopLossGuard({ stops, withinMinutes: 10_000, pauseMinutes: 1 }).start()
      for (let minute = 1; minute <= 1000; minute++) state.onTrade?.(trade(minute, -1))
      return state.memory?.()
    }
    expect(kept(3)).toMatchObject({
      both: { times: { length: 100, 0: 901 * MINUTE_MS }, of: { length: 100 } },
    })
    expect(kept(250)).toMatchObject({ both: { times: { length: 250 }, of: { length: 250 } } })
  })

  it('counts and blocks each side for itself when it is told to', () => {
    const run = running(stopLossGuard({ ...options, stops: 2, bySide: true }))
    run.trade(0, -1)
    run.trade(1, -1, { side: 'sell' })
    expect(run.at(1)).toBeUndefined()
    run.trade(2, -1, { side: 'sell' })
    expect(run.at(2, 0, 'sell')).toMatch(/stop-loss guard/)
    expect(run.at(2, 0, 'buy')).toBeUndefined()
  })
})

describe('lowProfitLock', () => {
  const lock = lowProfitLock({ withinMinutes: 60, minTrades: 2, minNet: usd(100), pauseMinutes: 10 })

  it('blocks when enough trades made too little together', () => {
    const run = running(lock)
    run.trade(0, -500)
    expect(run.at(0)).toBeUndefined()
    run.trade(5, 550)
    expect(run.at(5)).toBe('low-profit lock: 2 trades made 0.50 USD within 60 min; 10 min are left')
    expect(run.at(15)).toBeUndefined()
  })

  it('shortens no pause when an older trade is told behind younger ones', () => {
    const run = running(lock)
    for (const minute of [100, 110, 70]) run.trade(minute, -500)
    expect(run.at(110)).toMatch(/10 min are left/)
  })

  it('forgets trades that left the window', () => {
    const run = running(lock)
    run.trade(0, -500)
    run.trade(61, 50)
    expect(run.at(61)).toBeUndefined()
  })
})

describe('maxDrawdown', () => {
  it('blocks to the end of the run once equity fell too far from its highest', () => {
    const run = running(maxDrawdown({ percent: 10 }))
    expect(run.at(0, 1_000_000)).toBeUndefined()
    expect(run.at(1, 1_100_000)).toBeUndefined()
    expect(run.at(2, 990_001)).toBeUndefined()
    expect(run.at(3, 990_000)).toBe('max drawdown: equity fell 10.00 % from its highest, the limit is 10 %')
    expect(run.at(1e6, 2_000_000)).toMatch(/max drawdown/)
  })

  it('counts anew after a pause', () => {
    const run = running(maxDrawdown({ percent: 10, pauseMinutes: 60 }))
    run.at(0, 1_000_000)
    expect(run.at(1, 900_000)).toMatch(/60 min are left/)
    expect(run.at(60.5, 800_000)).toMatch(/1 min are left/)
    expect(run.at(61, 800_000)).toBeUndefined()
    expect(run.at(62, 720_000)).toMatch(/10.00 %/)
  })
})

describe('protections that go on in another process', () => {
  /** What one has seen, as it comes back from a file. */
  const again = (protection: EntryProtection, told: (run: ProtectionState) => void) => {
    const run = protection.start()
    told(run)
    return JSON.parse(JSON.stringify(run.memory?.() ?? null))
  }

  it('judge a day by the limit of the new process, and begin the next one anew', () => {
    const memory = again(maxDailyLoss({ loss: usd(5000) }), run => {
      run.onEquity?.(MINUTE_MS, 1_000_000)
      run.onEquity?.(2 * MINUTE_MS, 995_000)
    })
    const at = (minute: number, loss: number) => {
      const run = maxDailyLoss({ loss: usd(loss) }).start(memory)
      run.onEquity?.(minute * MINUTE_MS, 999_000)
      return run.problem({ now: minute * MINUTE_MS, equityMinor: 999_000, side: 'buy' })
    }
    expect(at(3, 5000)).toBe('50.00 USD were lost today, the limit is 50.00 USD')
    expect(at(3, 5001)).toBeUndefined()
    expect(at(1440, 5000)).toBeUndefined()
  })

  it('begin with nothing seen when their memory cannot be read, and say which', () => {
    const list = [maxDailyLoss({ loss: usd(1) }), cooldown({ minutes: 5 }), newsBlackout([])]
    const memories = [
      { name: 'cooldown', memory: { lastAt: 'x' } },
      { name: 'max daily loss', memory: null },
    ]
    expect(new Protections(list, memories).unrestored).toEqual(['cooldown'])
    expect(new Protections(list).unrestored).toEqual(['max daily loss', 'cooldown'])
  })
})

describe('maxDailyLoss', () => {
  const HOUR = 60

  it("blocks for the rest of the account's day, and starts the next one anew", () => {
    // 1 January 1970: New York is 5 hours behind, so the day ends at 22:00 UTC.
    const run = running(maxDailyLoss({ loss: usd(5000), day: { at: '17:00', timeZone: 'America/New_York' } }))
    expect(run.at(10 * HOUR, 1_000_000)).toBeUndefined()
    expect(run.at(11 * HOUR, 995_001)).toBeUndefined()
    expect(run.at(12 * HOUR, 995_000)).toBe(
      'max daily loss: 50.00 USD were lost today, the limit is 50.00 USD',
    )
    // What comes back meanwhile changes nothing.
    expect(run.at(22 * HOUR - 1, 1_000_000)).toMatch(/max daily loss/)
    expect(run.at(22 * HOUR, 995_000)).toBeUndefined()
    expect(run.at(23 * HOUR, 990_001)).toBeUndefined()
    expect(run.at(23 * HOUR, 990_000)).toMatch(/max daily loss/)
  })

  it('takes the days of daylight saving as they are', () => {
    const run = running(maxDailyLoss({ percent: 1, day: { at: '17:00', timeZone: 'America/New_York' } }))
    // 9 March 2014 had 23 hours: the day from Saturday 17:00 (22:00 UTC) ends on Sunday at 21:00 UTC.
    const start = Date.UTC(2014, 2, 8, 22) / MINUTE_MS
    run.at(start, 1_000_000)
    expect(run.at(start + 22 * HOUR, 990_000)).toBe(
      'max daily loss: 1.00 % were lost today, the limit is 1 %',
    )
    expect(run.at(start + 23 * HOUR - 1, 990_000)).toMatch(/1.00 %/)
    expect(run.at(start + 23 * HOUR, 990_000)).toBeUndefined()
  })

  it.each([{ loss: usd(0) }, { percent: -1 }, { percent: 1, day: { at: '25:00', timeZone: 'UTC' } }])(
    'refuses %j',
    options => {
      expect(() => maxDailyLoss(options)).toThrow('[invalid-options]')
    },
  )
})

describe('newsBlackout', () => {
  const at = (minute: number) => (minute * MINUTE_MS) as UnixMs

  it('blocks within its spans, in any order and overlapping', () => {
    const run = running(
      newsBlackout([
        { from: at(100), to: at(130), name: 'payrolls' },
        { from: at(10), to: at(60) },
        { from: at(20), to: at(30), name: 'auction' },
      ]),
    )
    expect([9, 10, 59, 60, 99, 100, 129, 130].map(minute => run.at(minute) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ])
    const again = running(newsBlackout([{ from: at(100), to: at(130), name: 'payrolls' }]))
    expect(again.at(110)).toBe('news blackout: payrolls; 20 min are left')
  })

  it('refuses a span that ends before it begins', () => {
    expect(() => newsBlackout([{ from: at(2), to: at(2) }])).toThrow('[invalid-options]')
  })
})

describe('the protections of a run', () => {
  it('begin with nothing seen in each run of one list', () => {
    const list = [cooldown({ minutes: 30 })]
    const first = startProtections(list)
    first?.onTrade(trade(0, -1))
    expect(first?.problem({ now: 1, equityMinor: 0, side: 'buy' })).toBeDefined()
    expect(startProtections(list)?.problem({ now: 1, equityMinor: 0, side: 'buy' })).toBeUndefined()
    expect(startProtections([])).toBeUndefined()
  })

  it('differ in their JSON when their settings do', () => {
    expect(JSON.stringify(cooldown({ minutes: 30 }))).not.toBe(JSON.stringify(cooldown({ minutes: 31 })))
    expect(JSON.stringify(maxDrawdown({ percent: 5 }))).toContain('"percent":5')
  })

  it.each([
    () => cooldown({ minutes: 0 }),
    () => stopLossGuard({ stops: 1.5, withinMinutes: 1, pauseMinutes: 1 }),
    () => lowProfitLock({ withinMinutes: 1, minTrades: 0, pauseMinutes: 1 }),
    () => maxDrawdown({ percent: Number.NaN }),
  ])('refuse what makes no sense (%#)', make => {
    expect(make).toThrow('[invalid-options]')
  })
})
