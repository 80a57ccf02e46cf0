import {
  type DealId,
  lots,
  type OrderId,
  pips,
  type Position,
  type PositionId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import { maxDailyLoss, maxDrawdown } from '../protections/equity-protections.ts'
import { lowProfitLock } from '../protections/low-profit-lock.ts'
import { cooldown, stopLossGuard } from '../protections/trade-protections.ts'
import type { PastClosing } from '../ports/broker.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { Handlers } from '../strategy/define.ts'
import type { LiveOptions } from './session.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Noon of a day. */
const NOON = 20_000 * DAY_MS + 12 * HOUR_MS

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

/** A broker that answers at once, and whose deal history the test writes. */
class DayBroker extends ManualBroker {
  closings: PastClosing[] = []
  readonly asked: number[] = []
  balance = 1_000_000
  readonly pastClosings = async (since: UnixMs) => {
    this.asked.push(since)
    return this.closings.filter(({ fill }) => fill.at >= since)
  }
  override async snapshot() {
    return { ...(await super.snapshot()), at: NOON as UnixMs, balance: usd(this.balance) }
  }
  override async submit(...args: Parameters<ManualBroker['submit']>) {
    const outcome = super.submit(...args)
    this.submitted.at(-1)?.answer({ type: 'accepted' })
    return outcome
  }
}

class Kept implements StateStore {
  json: string | undefined
  async load(): Promise<unknown> {
    return this.json === undefined ? undefined : JSON.parse(this.json)
  }
  async save(json: string): Promise<void> {
    this.json = json
  }
}

const closing = (dealId: number, at: number, gross: number, label = 'S03/demo'): PastClosing => ({
  position: { ...lone(dealId), label },
  fill: {
    dealId: dealId as DealId,
    orderId: 90 as OrderId,
    positionId: dealId as PositionId,
    side: 'sell',
    volume: held.volume,
    price: held.entryPrice,
    at: at as UnixMs,
    commission: usd(0),
    closing: {
      entryPrice: held.entryPrice,
      gross: usd(gross),
      commission: usd(0),
      swap: usd(0),
      conversionFee: usd(0),
      balance: usd(0),
    },
  },
})

/** As the deal history tells it: without its levels. */
function lone(id: number): Position {
  const { stopLoss: _, ...position } = held
  return { ...position, id: id as PositionId }
}

/** Asks for an entry at each quote that ends in .5, and closes all at one that ends in .25. */
const asking: Handlers = {
  onQuote(quote, ctx) {
    if (quote.bid % 1 === 0.25) for (const { id } of ctx.positions) ctx.close(id)
    if (quote.bid % 1 === 0.5) ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(100) } })
  },
}

interface Process {
  readonly broker: DayBroker
  readonly blocked: string[]
  readonly told: string[]
  readonly ask: (at: number) => Promise<string | undefined>
}

/** Starts a process; the one before it was killed. */
async function begin(
  broker: DayBroker,
  changes: Partial<LiveOptions<ReturnType<typeof import('../../test/manual-broker.ts')['strategy']>>>,
): Promise<Process> {
  const blocked: string[] = []
  const told: string[] = []
  const tell = (_: object, message: string) => void told.push(message)
  await start(asking, broker, {
    logger: { debug: () => {}, info: () => {}, warn: tell, error: tell },
    observer: {
      onEvent: event => {
        if (event.type === 'entry-blocked') blocked.push(event.blocked.reason)
      },
    },
    ...changes,
  })
  await turn()
  const ask = async (at: number) => {
    blocked.length = 0
    broker.quote(at, 1290.5)
    await turn()
    return blocked[0]
  }
  return { broker, blocked, told, ask }
}

/** What a trade of the run does to the account: it opens, and its stop takes it. */
function lose(broker: DayBroker, dealId: number, at: number, gross: number): void {
  const { fill, position } = closing(dealId, at, gross)
  broker.balance += gross
  broker.closings.push(closing(dealId, at, gross))
  broker.emit({
    type: 'order-filled',
    at: at as UnixMs,
    order: {
      id: fill.orderId,
      positionId: position.id,
      symbolId: position.symbolId,
      side: 'sell',
      volume: position.volume,
      filledVolume: position.volume,
      closing: true,
      status: 'filled',
    },
    partial: false,
    position: { ...position, volume: lots(0) },
    fill: { ...fill, closing: { ...fill.closing, balance: usd(broker.balance) } as never },
  })
}

