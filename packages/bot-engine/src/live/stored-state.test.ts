import {
  type DealId,
  lots,
  type OrderId,
  pips,
  type PositionId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import { maxDailyLoss, maxDrawdown, newsBlackout } from '../protections/equity-protections.ts'
import { cooldown, stopLossGuard } from '../protections/trade-protections.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import { defineStrategy } from '../strategy/define.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import { runLive } from './run.ts'
import { releaseStoredProtection, resetStoredState } from './stored-state.ts'

const DAY_MS = 86_400_000
/** Noon of a day. */
const NOON = 20_000 * DAY_MS + DAY_MS / 2

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

/** Answers at once, and has no deal history. */
class SimpleBroker extends ManualBroker {
  balance = 1_000_000
  at = NOON
  override async snapshot() {
    return { ...(await super.snapshot()), at: this.at as UnixMs, balance: usd(this.balance) }
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

const PROTECTIONS = [
  cooldown({ minutes: 60, after: 'loss' }),
  maxDrawdown({ percent: 0.5 }),
  maxDrawdown({ percent: 0.9 }),
  maxDailyLoss({ percent: 0.8 }),
]

const levelled = defineStrategy({
  name: 'levelled',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  state: z.object({ level: z.number().default(0) }),
  create: () => ({ onBar() {} }),
})

async function begin(broker: SimpleBroker, stateStore: StateStore, protections: readonly EntryProtection[]) {
  const blocked: string[] = []
  const session = await start(
    {
      onQuote: (_, ctx) => void ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(100) } }),
    },
    broker,
    {
      stateStore,
      protections,
      observer: {
        onEvent: event => void (event.type === 'entry-blocked' && blocked.push(event.blocked.reason)),
      },
    },
  )
  const locked = () => session.view().locks.map(({ name, ordinal }) => `${name} ${ordinal}`)
  return { session, blocked, locked }
}

