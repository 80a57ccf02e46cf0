import {
  centsToLots,
  type Lots,
  lots,
  money,
  pips,
  pointsToPrice,
  type Price,
  priceToPoints,
  type Quote,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { restless, wildHistory, wildTicks } from '../../test/parity-fixture.ts'
import { MemoryRecording, recordedSession } from '../../test/record-session.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { isEngineError } from '../errors.ts'
import type { Trade } from '../kernel/trade.ts'
import { createMemoryLedger } from '../live/memory-ledger.ts'
import { runLive } from '../live/run.ts'
import type { LiveSession } from '../live/session.ts'
import { type GradeEvidence, gradeOf } from '../statistics/grade.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import { createReplayBroker } from '../testing/replay-broker.ts'
import { parity } from './parity.ts'
import { readSession } from './read-session.ts'
import { createSessionRecorder } from './recorder.ts'
import type { RecordedSession } from './session.ts'

const TICK = 100
const DAMAGED = 5

/** A session in which one trade is another one. */
function planted(
  session: RecordedSession,
  change: (trade: Trade) => Trade | readonly Trade[],
): RecordedSession {
  return {
    ...session,
    trades: session.trades.flatMap(({ trade, row }, index) =>
      index === DAMAGED ? [change(trade)].flat().map(other => ({ trade: other, row })) : [{ trade, row }],
    ),
  }
}

function damagedOf({ trades }: RecordedSession): Trade {
  const found = trades[DAMAGED]
  if (found === undefined) throw new Error('The session has too few trades.')
  return found.trade
}

const moved = (price: Price, ticks: number): Price => pointsToPrice(priceToPoints(price) + ticks * TICK)

describe('the parity of a session', () => {
  let session: RecordedSession
  beforeAll(async () => {
    session = await recordedSession({ data: wildTicks(3, 4000), strategy: restless })
  }, 60_000)

  it('is exactly 1 when a run is replayed on its own quotes', async () => {
    const report = await parity(session, restless)
    expect(report.score).toBe(1)
    expect(report.causes).toEqual({})
    expect(report.first).toBeUndefined()
    expect(report.gaps).toEqual([])
    expect(report.trades).toBe(session.trades.length)
    expect(report.trades).toBeGreaterThan(20)
    expect(report.replay).toMatchObject({ quotes: 4000, isVenueKnown: true, venue: { latencyMs: 50 } })
  })

  it.each([
    ['a fill one tick off', 'price', (trade: Trade) => ({ ...trade, exitPrice: moved(trade.exitPrice, 1) })],
    [
      'an entry one tick off',
      'price',
      (trade: Trade) => ({ ...trade, entryPrice: moved(trade.entryPrice, -1) }),
    ],
    ['a late fill', 'time', (trade: Trade) => ({ ...trade, closedAt: (trade.closedAt + 700) as UnixMs })],
    ['a late entry', 'time', (trade: Trade) => ({ ...trade, openedAt: (trade.openedAt + 1) as UnixMs })],
    ['half the size', 'size', halved],
    [
      'another commission',
      'cost',
      (trade: Trade) => ({ ...trade, commission: money(trade.commission.minor - 1, 2, 'USD') }),
    ],
    ['another swap', 'cost', (trade: Trade) => ({ ...trade, swap: money(-3, 2, 'USD') })],
    [
      'another conversion',
      'cost',
      (trade: Trade) => ({ ...trade, gross: money(trade.gross.minor + 5, 2, 'USD') }),
    ],
  ] as const)('names %s as %s, of that trade alone', async (_, cause, change) => {
    const report = await parity(planted(session, change), restless)
    expect(report.causes).toEqual({ [cause]: 1 })
    expect(report.first?.causes).toEqual([cause])
    expect(report.first?.session).toEqual(change(damagedOf(session)))
    expect(report.first?.replay).toMatchObject({ exitPrice: damagedOf(session).exitPrice })
    expect(report.first?.score).toBeLessThan(1)
    expect(report.score).toBeLessThan(1)
    expect(report.score).toBeGreaterThan(1 - 1 / report.trades)
  })

  it('is exactly 1 where the handlers are an object of a class', async () => {
    class Own {
      readonly #volume = lots(0.01)
      onQuote(_quote: Quote, ctx: Context) {
        if (ctx.random() < 0.01) ctx.buy({ volume: this.#volume, stopLoss: { pips: pips(20) } })
        if (ctx.random() < 0.01) ctx.close()
      }
    }
    const strategy = defineStrategy({
      name: 'own',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1' } }),
      create: () => new Own(),
    })
    const { score, trades } = await parity(
      await recordedSession({ data: wildTicks(3, 1000), strategy }),
      strategy,
    )
    expect(trades).toBeGreaterThan(0)
    expect(score).toBe(1)
  })

  it('names a lost trade as missing and an additional one as extra, each with a score of 0', async () => {
    const lost = await parity(
      planted(session, () => []),
      restless,
    )
    expect(lost.causes).toEqual({ missing: 1 })
    expect(lost.first).toMatchObject({
      causes: ['missing'],
      score: 0,
      because: 'ordered, and not closed again',
    })
    expect(lost.first?.session).toBeUndefined()
    expect(lost.score).toBeCloseTo(1 - 1 / lost.trades, 12)
    const more = await parity(
      planted(session, trade => [trade, added(trade)]),
      restless,
    )
    expect(more.causes).toEqual({ extra: 1 })
    expect(more.first).toMatchObject({ causes: ['extra'], score: 0 })
    expect(more.first?.replay).toBeUndefined()
    expect(more.trades).toBe(session.trades.length + 1)
  })

  it('tells what differs with both values, and by how much', async () => {
    const { first } = await parity(
      planted(session, trade => ({
        ...trade,
        exitPrice: moved(trade.exitPrice, 3),
        closedAt: (trade.closedAt + 250) as UnixMs,
      })),
      restless,
    )
    const { exitPrice, closedAt } = damagedOf(session)
    expect(first?.differences).toEqual([
      { cause: 'price', what: 'exit', session: moved(exitPrice, 3), replay: exitPrice, by: 3, unit: 'ticks' },
      { cause: 'time', what: 'exit', session: closedAt + 250, replay: closedAt, by: 250, unit: 'ms' },
    ])
    const { price, time, size, cost } = first?.agreement ?? { price: 0, time: 0, size: 0, cost: 0 }
    expect([size, cost]).toEqual([1, 1])
    expect(first?.score).toBe(price * time)
  })

  it('loses half of a trade by half the size, and all of it by the whole risk', async () => {
    const half = await parity(planted(session, halved), restless)
    expect(half.first?.score).toBeCloseTo(0.5, 1)
    const ruined = await parity(
      planted(session, trade => ({ ...trade, exitPrice: moved(trade.exitPrice, 100_000) })),
      restless,
    )
    expect(ruined.first?.score).toBe(0)
  })

  it('is undefined without trades, which no grade takes for parity', async () => {
    const calm = { ...restless, create: () => ({}) }
    const silent = await recordedSession({ data: wildTicks(3, 200), strategy: calm })
    const report = await parity(silent, calm)
    expect([report.score, report.trades]).toEqual([undefined, 0])
    const evidence: GradeEvidence = { ...EVIDENCE, parity: report.score }
    expect(gradeOf(evidence)).toMatchObject({ grade: 'C', limitedBy: 'parity ≥ 0.8' })
    expect(gradeOf({ ...EVIDENCE, parity: (await parity(session, restless)).score }).grade).toBe('A')
  })

  it('sees another strategy, other parameters and another venue', async () => {
    const timid = { ...restless, create: () => ({}) }
    expect((await parity(session, timid)).causes).toEqual({ extra: session.trades.length })
    expect((await parity(session, restless, { venue: { latencyMs: 400 } })).score).toBeLessThan(0.9)
  })

  it('refuses a tolerance below 0', async () => {
    await expect(parity(session, restless, { toleranceMs: -1 })).rejects.toSatisfy(error =>
      isEngineError(error, 'invalid-options'),
    )
  })

  it('ends by its signal', async () => {
    await expect(parity(session, restless, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
  })
})

it('a session that began with bars of the past, limits and a filter scores 1 too', async () => {
  const data = wildTicks(5, 6000)
  const history = wildHistory(data)
  const session = await recordedSession({
    data,
    strategy: restless,
    params: { history: history.closed.length },
    latencyMs: 0,
    broker: { history },
    options: { risk: { maxOpenPositions: 2 }, quoteFilter: true, seed: 5 },
  })
  const report = await parity(session, restless)
  expect([report.score, report.causes]).toEqual([1, {}])
  expect(report.trades).toBeGreaterThan(20)
  // Each of them counts.
  const { header } = session
  for (const other of [{ warmUp: {} }, { risk: {} }, { quoteFilter: false }, { seed: 6 }])
    expect((await parity({ ...session, header: { ...header, ...other } }, restless)).score).toBeLessThan(1)
})

const EVIDENCE: GradeEvidence = {
  trades: 200,
  tradingDays: 60,
  regimes: 3,
  expectancy: { mean: 0.4, lower: 0.2, upper: 0.6 },
  deviation: 1,
  deflatedSharpe: 0.99,
  probabilisticSharpe: 0.99,
  profitFactorLower: 1.5,
  maxDrawdown: 3,
  expectedDrawdown: 5,
  drawdownLimit: 10,
  parity: undefined,
  earnsAtWiderSpread: true,
  limitBreached: false,
}

function halved(trade: Trade): Trade {
  const half = (amount: Trade['net']) => money(Math.round(amount.minor / 2), 2, 'USD')
  return {
    ...trade,
    volume: (trade.volume / 2) as Lots,
    gross: half(trade.gross),
    commission: half(trade.commission),
    net: half(trade.net),
  }
}

/** A trade that nothing in the session has decided. */
function added(trade: Trade): Trade {
  const openedAt = (trade.openedAt + 1) as UnixMs
  const { entry: _, ...rest } = trade
  return {
    ...rest,
    openedAt,
    positionId: 99_999 as Trade['positionId'],
    volume: centsToLots(REPLAY_XAUUSD, 100),
  }
}

/** Enters at each bar of a minute while it has nothing; leaves after three of them. */
const metronome = defineStrategy({
  name: 'metronome',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: () => {
    let bars = 0
    return {
      onBar(_bar, ctx) {
        bars += 1
        if (bars % 3 === 0) ctx.close()
        else if (ctx.positions.length + ctx.pendingEntries === 0)
          ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(500) } })
      },
    }
  },
})

it('a session of a netted account scores 1 when its recording says so', async () => {
  const session = await recordedSession({
    data: wildTicks(7, 6000),
    strategy: restless,
    broker: { account: { ...REPLAY_ACCOUNT, hedged: false } },
    recorder: { rules: { hedged: false } },
  })
  expect((await parity(session, restless)).score).toBe(1)
  expect(
    (await parity({ ...session, header: { ...session.header, rules: {} } }, restless)).score,
  ).toBeLessThan(1)
})

it('a session that began with a saved state scores 1 from that state', async () => {
  const counting = defineStrategy({
    name: 'counting',
    params: z.object({}),
    state: z.object({ bars: z.number().default(0) }),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: ({ state }) => ({
      onBar(_bar, ctx) {
        state.bars += 1
        if (state.bars % 4 === 0) ctx.close()
        if (state.bars % 4 === 1) ctx.buy({ volume: lots(0.1) })
      },
    }),
  })
  const stateStore = { load: async () => ({ bars: 2 }), save: async () => {} }
  const session = await recordedSession({
    data: wildTicks(9, 6000),
    strategy: counting,
    options: { stateStore },
  })
  expect(session.header.state).toEqual({ bars: 2 })
  expect(await parity(session, counting)).toMatchObject({ score: 1, gaps: [] })
  const { state: _, ...header } = session.header
  expect((await parity({ ...session, header }, counting)).score).toBeLessThan(1)
})

describe('a session that a person ruled', () => {
  const data = wildTicks(9, 6000)
  /** What happens at which bar. */
  async function ruled(
    acts: Readonly<Record<number, (live: LiveSession) => void>>,
  ): Promise<RecordedSession> {
    const target = new MemoryRecording()
    const recorder = createSessionRecorder({ target, venue: { latencyMs: 50 } })
    let bars = 0
    let live: LiveSession | undefined
    live = await runLive(metronome, {
      params: {},
      broker: createReplayBroker({
        instrument: REPLAY_XAUUSD,
        account: REPLAY_ACCOUNT,
        venue: { latencyMs: 50 },
        data,
      }),
      instrument: REPLAY_XAUUSD.name,
      label: 'metronome',
      sessionId: 'ruled',
      risk: {},
      ledger: createMemoryLedger(),
      recorder,
      observer: {
        onBar() {
          bars += 1
          if (live !== undefined) acts[bars]?.(live)
        },
      },
    })
    await live.finished
    await recorder.finished
    return readSession(target.bytes)
  }

  it('scores 1 with the pauses and the volumes that the person set', async () => {
    const session = await ruled({
      6: live => live.pause(),
      12: live => live.resume(),
      18: live => live.setEntryVolume(lots(0.5)),
    })
    expect(session.words.map(({ type }) => type)).toEqual([
      'entries-paused',
      'entries-resumed',
      'entry-volume-changed',
    ])
    expect(await parity(session, metronome)).toMatchObject({ score: 1, causes: {} })
    const { causes, first } = await parity({ ...session, words: [] }, metronome)
    expect(causes).toEqual({ missing: expect.any(Number), size: expect.any(Number) })
    expect(first?.because).toBe('blocked: entries are paused')
  })

  it('is compared up to the stop, and not in what the stop closed', async () => {
    const session = await ruled({ 11: live => void live.stop({ positions: 'close' }) })
    expect(session.stopRow).toBeLessThan(session.quotes.length + 1)
    expect(session.ended).toBe('requested')
    const report = await parity(session, metronome)
    expect(report).toMatchObject({ score: 1, causes: {}, leftOut: { openedBefore: 0, behindEnd: 1 } })
    expect(report.trades).toBe(session.trades.length - 1)
  })

  it('leaves out what an earlier session had opened', async () => {
    const session = await ruled({})
    const [old, ...rest] = session.trades
    if (old === undefined) throw new Error('The session has no trade.')
    const before = { ...old, trade: { ...old.trade, openedAt: ((data.at[0] ?? 0) - 1) as UnixMs } }
    const report = await parity({ ...session, trades: [before, ...rest] }, metronome)
    expect(report.leftOut).toEqual({ openedBefore: 1, behindEnd: 0 })
    expect(report.causes).toEqual({ missing: 1 })
  })
})