const DAILY = { risk: { maxDailyLoss: usd(10_000) } }
const PROTECTED = {
  protections: [
    maxDailyLoss({ loss: usd(10_000), day: { at: '17:00', timeZone: 'America/New_York' } }),
    maxDrawdown({ percent: 5 }),
  ],
}
/** Tells of no closings. */
const withoutHistory = (): DayBroker => {
  const broker = new DayBroker()
  Object.assign(broker, { pastClosings: undefined })
  return broker
}

describe('a live run that starts again in the middle of a losing day', () => {
  it.each([
    ['the limit', DAILY, '100.00 USD were lost today, the limit is 100.00 USD'],
    ['the protection', PROTECTED, 'max daily loss: 100.00 USD were lost today, the limit is 100.00 USD'],
  ])('adds up what each process lost, by %s', async (_, options, reason) => {
    const stateStore = new Kept()
    const broker = withoutHistory()
    // Four processes lose 25.00 each and are killed; none of them alone is near the limit.
    for (const n of [0, 1, 2, 3]) {
      const { ask } = await begin(broker, { ...options, stateStore })
      const at = NOON + n * 120_000
      broker.positions = []
      expect(await ask(at)).toBeUndefined()
      lose(broker, 100 + n, at + 1000, -2500)
      broker.quote(at + 61_000)
      await turn()
    }
    const { ask } = await begin(broker, { ...options, stateStore })
    expect(await ask(NOON + 500_000)).toBe(reason)
  })

  it('lets exits go on while it blocks', async () => {
    const broker = new DayBroker()
    broker.positions = [held]
    broker.closings = [closing(100, NOON - HOUR_MS, -10_000)]
    const { ask } = await begin(broker, DAILY)
    expect(await ask(NOON)).toMatch(/were lost today/)
    broker.quote(NOON + 1, 1290.25)
    await turn()
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['close'])
  })

  it('allows entries again on the next day', async () => {
    const broker = new DayBroker()
    broker.closings = [closing(100, NOON - HOUR_MS, -10_000)]
    const { ask } = await begin(broker, DAILY)
    expect(await ask(NOON)).toMatch(/were lost today/)
    expect(await ask(NOON + 12 * HOUR_MS)).toBeUndefined()
  })

  it('keeps the highest equity of the process before', async () => {
    const stateStore = new Kept()
    const broker = new DayBroker()
    const options = { protections: [maxDrawdown({ percent: 5 })], stateStore }
    const first = await begin(broker, options)
    expect(await first.ask(NOON)).toBeUndefined()
    // Weeks later: the account is lower, and no closing of the last day says why.
    broker.balance = 949_000
    const { ask } = await begin(broker, options)
    expect(await ask(NOON + DAY_MS)).toBe(
      'max drawdown: equity fell 5.10 % from its highest, the limit is 5 %',
    )
    const widened = await begin(broker, { ...options, protections: [maxDrawdown({ percent: 6 })] })
    expect(await widened.ask(NOON + DAY_MS + 1)).toBeUndefined()
  })

  it.each([
    ['cool-down', cooldown({ minutes: 60, after: 'loss' }), 1],
    ['stop-loss guard', stopLossGuard({ stops: 2, withinMinutes: 60, pauseMinutes: 60 }), 2],
    ['low-profit lock', lowProfitLock({ minTrades: 2, withinMinutes: 60, pauseMinutes: 60 }), 2],
  ])('goes on with a %s, and counts no trade twice', async (_, protection, trades) => {
    const stateStore = new Kept()
    const broker = new DayBroker()
    const options = { protections: [protection], stateStore }
    for (let n = 0; n < trades; n += 1) {
      const { ask } = await begin(broker, { ...options, closedSince: (NOON - HOUR_MS) as UnixMs })
      const at = NOON + n * 120_000
      expect(await ask(at)).toBeUndefined()
      lose(broker, 100 + n, at + 1000, -2500)
      broker.quote(at + 61_000)
      await turn()
    }
    const { ask } = await begin(broker, options)
    expect(await ask(NOON + 500_000)).toMatch(/ left/)
    expect(await ask(NOON + 3 * HOUR_MS)).toBeUndefined()
  })
})

