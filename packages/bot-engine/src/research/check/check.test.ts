import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { smaCross } from '../../../test/sweep-strategy.ts'
import type { BarColumns } from '../../data/columns.ts'
import { SYNTHETIC_XAUUSD } from '../../data/instruments.ts'
import { syntheticTicks } from '../../data/synthetic.ts'
import { syntheticBars } from '../../data/synthetic-bars.ts'
import { ema } from '../../indicators/ema.ts'
import { isEngineError } from '../../errors.ts'
import { defineStrategy, type Handlers } from '../../strategy/define.ts'
import type { RunData } from '../data-columns.ts'
import { check } from './check.ts'

const start = unixMs(Date.UTC(2025, 0, 6))
const bars = syntheticBars({
  seed: 4,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'm15',
  count: 1200,
  startAt: start,
})
const run = {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: bars as RunData,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
}
const entry = { volume: lots(0.1), stopLoss: { pips: pips(300) } }

/** A strategy over m15 bars out of handlers alone. */
function strategyOf(create: () => Handlers, history = 0) {
  return defineStrategy({
    name: 'planted',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm15', history } }),
    create,
  })
}

/** Buys whenever `wants` says so for the row of the bar that closed. */
function buyerOn(wants: (row: number) => boolean) {
  return () => {
    let row = -1
    return {
      onBar: (_: unknown, ctx: Parameters<NonNullable<Handlers['onBar']>>[1]) => {
        row += 1
        if (!wants(row) || row < 20) return
        if (ctx.position !== undefined) ctx.close()
        else ctx.buy(entry)
      },
    }
  }
}

/** Three m5 bars in each m15 bar; the first of them rises where the whole does. */
function finerOf(whole: BarColumns): BarColumns {
  const column = (pick: (bar: number, part: number) => number) =>
    Float64Array.from({ length: 3 * whole.length }, (_, row) => pick(Math.floor(row / 3), row % 3))
  const of = (name: 'open' | 'high' | 'low' | 'close', bar: number) => whole[name][bar] as number
  const path = (bar: number): readonly number[] => {
    const [open, high, low, close] = [of('open', bar), of('high', bar), of('low', bar), of('close', bar)]
    return close > open ? [open, high, low, close] : [open, low, high, close]
  }
  const [first, last] = [
    (bar: number, part: number) => path(bar)[part] as number,
    (bar: number, part: number) => path(bar)[part + 1] as number,
  ]
  return {
    ...whole,
    timeframe: 'm5',
    length: 3 * whole.length,
    openedAt: column((bar, part) => (whole.openedAt[bar] as number) + part * 300_000),
    open: column(first),
    close: column(last),
    high: column((bar, part) => Math.max(first(bar, part), last(bar, part))),
    low: column((bar, part) => Math.min(first(bar, part), last(bar, part))),
    tickVolume: column(() => 1),
    ...(whole.spread !== undefined && { spread: column(bar => whole.spread?.[bar] as number) }),
  }
}

/** The line of this file on which a text stands, as it is named. */
const findingOf = (report: Awaited<ReturnType<typeof check>>, code: string) =>
  report.findings.find(found => found.code === code)

