import { lots, pips, roundPrice, type Side } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest } from '../backtest/run.ts'
import type { TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import type { Command } from '../ports/broker.ts'
import type { DepthModel } from '../simulation/venue-model.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import { partialTargets, type TimeLimit, timeExit } from './exit-policies.ts'
import { managed } from './managed.ts'
import type { PositionPolicy } from './position-policy.ts'
import { atrTrail, breakEven, chandelier, fixedTrail, stepTrail } from './stop-policies.ts'

const MINUTE_MS = 60_000
/** Thursday, 12:00 UTC: 13:00 in London. */
const NOON = Date.UTC(2014, 4, 1, 12)

/** One quote per minute, or so often, at the given bids, the first at 30 s, with a spread of 0.2. */
function minutes(bids: readonly number[], everyMs = MINUTE_MS): TickColumns {
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: bids.length,
    at: Float64Array.from(bids, (_, row) => NOON + row * everyMs + 30_000),
    bid: Float64Array.from(bids, bid => Math.round(bid * 1000) * 100),
    ask: Float64Array.from(bids, bid => Math.round((bid + 0.2) * 1000) * 100),
  }
}

/** Enters once at the first quote, with a stop of 2.00 and a target of 20.00. */
async function run(policy: PositionPolicy, bids: readonly number[], side: Side = 'buy', volume = 0.1) {
  const entry = { volume: lots(volume), stopLoss: { pips: PIPS(2) }, takeProfit: { pips: PIPS(20) } }
  return runEntry(policy, bids, ctx => void ctx[side](entry))
}

async function runEntry(
  policy: PositionPolicy,
  bids: readonly number[],
  enter: (ctx: Context) => void,
  depth?: DepthModel,
  everyMs?: number,
) {
  let entered = false
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () =>
      managed([policy], {
        onQuote(_quote, ctx) {
          if (entered) return
          entered = true
          enter(ctx)
        },
      }),
  })
  const report = await backtest(strategy, {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    data: minutes(bids, everyMs),
    venue: { latencyMs: 0, ...(depth && { depth }) },
    recordDecisions: true,
  })
  const stops = report.decisions.map(({ command }) => stopOf(command)).filter(stop => stop !== undefined)
  return { ...report, stops }
}

const PIPS = (price: number) => pips(price * 10 ** REPLAY_XAUUSD.pipPosition)
const stopOf = (command: Command) =>
  command.type === 'set-protection' ? command.protection.stopLoss : undefined
const RANGE = { value: 1 }
const FROM_BELOW = { from: { r: -1 } }

describe('breakEven', () => {
  it('moves the stop of a buy to the entry at 1 R, and of a sell too', async () => {
    // Bought at 1290.2 with the stop at 1288.2: 1 R is a bid of 1292.2.
    expect((await run(breakEven({ at: { r: 1 } }), [1290, 1292.1, 1292.2, 1293, 1293])).stops).toEqual([
      1290.2,
    ])
    // Sold at 1290: 1 R is an ask of 1288.
    expect(
      (await run(breakEven({ at: { r: 1 } }), [1290, 1287.9, 1287.8, 1287, 1287], 'sell')).stops,
    ).toEqual([1290])
  })

  it('locks a gain, and keeps the target', async () => {
    const { decisions } = await run(
      breakEven({ at: { pips: PIPS(1) }, lock: { pips: PIPS(0.3) } }),
      [1290, 1291.5, 1291.5, 1291.5],
    )
    expect(decisions.map(({ command }) => command)).toContainEqual({
      type: 'set-protection',
      positionId: expect.anything(),
      protection: { stopLoss: 1290.5, takeProfit: 1310.2 },
    })
  })

  it('waits while the market is back below the level', async () => {
    const { stops, trades } = await run(
      breakEven({ at: { pips: PIPS(1) }, when: 'quote' }),
      [1290, 1290.1, 1290.1],
    )
    expect([stops, trades]).toEqual([[], []])
    // The bar of the gain closes while the bid is at the entry again.
    const back = await run(breakEven({ at: { r: 0.5 } }), [1290, 1291.5, 1290.1, 1290.1, 1290.1])
    expect(back.trades).toEqual([])
  })
})