describe('a live run without a usable record', () => {
  const lostBefore = () => {
    const broker = new DayBroker()
    // Of the account, whoever lost it.
    broker.closings = [
      closing(99, NOON - 20 * HOUR_MS, -900_000, 'other'),
      closing(100, NOON - HOUR_MS, -4000),
      closing(101, NOON - 1, -6000, 'other'),
    ]
    return broker
  }

  it.each([
    ['none', undefined, 'no usable record of limits and protections: the closings of the day count'],
    [
      'a damaged one',
      '{"$risk":{"at":"x"}}',
      'no usable record of limits and protections: the closings of the day count',
    ],
    ['one that is no JSON', '{', 'what limits and protections remember cannot be read'],
    [
      'one of a later time',
      JSON.stringify({
        $risk: {
          at: NOON + 30 * DAY_MS,
          day: { endsAt: NOON + 31 * DAY_MS, startMinor: 5 },
          protections: [
            { name: 'max daily loss', memory: { endsAt: NOON + 31 * DAY_MS, first: 5, lowest: 5 } },
          ],
          deals: [],
          allUpTo: 0,
        },
      }),
      'the record of limits and protections is of a later time: the closings of the day count',
    ],
  ])('counts the closings of the account since the day began: %s', async (_, json, message) => {
    for (const options of [DAILY, { protections: [maxDailyLoss({ loss: usd(10_000) })] }]) {
      const stateStore = Object.assign(new Kept(), { json })
      const { ask, told } = await begin(lostBefore(), { ...options, stateStore })
      expect(await ask(NOON)).toMatch(/100.00 USD were lost today, the limit is 100.00 USD/)
      expect(told).toContain(message)
    }
  })

  it('of the same day counts what was lost while no process watched', async () => {
    const stateStore = new Kept()
    const broker = new DayBroker()
    await (await begin(broker, { ...DAILY, stateStore })).ask(NOON)
    broker.balance -= 10_000
    expect(await (await begin(broker, { ...DAILY, stateStore })).ask(NOON + HOUR_MS)).toMatch(/lost today/)
  })

  it('counts what open positions have lost as lost today', async () => {
    const broker = new DayBroker()
    broker.positions = [{ ...held, entryPrice: 1300.5 as never, volume: lots(0.1) }]
    expect(await (await begin(broker, DAILY)).ask(NOON)).toMatch(/100.35 USD were lost today/)
  })

  it('takes a loss of the day that nobody saw for a stop', async () => {
    const broker = lostBefore()
    const { ask } = await begin(broker, { protections: [cooldown({ minutes: 90 })] })
    expect(await ask(NOON)).toBe('cooldown: 30 min of 90 are left after a stop')
  })

  it('opens nothing until the closings of the day are known, and asks again when they are refused', async () => {
    const broker = lostBefore()
    broker.closings = []
    let refuse = true
    const { pastClosings } = broker
    const refusing = Object.assign(broker, {
      pastClosings: async (since: UnixMs) => {
        if (refuse) throw new Error('not now')
        return pastClosings(since)
      },
    })
    let wake = (): void => {}
    const clock = { now: () => NOON, sleep: () => new Promise<void>(resolve => (wake = resolve)) }
    const { ask, told } = await begin(refusing, {
      ...DAILY,
      clock: { ...clock, setTimer: () => () => {} } as never,
    })
    expect(await ask(NOON)).toBe("the account's closings of the day are being read")
    expect(told).toContain('closings of the day not read')
    refuse = false
    wake()
    await turn()
    expect(await ask(NOON + 1)).toBeUndefined()
    expect(broker.asked).toEqual([NOON - 25 * HOUR_MS])
  })

  it('keeps the record of before when it is killed before it knows the day', async () => {
    const stateStore = new Kept()
    const broker = withoutHistory()
    const first = await begin(broker, { ...DAILY, stateStore })
    await first.ask(NOON)
    await first.ask(NOON + 1)
    const before = stateStore.json
    const silent = Object.assign(new DayBroker(), { pastClosings: () => new Promise<never>(() => {}) })
    await begin(silent, { ...DAILY, stateStore })
    silent.quote(NOON + HOUR_MS)
    silent.quote(NOON + 2 * HOUR_MS)
    await turn()
    expect(before).toContain('"startMinor":1000000')
    expect(stateStore.json).toBe(before)
  })
})