/** A position is opened, and its stop takes 1 % of the account. */
function loseOnePercent(broker: SimpleBroker): void {
  const { stopLoss: _, ...position } = { ...held, id: 100 as PositionId }
  broker.balance -= 10_000
  broker.emit({
    type: 'order-filled',
    at: (NOON + 1000) as UnixMs,
    order: {
      id: 90 as OrderId,
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
    fill: {
      dealId: 7 as DealId,
      orderId: 90 as OrderId,
      positionId: position.id,
      side: 'sell',
      volume: position.volume,
      price: position.entryPrice,
      at: (NOON + 1000) as UnixMs,
      commission: usd(0),
      closing: {
        entryPrice: position.entryPrice,
        gross: usd(-10_000),
        commission: usd(0),
        swap: usd(0),
        conversionFee: usd(0),
        balance: usd(broker.balance),
      },
    },
  })
}

/** Has a run lose 1 % and be stopped; what its store holds then. */
async function afterABadDay(): Promise<{ readonly broker: SimpleBroker; readonly kept: Kept }> {
  const broker = new SimpleBroker()
  const kept = new Kept()
  broker.positions = [{ ...held, id: 100 as PositionId }]
  const { session, locked } = await begin(broker, kept, PROTECTIONS)
  broker.quote(NOON)
  await turn()
  loseOnePercent(broker)
  broker.positions = []
  broker.quote(NOON + 61_000)
  await turn()
  expect(locked()).toEqual(['cooldown 1', 'max drawdown 1', 'max drawdown 2', 'max daily loss 1'])
  await session.stop()
  return { broker, kept }
}

describe('a protection that is released', () => {
  it('begins anew at the next start, and no other does', async () => {
    const { broker, kept } = await afterABadDay()
    const change = releaseStoredProtection(await kept.load(), 'max drawdown', 1)
    if (change.type === 'changed') kept.json = change.json
    const { locked, blocked } = await begin(broker, kept, PROTECTIONS)
    broker.quote(NOON + 120_000)
    await turn()
    expect(change.type).toBe('changed')
    expect(locked()).toEqual(['cooldown 1', 'max drawdown 2', 'max daily loss 1'])
    expect(blocked[0]).toMatch(/^cooldown: 59 min of 60 are left/)
  })

  it('lets entries through once it was the only one', async () => {
    const { broker, kept } = await afterABadDay()
    for (const [name, ordinal] of [
      ['cooldown', 1],
      ['max drawdown', 1],
      ['max drawdown', 2],
      ['max daily loss', 1],
    ] as const) {
      const change = releaseStoredProtection(await kept.load(), name, ordinal)
      if (change.type === 'changed') kept.json = change.json
    }
    const { locked, blocked } = await begin(broker, kept, PROTECTIONS)
    const sent = broker.submitted.length
    broker.quote(NOON + 120_000)
    await turn()
    expect([locked(), blocked, broker.submitted.length - sent]).toEqual([[], [], 1])
  })

  it('blocks again by what happens after it', async () => {
    const { broker, kept } = await afterABadDay()
    const change = releaseStoredProtection(await kept.load(), 'cooldown')
    if (change.type === 'changed') kept.json = change.json
    broker.positions = [{ ...held, id: 100 as PositionId }]
    const { locked } = await begin(broker, kept, PROTECTIONS)
    broker.quote(NOON + 120_000)
    await turn()
    expect(locked()).not.toContain('cooldown 1')
    // The same deal, told again, was counted before the release.
    loseOnePercent(broker)
    expect(locked()).not.toContain('cooldown 1')
  })

  it('stays as it is when the name is not one, or not clear which', async () => {
    const { kept } = await afterABadDay()
    const stored = await kept.load()
    const reasons = [
      releaseStoredProtection(stored, 'max drawdown'),
      releaseStoredProtection(stored, 'max drawdown', 3),
      releaseStoredProtection(stored, 'max draw'),
      releaseStoredProtection(undefined, 'cooldown'),
      releaseStoredProtection({ $risk: { at: 'yesterday' } }, 'cooldown'),
    ].map(change => (change.type === 'refused' ? change.reason : change.type))
    expect(reasons).toEqual([
      '2 protections are called "max drawdown": say which, 1 to 2',
      '2 protection(s) are called "max drawdown", there is no number 3',
      'no protection "max draw" has kept anything; there is cooldown, max drawdown, max daily loss',
      'there is no usable record of what protections have seen: there is none',
      expect.stringMatching(/^there is no usable record of what protections have seen: it is damaged/),
    ])
  })

  it('is told apart from one that blocks by other facts, and from one that blocks a side', async () => {
    const broker = new SimpleBroker()
    const span = { from: (NOON - 1000) as UnixMs, to: (NOON + DAY_MS) as UnixMs, name: 'payrolls' }
    const guard = stopLossGuard({ stops: 1, withinMinutes: 60, pauseMinutes: 60, bySide: true })
    broker.positions = [{ ...held, id: 100 as PositionId, side: 'sell' }]
    const { session } = await begin(broker, new Kept(), [newsBlackout([span]), guard])
    broker.quote(NOON)
    await turn()
    expect(session.view().locks).toEqual([
      {
        name: 'news blackout',
        ordinal: 1,
        reason: expect.stringMatching(/^payrolls; 1440 min/),
        isReleasable: false,
      },
    ])
  })
})

describe('a look at what protections say', () => {
  it('does not count from the beginning of time before the first quote', async () => {
    const { broker, kept } = await afterABadDay()
    broker.at = NOON + 600_000
    const { session } = await begin(broker, kept, [cooldown({ minutes: 60, after: 'loss' })])
    expect(session.view().locks.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^51 min of 60 are left/),
    ])
  })

  it('outlives one that throws', async () => {
    const broken = {
      name: 'broken',
      settings: {},
      start: () => ({
        problem() {
          throw new Error('no price yet')
        },
      }),
    }
    const { session } = await begin(new SimpleBroker(), new Kept(), [broken])
    expect(session.view().locks).toEqual([
      { name: 'broken', ordinal: 1, reason: 'it threw: no price yet', isReleasable: false },
    ])
  })
})

describe('a state that is reset', () => {
  it('is gone, and what limits and protections have seen is not', async () => {
    const { kept } = await afterABadDay()
    const { $risk } = (await kept.load()) as { $risk: unknown }
    const reset = resetStoredState({ grid: [1, 2], $risk })
    expect(JSON.parse(reset ?? '')).toEqual({ $risk })
    expect([resetStoredState({ grid: [] }), resetStoredState(undefined), resetStoredState('x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('lets a run begin whose stored state does not fit its schema any more, under the limits it had', async () => {
    const { broker, kept } = await afterABadDay()
    const { $risk } = (await kept.load()) as { $risk: unknown }
    kept.json = JSON.stringify({ level: 'of another release', $risk })
    const run = () =>
      runLive(levelled, {
        ...{ params: {}, broker, instrument: 'XAUUSD', label: 'S03/demo', sessionId: 's2', risk: {} },
        ...{ ledger: createMemoryLedger(), stateStore: kept, protections: PROTECTIONS },
      })
    await expect(run()).rejects.toThrow('[state-invalid]')
    kept.json = resetStoredState(await kept.load())
    const session = await run()
    sessions.push(session)
    broker.quote(NOON + 120_000)
    await turn()
    expect(session.view().locks.map(({ name }) => name)).toContain('max daily loss')
  })
})