describe('a trailing policy', () => {
  it('of a fixed distance follows the best price and never goes back', async () => {
    const { stops, trades } = await run(
      fixedTrail({ pips: PIPS(1.5) }),
      [1290, 1291, 1292, 1291.5, 1293, 1292, 1291.2],
    )
    // Each closed minute has one bid; the stop hangs 1.5 below the best of them, the entry at 1290.2 included.
    expect(stops).toEqual([1288.7, 1289.5, 1290.5, 1291.5])
    expect(trades.map(({ exitReason, exitPrice }) => [exitReason, exitPrice])).toEqual([
      ['stop-loss', 1291.2],
    ])
  })

  it('begins where it is told to', async () => {
    const { stops } = await run(
      fixedTrail({ r: 0.5 }, { from: { r: 1 } }),
      [1290, 1291.9, 1291.9, 1292.5, 1292.5, 1292.5],
    )
    expect(stops).toEqual([1291.5])
  })

  it('by the ATR keeps its distance from the present price', async () => {
    expect((await run(atrTrail(RANGE, 1.2), [1290, 1292, 1291.5, 1293, 1293])).stops).toEqual([
      1288.8, 1290.8, 1291.8,
    ])
  })

  it('by the chandelier hangs from the best price, of a sell by the ask', async () => {
    expect((await run(chandelier(RANGE, 1.7), [1290, 1289, 1288, 1288.5, 1287, 1287], 'sell')).stops).toEqual(
      [1291.7, 1290.9, 1289.9, 1288.9],
    )
  })

  it('waits for an indicator that is not ready', async () => {
    expect((await run(chandelier({ value: undefined }, 2), [1290, 1292, 1294, 1294])).stops).toEqual([])
  })

  it('in steps stays behind by one', async () => {
    const { stops } = await run(
      stepTrail({ step: { pips: PIPS(1) } }),
      [1290, 1291.1, 1291.2, 1292.9, 1293.3, 1293.3],
    )
    expect(stops).toEqual([1290.2, 1291.2, 1292.2])
  })

  it('that the market has passed closes the position, also when the amendment was refused for it', async () => {
    const { trades, stops, decisions } = await run(fixedTrail({ pips: PIPS(1) }), [1290, 1289, 1289, 1289])
    // Decided at the bid of 1290, refused at the one of 1289.
    expect(stops).toEqual([1289.2])
    expect(decisions.map(({ command }) => command.type)).toEqual(['place', 'set-protection', 'close'])
    expect(trades.map(({ exitReason, exitPrice }) => [exitReason, exitPrice])).toEqual([['strategy', 1289]])
  })

  it('reacts to quotes when it is told to, once for each step of the last digit', async () => {
    const { stops } = await run(
      fixedTrail({ pips: PIPS(1.5) }, { when: 'quote' }),
      [1290, 1291, 1291.0001, 1292],
    )
    expect(stops).toEqual([1288.7, 1289.5, 1290.5])
  })
})