describe('check', () => {
  it.each([
    ['bars', bars, 11],
    // Too few entries for a run on other prices to say anything.
    ['quotes', syntheticTicks({ seed: 4, instrument: SYNTHETIC_XAUUSD, startAt: start, count: 60_000 }), 10],
  ] as const)(
    'finds nothing in an honest strategy over %s, and says what it looked at',
    async (_, data, runs) => {
      const progress: number[] = []
      const options = { ...run, params: { fast: 5, slow: 12 }, data, cuts: 6 }
      const report = await check(smaCross, { ...options, onProgress: ({ done }) => progress.push(done) })
      expect(report.findings).toEqual([])
      expect(report).toMatchObject({ passed: true, notes: [], runs, isPriceBlind: false })
      expect(report.decisions).toBeGreaterThan(5)
      expect((await check(smaCross, options)).hash).toBe(report.hash)
      expect(progress).toEqual(Array.from({ length: runs }, (_, i) => i + 1))
    },
  )

  it('M13: finds a look one bar ahead in data that the strategy keeps, and leaves the data as they were', async () => {
    const before = structuredClone(bars)
    const peeking = strategyOf(buyerOn(row => (bars.close[row + 1] ?? 0) > (bars.close[row] as number)))
    const report = await check(peeking, run)
    const found = findingOf(report, 'look-ahead')
    expect(report.passed).toBe(false)
    expect(found?.message).toMatch(
      /^Look-ahead: what is decided at 2025-01-\d\d \d\d:\d\d changes when the rows from 2025-01-\d\d \d\d:\d\d on are removed: with them \S+, without them \S+\..* Asked for at .*check\.test\.ts:\d+\. Fix: use closed bars only/,
    )
    expect(found?.values?.[0]).not.toBe(found?.values?.[1])
    expect(found?.line).toMatch(/check\.test\.ts:\d+$/)
    expect(bars).toEqual(before)
  })

  it.each([
    ['spreads', 'spread'],
    ['volumes', 'tickVolume'],
  ] as const)('finds a look one bar ahead at %s alone, and leaves them as they were', async (_, name) => {
    // Four times as wide, or as busy, in every second hour: nothing that a tenth more or less would hide.
    const column = bars.openedAt.map(at => (Math.floor(at / 3_600_000) % 2 === 0 ? 400 : 100))
    const data = { ...bars, [name]: column }
    const before = column.slice()
    const peeking = strategyOf(buyerOn(row => (column[row + 1] ?? 0) > 2 * (column[row] as number)))
    const report = await check(peeking, { ...run, data })
    expect(report.findings.map(({ code }) => code)).toContain('look-ahead')
    expect(column).toEqual(before)
  })

  it('finds a look into the rows that are replayed within bars', async () => {
    const finer = finerOf(bars)
    const before = structuredClone(finer)
    const rows = new Map(Array.from(finer.openedAt, (at, row) => [at, row]))
    const isRising = (at: number): boolean => {
      const row = rows.get(at) ?? -1
      return (finer.close[row] ?? 0) > (finer.open[row] ?? 0)
    }
    const peeking = strategyOf(() => ({
      onBar(bar, ctx) {
        if (ctx.position !== undefined) ctx.close()
        else if (isRising(bar.closedAt)) ctx.buy(entry)
      },
    }))
    const report = await check(peeking, { ...run, intrabar: { policy: 'replay', data: finer } })
    expect(report.findings.map(({ code }) => code)).toContain('look-ahead')
    expect(finer).toEqual(before)
  })

  it('names the value that was read too early where the strategy is made of the data', async () => {
    const made = (data: RunData) => {
      const { close } = data as BarColumns
      return strategyOf(buyerOn(row => (close[row + 2] ?? 0) > (close[row] as number)))
    }
    const found = findingOf(await check(made, run), 'look-ahead')
    expect(found?.message).toMatch(
      /First read of a row that was not over: close\[2\] = \d+ of 2025-01-06 00:30, at 2025-01-06 00:15 in .*check\.test\.ts:\d+\./,
    )
    const honest = (data: RunData) => {
      const { close } = data as BarColumns
      return strategyOf(buyerOn(row => (close[row] as number) > (close[row - 1] ?? 0)))
    }
    expect(findingOf(await check(honest, run), 'look-ahead')).toBeUndefined()
  })

  it('finds a level that is fitted to all data, though the time of entry is honest', async () => {
    const made = (data: RunData) => {
      const { high, length } = data as BarColumns
      const top = Math.max(...high.subarray(0, length)) / 100_000
      return strategyOf(() => {
        let row = 0
        return {
          onBar(bar, ctx) {
            row += 1
            const target = pips(Math.max(1, Math.round((top - bar.close) * 10)))
            if (row % 50 === 0 && ctx.position === undefined)
              ctx.buy({ ...entry, takeProfit: { pips: target } })
          },
        }
      })
    }
    const found = findingOf(await check(made, run), 'look-ahead')
    expect(found?.values?.[0]).toContain('takeProfit')
    expect(found?.values?.[1]).toContain('takeProfit')
  })

  it('finds a warm-up that is too short, and how long it must be', async () => {
    const slow = (history: number) =>
      strategyOf(() => {
        const average = ema(50)
        let above: boolean | undefined
        return {
          onBar(bar, ctx) {
            const value = average.push(bar.close)
            if (value === undefined) return
            const crossed = above !== undefined && above !== bar.close > value
            above = bar.close > value
            if (!crossed) return
            ctx.close()
            const stop = pips(Math.max(5, Math.round(Math.abs(bar.close - value) * 100) / 10))
            if (above) ctx.buy({ ...entry, stopLoss: { pips: stop } })
          },
        }
      }, history)
    const found = findingOf(await check(slow(50), run), 'warm-up')
    expect(found?.message).toMatch(
      /^Warm-up too short: feed "main" asks for 50 bars of history\. With all earlier bars \d+ of \d+ decisions are others, first at 2025-01-\d\d \d\d:\d\d: .+ after 50 bars, .+ after all; the net result differs by -?[\d.]+ USD \([\d.]+ %\)\. Fix: history: \d+ in feeds\. The indicator that differs has no name here: state the inputs with ctx\.explain\?\.rule/,
    )
    const enough = Number(/history: (\d+)/.exec(found?.message ?? '')?.[1])
    expect((await check(slow(enough), run)).findings).toEqual([])
    const forgotten = findingOf(await check(slow(0), run), 'warm-up')
    expect(forgotten?.message).toContain('asks for 0 bars of history')
  })

  it('names the input that differs, with both values, where the strategy states it', async () => {
    const stating = (peeks: boolean, history: number) =>
      strategyOf(() => {
        let row = -1
        const average = ema(30)
        return {
          onBar(bar, ctx) {
            row += 1
            const value = average.push(bar.close)
            const next = peeks ? (bars.close[row + 1] ?? 0) / 100_000 : bar.open
            ctx.explain?.rule('rises', next > bar.close, { next, close: bar.close })
            ctx.explain?.rule('knows', value !== undefined, { ema: value })
            if (peeks ? next > bar.close : value !== undefined && bar.openedAt % 2_700_000 === 0)
              if (ctx.position === undefined) ctx.buy(entry)
              else ctx.close()
          },
        }
      }, history)
    const ahead = findingOf(await check(stating(true, 0), run), 'look-ahead')
    expect(ahead?.message).toMatch(/next of rule "rises" is [\d.]+ with them, [\d.]+ without\./)
    const cold = findingOf(await check(stating(false, 10), run), 'warm-up')
    expect(cold?.message).toMatch(
      /ema of rule "knows" is not ready and [\d.]+\. Fix: history: \d+ in feeds\.$/,
    )
  })

  it('finds chance that makes two runs differ, with its line', async () => {
    const draw = Math.random
    const found = await check(strategyOf(buyerOn(() => draw.call(Math) < 2 && Math['random']() < 0.3)), run)
    expect(findingOf(found, 'not-deterministic')?.message).toMatch(
      /^Two identical runs differ, first in decision \d+: (.+) at (2025-01-\d\d \d\d:\d\d) and (?!\1 at \2)(.+ at 2025-01-\d\d \d\d:\d\d|nothing)\. .*check\.test\.ts:\d+ calls Math\.random\(\)\. Fix: use ctx\.random\(\), which is seeded, and ctx\.now\.$/,
    )
    expect(findingOf(found, 'look-ahead')).toBeUndefined()
    expect(Math.random).toBe(draw)
  })

  it('finds what a strategy remembers from run to run', async () => {
    let runs = 0
    const found = await check(
      strategyOf(() => {
        runs += 1
        const own = runs
        return buyerOn(row => row % (20 + own) === 0)()
      }),
      run,
    )
    expect(findingOf(found, 'not-deterministic')?.message).toContain('belongs into create()')
  })

  it('finds clocks and chance that change nothing yet', async () => {
    const real = Date
    const found = await check(
      strategyOf(
        buyerOn(row => {
          const known = new Date(0).getTime() + Date.UTC(1970, 0, 1) + performance.now() * 0
          return (
            Date.now() > known && new Date().getFullYear() > 1970 && Math['random']() < 2 && row % 40 === 0
          )
        }),
      ),
      run,
    )
    expect(found.findings.map(({ code }) => code)).toEqual(['warm-up', 'clock', 'random'])
    const clock = findingOf(found, 'clock')
    expect(clock?.message).toMatch(
      /^\S*check\.test\.ts:\d+ calls performance\.now\(\); \S*check\.test\.ts:\d+ calls Date\.now\(\); \S*check\.test\.ts:\d+ calls new Date\(\)\. Fix: use ctx\.now, the market time\.$/,
    )
    expect(clock?.line).toMatch(/check\.test\.ts:\d+$/)
    expect(Date).toBe(real)
  })

  it('finds timers, promises and async handlers, and runs to the end', async () => {
    const timed = await check(
      strategyOf(
        buyerOn(row => {
          if (row === 30) setTimeout(() => {}, 0)
          if (row === 40) void Promise.resolve().then(() => {})
          return row % 40 === 0
        }),
      ),
      run,
    )
    const message = findingOf(timed, 'async')?.message
    expect(message).toMatch(/check\.test\.ts:\d+ calls setTimeout\(\)/)
    expect(message).toMatch(/check\.test\.ts:\d+ creates a promise/)
    const handler = (async () => {}) as unknown as NonNullable<Handlers['onBar']>
    const found = await check(
      strategyOf(() => ({ onBar: handler })),
      run,
    )
    expect(findingOf(found, 'async')?.message).toContain('onBar returns a promise')
    expect(found.notes[0]).toContain('asked for nothing in 1200 rows')
  })

  it('finds a strategy that only its warm-up makes fail, and tells that there is no quote then', async () => {
    const spreadReader = strategyOf(
      () => ({
        onBar(bar, ctx) {
          const { quote } = ctx as { quote: { ask: number; bid: number } }
          if (quote.ask - quote.bid < 1 && bar.close > bar.open) ctx.buy(entry)
        },
      }),
      20,
    )
    const found = findingOf(await check(spreadReader, run), 'warm-up')
    expect(found?.message).toMatch(
      /^A run that is warmed up with earlier bars fails: onBar of strategy "planted" threw in the warm-up \(there is no quote in it\): .*'ask'.*\. So would each start of a bot\. Fix: guard what a warm-up does not have, e\.g\. ctx\.quote\?\.ask\.$/,
    )
  })

  it('passes on what a run throws, and puts everything back', async () => {
    const [now, before] = [Date.now, structuredClone(bars)]
    const failing = strategyOf(() => ({
      onBar() {
        throw new RangeError('planted')
      },
    }))
    const error = await check(failing, run).catch((cause: unknown) => cause)
    expect(isEngineError(error, 'handler-failed')).toBe(true)
    expect([Date.now, bars]).toEqual([now, before])
    await expect(check(smaCross, { ...run, cuts: 0 })).rejects.toThrow('[invalid-options] cuts')
    await expect(
      check(smaCross, { ...run, signal: AbortSignal.abort(new RangeError('stop')) }),
    ).rejects.toThrow('stop')
  })
})

