import { type Instrument, lots } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import type { BacktestReport, BarColumns, IntrabarPolicy, TickColumns } from '../../src/index.ts'
import { backtest } from '../../src/index.ts'
import { REPLAY_XAUUSD } from '../../src/data/instruments.ts'
import { driveBars, driveTicks, type Outcome, type PlainPolicy, type PlainTick } from './drive.ts'
import type { Fault, Kind, Rules } from './model.ts'
import { decideBy, type Plan, planOver, strategyOf, withoutLevels } from './plan.ts'
import { type PlainPolicies, policies, withPolicies } from './policies.ts'
import type { PlainBar } from './within-bar.ts'

const HOUR = 3_600_000
const QUARTER = HOUR / 4
/** A Tuesday, so that a few days reach the triple one. */
const START = Date.UTC(2026, 0, 13, 3)
export const BARS = 48
const TICKS_PER_BAR = 8

/** One case: a market, an account, and what is done. */
export interface World {
  readonly seed: number
  readonly over: 'worst' | 'path' | 'replay ticks' | 'replay bars' | 'quotes'
  readonly spread: number | readonly number[] | 'recorded'
  readonly rules: Rules
  readonly plan: Plan
  /** Look after open positions at each close. */
  readonly policies?: PlainPolicies
}

const rate = fc.integer({ min: -400, max: 100 }).map(hundredths => hundredths / 100)

const rules: fc.Arbitrary<Rules> = fc.record({
  tick: fc.constant(100),
  lotCents: fc.constant(10_000),
  stepCents: fc.constant(100),
  commission: fc.option(
    fc.record({
      per: fc.constantFrom('lot' as const, 'million' as const, 'percent' as const),
      rate: fc.constantFrom(0.0325, 3.5, 2.5, 17.25),
    }),
    { nil: undefined },
  ),
  minCommission: fc.constantFrom(0, 0, 0.07),
  swap: fc.option(
    fc.record({
      unit: fc.constantFrom('pips' as const, 'points' as const, 'percent' as const),
      long: rate,
      short: rate,
      minute: fc.integer({ min: 0, max: 1439 }),
      skipped: fc.integer({ min: 0, max: 1 }),
      weekends: fc.boolean(),
      tripleDay: fc.integer({ min: 1, max: 5 }),
      pip: fc.constant(1000),
    }),
    { nil: undefined },
  ),
  balance: fc.constantFrom(1_000_000, 1_000_000, 12_000),
  leverage: fc.constantFrom(100, 30),
  marginMethod: fc.constantFrom('sum' as const, 'max' as const, 'net' as const),
  hedged: fc.boolean(),
  stopOut: fc.option(
    fc.record({
      level: fc.constantFrom(50, 100, 130),
      whole: fc.boolean(),
      first: fc.constantFrom('most-losing' as const, 'most-margin' as const),
    }),
    { nil: undefined },
  ),
  latency: fc.constantFrom(0, 50, 250, 400_000),
  slippageTicks: fc.constantFrom(0, 0, 3),
  breaks: fc.option(
    fc
      .record({
        from: fc.integer({ min: 4, max: 20 }),
        hours: fc.integer({ min: 1, max: 3 }),
        quoted: fc.boolean(),
      })
      // A backtest refuses quotes that lie more than an hour outside the hours.
      .map(drawn => (drawn.quoted ? { ...drawn, hours: 1 } : drawn)),
    { nil: undefined, freq: 2 },
  ),
  parts: fc.option(
    fc.record({
      kind: fc.constantFrom<Kind>('market', 'market-range', 'limit', 'stop', 'stop-limit'),
      shares: fc.constantFrom<readonly number[]>([0.5], [0.3, 0.3], [0.25, 0.25, 0.5], [0.05]),
    }),
    { nil: undefined, freq: 2 },
  ),
  faults: fc.constant<ReadonlySet<Fault>>(new Set()),
})

const spread = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 24, maxLength: 24 }),
  fc.constant('recorded' as const),
)

/** Worlds of one kind. */
export function worlds(over: World['over']): fc.Arbitrary<World> {
  const rows = over === 'quotes' ? BARS * TICKS_PER_BAR : BARS
  return fc.record({ seed: fc.nat(), over: fc.constant(over), spread, rules, plan: planOver(rows) })
}

/**
 * Worlds of bars in which policies move the stops and close: the plan enters, amends orders and closes, and sets no levels
 * of its own; each entry is a position.
 */
export function managedWorlds(over: Exclude<World['over'], 'quotes'>): fc.Arbitrary<World> {
  return fc.record({ world: worlds(over), policies }).map(({ world, policies: drawn }) => ({
    ...world,
    rules: { ...world.rules, hedged: true, breaks: undefined },
    plan: withoutLevels(world.plan),
    policies: drawn,
  }))
}