describe('partialTargets', () => {
  it('goes on with its next rung where the entry fills further while a part is closed', async () => {
    const ladder = partialTargets([
      { at: { pips: PIPS(1) }, close: 0.5 },
      { at: { pips: PIPS(2) }, close: 0.25 },
    ])
    // Half of the limit fills at once; the rest where the market comes back to it, and the first part closes just then.
    const { decisions, open } = await runEntry(
      ladder,
      [1290, 1291.5, 1290, 1291.5, 1292.5, 1292.5, 1292.5],
      ctx => void ctx.buy({ volume: lots(0.08), limit: roundPrice(REPLAY_XAUUSD, 1290.2) }),
      { levels: [{ distanceTicks: 0, volume: lots(0.04) }] },
    )
    const parts = decisions.flatMap(({ command }) => (command.type === 'close' ? [command.volume] : []))
    expect(parts).toEqual([0.02, 0.02])
    expect(open.map(({ volume }) => volume)).toEqual([0.04])
  })

  const ladder = partialTargets([
    { at: { r: 1 }, close: 0.5 },
    { at: { r: 2 }, close: 0.3 },
  ])

  it('takes each part once, rounded down to the step', async () => {
    const { trades, open } = await run(ladder, [1290, 1292.2, 1293, 1294.2, 1295, 1296, 1296], 'buy', 0.15)
    expect(trades.map(({ volume }) => volume)).toEqual([0.07, 0.04])
    expect(open[0]?.volume).toBeCloseTo(0.04)
  })

  it('takes several parts one after the other when the price jumps over them', async () => {
    const { trades } = await run(ladder, [1290, 1296, 1296, 1296, 1296, 1296])
    expect(trades.map(({ volume, closedAt }) => [volume, (closedAt - NOON) / MINUTE_MS])).toEqual([
      [0.05, 2.5],
      [0.03, 3.5],
    ])
  })

  it('shares all that an entry has filled in parts, quote by quote', async () => {
    let entered = false
    const strategy = defineStrategy({
      name: 'probe',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1' } }),
      create: () =>
        managed([partialTargets([{ at: { r: 1 }, close: 0.5 }])], {
          onQuote({ ask }, ctx) {
            if (!entered) ctx.buy({ volume: lots(0.1), limit: ask, stopLoss: { pips: PIPS(2) } })
            entered = true
          },
        }),
    })
    const levels = [0, 500].map(distanceTicks => ({ distanceTicks, volume: lots(0.04) }))
    const { fills, trades } = await backtest(strategy, {
      params: {},
      instrument: REPLAY_XAUUSD,
      account: REPLAY_ACCOUNT,
      data: minutes([1290, 1290, 1290, 1293, 1293, 1293]),
      venue: { latencyMs: 0, depth: { levels } },
    })
    expect(fills.slice(0, 3).map(({ volume }) => volume)).toEqual([0.04, 0.04, 0.02])
    expect(trades.map(({ volume, exitPrice }) => [volume, exitPrice])).toEqual([
      [0.04, 1293],
      [0.01, 1292.5],
    ])
  })

  it('skips a part below the smallest volume, and closes all rather than leave less than it', async () => {
    const tiny = await run(ladder, [1290, 1296, 1296, 1296, 1296], 'buy', 0.01)
    expect(tiny.trades).toEqual([])
    const all = await run(partialTargets([{ at: { r: 1 }, close: 1 }]), [1290, 1293, 1293, 1293], 'buy', 0.03)
    expect(all.trades.map(({ volume }) => volume)).toEqual([0.03])
    expect(all.open).toEqual([])
  })

  it.each([[[]], [[0.6, 0.5]], [[0]], [[Number.NaN]]])('refuses the shares %j', shares => {
    const rungs = shares.map(close => ({ at: { r: 1 }, close }))
    expect(() => partialTargets(rungs)).toThrow('[invalid-options]')
  })
})