describe('a check that is ended', () => {
  it('ends within a run, and has told what it found until then', async () => {
    const data = syntheticTicks({ seed: 4, instrument: SYNTHETIC_XAUUSD, startAt: start, count: 300_000 })
    const controller = new AbortController()
    const told: string[] = []
    let [runs, quotes] = [0, 0]
    const lucky = strategyOf(() => ({
      onQuote(_, ctx) {
        quotes += 1
        if (quotes === 310_000) controller.abort(new RangeError('enough'))
        if (quotes % 5000 === 0 && ctx.position === undefined) ctx.buy(entry)
        if (quotes === 1) setImmediate(() => {})
      },
    }))
    const ended = check(lucky, {
      ...run,
      data,
      signal: controller.signal,
      onFinding: ({ code }) => told.push(code),
      onProgress: ({ done }) => (runs = done),
    })
    await expect(ended).rejects.toThrow('enough')
    // In the second run, which would have gone on to 600 000.
    expect(runs).toBe(1)
    expect(quotes).toBeLessThan(450_000)
    expect(told).toEqual(['async'])
  })

  it('gives way between runs, so that a signal of the process is heard', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new RangeError('enough')), 0)
    await expect(
      check(smaCross, { ...run, params: { fast: 5, slow: 12 }, signal: controller.signal }),
    ).rejects.toThrow('enough')
  })
})