/** Steps of volume behind a quote that the orders of a plan, of one to seven steps, are often too big for. */
const depth = fc
  .array(fc.record({ ticks: fc.integer({ min: 1, max: 20 }), steps: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(drawn => {
    let ticks = -1
    return drawn.map((level, index) => {
      ticks = index === 0 ? 0 : ticks + level.ticks
      return { ticks, cents: level.steps * 100 }
    })
  })

/** Worlds of one kind in which the market has only so much at each price. */
export function deepWorlds(over: World['over']): fc.Arbitrary<World> {
  return fc
    .record({ world: worlds(over), depth })
    .map(({ world, depth: drawn }) => ({ ...world, rules: { ...world.rules, depth: drawn } }))
}

/** A small generator of its own: xorshift. */
function randomFrom(seed: number): (below: number) => number {
  let state = (seed ^ 0x5bd1e995) | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return Math.abs(state) % below
  }
}

/** The market of a world: where quotes end with the session, there are none of the break. */
function marketOf({ seed, rules: { breaks } }: World): readonly PlainTick[] {
  const ticks = everyTick(seed)
  if (breaks === undefined || breaks.quoted) return ticks
  const { from, hours } = breaks
  return ticks.filter(({ at }) => {
    const hour = Math.floor(at / HOUR) % 24
    return hour < from || hour >= from + hours
  })
}

/** A market with equal times, silence, gaps and a spread that changes. */
function everyTick(seed: number): readonly PlainTick[] {
  const random = randomFrom(seed)
  const ticks: PlainTick[] = []
  let bid = 1_290_000
  for (let bar = 0; bar < BARS; bar++) {
    bid += random(4) === 0 ? random(120) - 60 : 0
    let at = START + bar * HOUR
    for (let tick = 0; tick < TICKS_PER_BAR; tick++) {
      ticks.push({ at, bid: bid * 100, ask: (bid + 1 + random(40)) * 100 })
      bid += random(81) - 40
      at = Math.min(at + (random(4) === 0 ? 0 : random(900_000)), START + (bar + 1) * HOUR - 1)
    }
  }
  return ticks
}

/** Bars of a length out of ticks, with the spread of the model. */
export function barsOf(ticks: readonly PlainTick[], length: number, model: World['spread']): PlainBar[] {
  const byOpen = new Map<number, PlainTick[]>()
  for (const tick of ticks) {
    const openedAt = Math.floor(tick.at / length) * length
    byOpen.set(openedAt, [...(byOpen.get(openedAt) ?? []), tick])
  }
  return [...byOpen].map(([openedAt, inside]) => {
    const bids = inside.map(({ bid }) => bid)
    const first = inside[0] as PlainTick
    const recorded = first.ask - first.bid
    const hour = Math.floor(openedAt / HOUR) % 24
    const ticksOf =
      typeof model === 'number' ? model : model === 'recorded' ? recorded / 100 : (model[hour] ?? 0)
    return {
      openedAt,
      closedAt: openedAt + length,
      open: first.bid,
      high: Math.max(...bids),
      low: Math.min(...bids),
      close: bids.at(-1) as number,
      spread: ticksOf * 100,
    }
  })
}

export function oracleOf(world: World, faults: Fault[] = []): Outcome {
  const { over, spread: model, rules: given, plan, policies: managing } = world
  const broken = { ...given, faults: new Set(faults) }
  const ticks = marketOf(world)
  const planned = decideBy(plan)
  const decide = managing === undefined ? planned : withPolicies(planned, managing, broken.faults)
  if (over === 'quotes') return driveTicks(broken, ticks, decide)
  const policy: PlainPolicy =
    over === 'replay ticks'
      ? { policy: 'replay', ticks }
      : over === 'replay bars'
        ? { policy: 'replay', bars: barsOf(ticks, QUARTER, model) }
        : { policy: over }
  return driveBars(broken, barsOf(ticks, HOUR, model), decide, policy)
}

export async function engineOf(world: World): Promise<Outcome> {
  const { over, spread: model, rules: given, plan } = world
  const ticks = marketOf(world)
  const report = await backtest(strategyOf(plan, over === 'quotes' ? 'quotes' : 'bars', world.policies), {
    params: {},
    instrument: instrumentOf(given),
    account: {
      currency: 'USD',
      digits: 2,
      balanceMinor: given.balance,
      leverage: given.leverage,
      hedged: given.hedged,
      marginMethod: given.marginMethod,
      ...(given.stopOut && {
        stopOut: {
          levelPercent: given.stopOut.level,
          closes: given.stopOut.whole ? 'whole' : 'partial',
          first: given.stopOut.first,
        },
      }),
    },
    venue: {
      latencyMs: given.latency,
      slippageTicks: given.slippageTicks,
      barSpreadTicks: model,
      ...(given.depth && {
        depth: {
          levels: given.depth.map(({ ticks: distanceTicks, cents: at }) => ({
            distanceTicks,
            volume: lots(at / 10_000),
          })),
        },
      }),
      ...(given.parts && {
        script: [{ match: { request: given.parts.kind }, outcome: { fill: given.parts.shares } }],
      }),
    },
    data: over === 'quotes' ? tickColumns(ticks) : barColumns(barsOf(ticks, HOUR, model), 'h1'),
    ...(over !== 'quotes' && { intrabar: intrabarOf(over, ticks, model) }),
  })
  return outcomeOf(report)
}

function intrabarOf(
  over: Exclude<World['over'], 'quotes'>,
  ticks: readonly PlainTick[],
  model: World['spread'],
): IntrabarPolicy {
  if (over === 'replay ticks') return { policy: 'replay', data: tickColumns(ticks) }
  if (over === 'replay bars')
    return { policy: 'replay', data: barColumns(barsOf(ticks, QUARTER, model), 'm15') }
  return { policy: over }
}

/** Each day of the week has two sessions, around the break. */
function hoursOf(breaks: Rules['breaks']): Instrument['hours'] {
  if (breaks === undefined) return REPLAY_XAUUSD.hours
  const { from, hours } = breaks
  const sessions = [0, 1, 2, 3, 4, 5, 6].flatMap(day => [
    { startSecond: day * 86_400, endSecond: day * 86_400 + from * 3600 },
    { startSecond: day * 86_400 + (from + hours) * 3600, endSecond: (day + 1) * 86_400 },
  ])
  return { timeZone: 'UTC', sessions, holidays: [] }
}

export function instrumentOf({ commission, minCommission, swap, breaks }: Rules): Instrument {
  const names = { lot: 'usd-per-lot', million: 'usd-per-million', percent: 'percent-of-value' } as const
  return {
    ...REPLAY_XAUUSD,
    minVolume: lots(0.01),
    guaranteedStops: true,
    hours: hoursOf(breaks),
    costs: {
      commission:
        commission === undefined ? { type: 'none' } : { type: names[commission.per], rate: commission.rate },
      ...(minCommission > 0 && { minCommission: { amount: minCommission, currency: 'USD' } }),
      ...(swap && {
        swap: {
          unit: swap.unit,
          long: swap.long,
          short: swap.short,
          tripleDay: swap.tripleDay,
          firstChargeMinute: swap.minute,
          periodHours: 24,
          skippedPeriods: swap.skipped,
          chargedAtWeekends: swap.weekends,
        },
      }),
    },
  }
}

function tickColumns(ticks: readonly PlainTick[]): TickColumns {
  return {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: ticks.length,
    at: Float64Array.from(ticks, ({ at }) => at),
    bid: Float64Array.from(ticks, ({ bid }) => bid),
    ask: Float64Array.from(ticks, ({ ask }) => ask),
  }
}

/** Bars as the engine takes them. */
export function barColumns(bars: readonly PlainBar[], timeframe: BarColumns['timeframe']): BarColumns {
  const column = (key: keyof PlainBar) => Float64Array.from(bars, bar => bar[key])
  return {
    type: 'bars',
    symbolId: REPLAY_XAUUSD.id,
    timeframe,
    length: bars.length,
    openedAt: column('openedAt'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    tickVolume: new Float64Array(bars.length).fill(1),
    spread: column('spread'),
  }
}

const points = (price: number) => Math.round(price * 100_000)
const cents = (volume: number) => Math.round(volume * 10_000)

/** What a report says, in the words of the oracle. */
export function outcomeOf({ trades, fills, open, intrabar }: BacktestReport): Outcome {
  return {
    trades: trades.map(trade => ({
      positionId: trade.positionId,
      side: trade.side,
      cents: cents(trade.volume),
      entry: points(trade.entryPrice),
      openedAt: trade.openedAt,
      exit: points(trade.exitPrice),
      closedAt: trade.closedAt,
      gross: trade.gross.minor,
      commission: trade.commission.minor,
      swap: trade.swap.minor,
      net: trade.net.minor,
      balance: trade.balance.minor,
    })),
    fills: fills.map(({ at, side, volume, price }) => ({
      at,
      side,
      cents: cents(volume),
      price: points(price),
    })),
    open: [...open]
      .sort((a, b) => a.id - b.id)
      .map(position => ({
        id: position.id,
        side: position.side,
        openedAt: position.openedAt,
        entry: points(position.entryPrice),
        cents: cents(position.volume),
        stop: position.stopLoss === undefined ? undefined : points(position.stopLoss),
        target: position.takeProfit === undefined ? undefined : points(position.takeProfit),
        commission: position.commission.minor,
        swap: position.swap.minor,
      })) as unknown as Outcome['open'],
    dependentTrades: intrabar?.dependentTrades ?? 0,
  }
}

/** An outcome without what the engine does not tell. */
export function comparable({ trades, fills, open, dependentTrades }: Outcome) {
  return {
    trades,
    fills,
    open: open.map(({ id, side, openedAt, entry, cents: volume, stop, target, commission, swap }) => ({
      id,
      side,
      openedAt,
      entry,
      cents: volume,
      stop,
      target,
      commission,
      swap,
    })),
    dependentTrades,
  }
}