describe('timeExit', () => {
  const flat = new Array<number>(12).fill(1290)

  it.each<[string, TimeLimit, number]>([
    ['after so many bars', { bars: 3 }, 3],
    ['after a time', { afterMs: 4 * MINUTE_MS }, 4],
    ['at a time of day in a zone', { at: '13:06', timeZone: 'Europe/London' }, 6],
  ])('closes %s', async (_what, limit, minute) => {
    const { trades } = await run(timeExit(limit), flat)
    // A bar ends with the first quote after its end, half a minute later; the fill follows at once.
    expect(trades.map(({ closedAt }) => (closedAt - NOON - 30_000) / MINUTE_MS)).toEqual([minute])
  })

  it.each<TimeLimit>([{ bars: 0 }, { bars: 1 / 0 }, { afterMs: -1 }, { at: '24:00', timeZone: 'UTC' }])(
    'refuses %j',
    limit => {
      expect(() => timeExit(limit)).toThrow('[invalid-options]')
    },
  )

  it('does not ask for a close at each quote while its entry fills further as it is filled', async () => {
    const { decisions } = await runEntry(
      timeExit({ afterMs: 20_000 }, { when: 'quote' }),
      Array.from({ length: 12 }, () => 1290),
      ctx => void ctx.buy({ volume: lots(0.8), limit: roundPrice(REPLAY_XAUUSD, 1290.2) }),
      { levels: [{ distanceTicks: 0, volume: lots(0.04) }] },
      10_000,
    )
    const closes = decisions.filter(({ command }) => command.type === 'close')
    expect(closes.map(({ at }) => at - NOON)).toEqual([50_000, 60_000, 120_000])
  })

  it('refuses a zone that does not exist', () => {
    expect(() => timeExit({ at: '10:00', timeZone: 'Europe/Atlantis' })).toThrow(/time zone/)
  })
})

describe('a policy that could never do what it is for is refused when it is made', () => {
  it.each<[string, () => PositionPolicy]>([
    ['chandelier was given times = 0. Pass a number above 0', () => chandelier(RANGE, 0)],
    ['chandelier was given times = -3. Pass a number above 0', () => chandelier(RANGE, -3)],
    ['chandelier was given times = NaN', () => chandelier(RANGE, Number.NaN)],
    ['atrTrail was given times = 0', () => atrTrail(RANGE, 0)],
    ['atrTrail was given from.r = -1. Pass a number, 0 or above', () => atrTrail(RANGE, 1, FROM_BELOW)],
    ['chandelier was given from.r = -1', () => chandelier(RANGE, 1, FROM_BELOW)],
    ['fixedTrail was given from.r = -1', () => fixedTrail({ r: 1 }, FROM_BELOW)],
    ['fixedTrail was given distance.pips = -5', () => fixedTrail({ pips: pips(-5) })],
    ['fixedTrail was given distance.r = NaN', () => fixedTrail({ r: Number.NaN })],
    ['fixedTrail was given distance.times = 0', () => fixedTrail({ atr: RANGE, times: 0 })],
    ['breakEven was given at.r = NaN', () => breakEven({ at: { r: Number.NaN } })],
    ['breakEven was given at.r = -1', () => breakEven({ at: { r: -1 } })],
    ['breakEven was given lock.r = -0.1', () => breakEven({ at: { r: 1 }, lock: { r: -0.1 } })],
    ['stepTrail was given step.r = 0', () => stepTrail({ step: { r: 0 } })],
    ['stepTrail was given behind = Infinity', () => stepTrail({ step: { r: 1 }, behind: 1 / 0 })],
    ['partialTargets was given [0].at.r = -1', () => partialTargets([{ at: { r: -1 }, close: 0.5 }])],
  ])('%s', (message, make) => {
    expect(make).toThrow('[invalid-options]')
    expect(make).toThrow(message)
  })

  it('while 0 stays allowed where it means at once', () => {
    const made = [
      fixedTrail({ r: 1 }, { from: { r: 0 } }),
      breakEven({ at: { r: 1 }, lock: { pips: pips(0) } }),
      stepTrail({ step: { r: 1 }, behind: 0 }),
    ]
    expect(made.map(({ name }) => name)).toEqual(['fixed-trail', 'break-even', 'step-trail'])
  })
})

it('refuses to manage without a policy', () => {
  expect(() => managed([], {})).toThrow('[invalid-options]')
})

it('keeps the methods of handlers that are an object of a class', () => {
  class Own {
    readonly #stops: string[] = []
    onStop(reason: string): void {
      this.#stops.push(reason)
    }
    get stops(): readonly string[] {
      return this.#stops
    }
  }
  const own = new Own()
  managed([breakEven({ at: { r: 1 } })], own).onStop?.('requested', undefined as never)
  expect(own.stops).toEqual(['requested'])
})
