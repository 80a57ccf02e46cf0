import {
  clientOrderId,
  lots,
  pips,
  type Position,
  type PositionId,
  type Price,
  type RefusedRequest,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import { z } from 'zod'
import type { StateStore } from '../ports/state-store.ts'
import { partialTargets, timeExit } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import { policyMemory } from '../policies/policy-memory.ts'
import type { PositionPolicy } from '../policies/position-policy.ts'
import { atrTrail, fixedTrail } from '../policies/stop-policies.ts'
import { defineStrategy } from '../strategy/define.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import { runLive } from './run.ts'

const brokers: ManualBroker[] = []

afterEach(async () => {
  for (const { submitted } of brokers.splice(0))
    for (const { answer } of submitted) answer({ type: 'accepted' })
  for (const session of sessions.splice(0)) await session.stop()
})

/** A run whose broker answers nothing by itself, with a long position at 1290 and its stop at 1285. */
async function manage(...policies: Parameters<typeof managed>[0]) {
  const broker = new ManualBroker()
  broker.positions = [held]
  brokers.push(broker)
  await start(managed(policies, {}), broker)
  return broker
}

const TRAIL = fixedTrail({ pips: pips(200) }, { when: 'quote' })
const HALF = partialTargets([{ at: { pips: pips(100) }, close: 0.5 }], { when: 'quote' })
const ALL = partialTargets([{ at: { pips: pips(100) }, close: 1 }], { when: 'quote' })
const updated = (broker: ManualBroker, at: number, changes: Partial<Position>) =>
  broker.emit({ type: 'position-updated', at: at as UnixMs, position: { ...held, ...changes } })
const refused = (broker: ManualBroker, at: number, about: Omit<RefusedRequest, 'positionId'>, of = held.id) =>
  broker.emit({
    type: 'order-rejected',
    at: at as UnixMs,
    reason: 'MARKET_CLOSED',
    refused: { positionId: of, ...about },
  })
const STOP = { type: 'set-protection' } as const
const WHOLE = { type: 'close' } as const
const PART = { type: 'close', volume: lots(0.05) } as const
const stopsOf = ({ submitted }: ManualBroker) =>
  submitted.flatMap(({ command }) => (command.type === 'set-protection' ? [command.protection.stopLoss] : []))
const closesOf = ({ submitted }: ManualBroker) =>
  submitted.flatMap(({ command }) => (command.type === 'close' ? [command.volume] : []))

/** A run that keeps in its state which steps it has taken. */
const laddered = defineStrategy({
  name: 'laddered',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  state: z.object({ policies: policyMemory }),
  create: ({ state }) => managed([HALF], {}, { memory: () => state.policies }),
})
async function ladderedRun(position: Position, stateStore: StateStore) {
  const broker = new ManualBroker()
  broker.positions = [position]
  brokers.push(broker)
  const options = { params: {}, broker, instrument: 'XAUUSD', label: 'S03/demo', risk: {}, stateStore }
  sessions.push(await runLive(laddered, { ...options, sessionId: 's1', ledger: createMemoryLedger() }))
  return broker
}

describe('a managed live run', () => {
  it('sends no second stop while the first is unanswered, then the latest', async () => {
    const broker = await manage(TRAIL)
    for (const [row, bid] of [1291, 1292, 1293].entries()) broker.quote(1000 + row, bid)
    expect(stopsOf(broker)).toEqual([1289])
    updated(broker, 1100, { stopLoss: 1289 as Price })
    broker.quote(1200, 1293)
    expect(stopsOf(broker)).toEqual([1289, 1291])
  })

  it('asks again after a refusal, and after 10 s without an answer', async () => {
    const broker = await manage(TRAIL)
    broker.quote(1000, 1291)
    refused(broker, 1100, STOP)
    broker.quote(1200, 1292)
    broker.quote(11_199, 1292)
    expect(stopsOf(broker)).toEqual([1289, 1290])
    broker.quote(11_200, 1292)
    expect(stopsOf(broker)).toEqual([1289, 1290, 1290])
  })

  it('moves no stop behind one without an answer when an older one is refused late', async () => {
    const wanted = new Map([
      [1000, 1287],
      [12_000, 1290],
      [12_200, 1289],
      [12_400, 1289],
    ])
    const wish: PositionPolicy = {
      name: 'wish',
      when: 'quote',
      decide: ({ now }) => {
        const stop = wanted.get(now)
        return stop === undefined ? [] : [{ type: 'stop', points: stop * 100_000, ifPassed: 'wait' }]
      },
    }
    const broker = await manage(wish)
    for (const at of [1000, 12_000]) broker.quote(at, 1292)
    expect(stopsOf(broker)).toEqual([1287, 1290])
    refused(broker, 12_100, { ...STOP, id: clientOrderId('s1.1') })
    broker.quote(12_200, 1292)
    expect(stopsOf(broker)).toEqual([1287, 1290])
    refused(broker, 12_300, { ...STOP, id: clientOrderId('s1.2') })
    broker.quote(12_400, 1292)
    expect(stopsOf(broker)).toEqual([1287, 1290, 1289])
  })

  it('keeps target and flags of the position', async () => {
    const broker = await manage(TRAIL)
    updated(broker, 900, { takeProfit: 1300 as Price, stopTrigger: 'opposite' })
    broker.quote(1000, 1291)
    expect(broker.submitted[0]?.command).toMatchObject({
      protection: { stopLoss: 1289, takeProfit: 1300, stopTrigger: 'opposite' },
    })
  })

  it('closes a part once: not again without an answer, after a refusal a minute later', async () => {
    const broker = await manage(HALF)
    broker.quote(1000, 1292)
    broker.quote(200_000, 1292)
    expect(closesOf(broker)).toEqual([lots(0.05)])
    refused(broker, 200_001, PART)
    broker.quote(200_002, 1292)
    expect(closesOf(broker)).toEqual([lots(0.05), lots(0.05)])
    refused(broker, 200_003, PART)
    broker.quote(200_004, 1292)
    expect(closesOf(broker)).toHaveLength(2)
  })

  it('closes a part once when a refusal of something else comes before its fill', async () => {
    const broker = await manage(HALF, TRAIL)
    broker.quote(1000, 1292)
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['close', 'set-protection'])
    refused(broker, 1100, STOP)
    refused(broker, 1101, PART, 8 as PositionId)
    updated(broker, 1200, { volume: lots(0.05) })
    for (const at of [1300, 70_000, 140_000]) broker.quote(at, 1292)
    expect(closesOf(broker)).toEqual([lots(0.05)])
  })

  it.each([
    ['a part', HALF, 0.05],
    ['all by a step of a ladder', ALL, 0.1],
  ])(
    'asks for %s that is refused after ever longer waits, and never gives up',
    async (_what, policy, volume) => {
      const broker = await manage(policy)
      const asked: number[] = []
      for (let minute = 0; minute < 100; minute++) {
        const before = closesOf(broker).length
        broker.quote(1000 + minute * 60_000, 1292)
        if (closesOf(broker).length === before) continue
        asked.push(minute)
        refused(broker, 1001 + minute * 60_000, { type: 'close', volume: lots(volume) })
      }
      expect(asked).toEqual([0, 1, 3, 7, 15, 31, 47, 63, 79, 95])
    },
  )

  it('does not remember a part as taken that was refused, and tells each refusal', async () => {
    const saved: string[] = []
    const stateStore: StateStore = { load: async () => undefined, save: async json => void saved.push(json) }
    const broker = await ladderedRun(held, stateStore)
    const session = sessions.at(-1)
    for (let minute = 0; minute < 64; minute++) {
      const before = closesOf(broker).length
      broker.quote(1000 + minute * 60_000, 1292)
      if (closesOf(broker).length === before) continue
      refused(broker, 1001 + minute * 60_000, PART)
      broker.submitted.at(-1)?.answer({ type: 'rejected', reason: 'MARKET_CLOSED' })
    }
    await turn()
    expect(session?.view().refusedCloses).toEqual([
      { positionId: 7, volume: held.volume, refusals: 8, reason: 'MARKET_CLOSED' },
    ])
    await session?.stop()
    expect(JSON.parse(saved.at(-1) ?? '').policies[7].taken).toEqual([])
  })

  it('counts the refusals of each step by itself, and none keeps another from being asked for', async () => {
    const broker = await manage(HALF, ALL)
    const asked: [number, number | undefined][] = []
    for (let minute = 0; minute < 20; minute++) {
      const before = closesOf(broker).length
      broker.quote(1000 + minute * 60_000, 1292)
      const [volume] = closesOf(broker).slice(before)
      if (volume === undefined) continue
      asked.push([minute, volume])
      refused(broker, 1001 + minute * 60_000, { type: 'close', volume })
    }
    const minutesOf = (size: number) =>
      asked.filter(([, volume]) => volume === size).map(([minute]) => minute)
    expect(minutesOf(0.05)).toEqual([0, 1, 3, 7, 15])
    expect(minutesOf(0.1)).toEqual([2, 4, 6, 10, 18])
  })

  it('leaves a part alone when the close of somebody else is refused', async () => {
    const broker = await manage(HALF)
    broker.quote(1000, 1292)
    refused(broker, 1100, WHOLE)
    refused(broker, 1101, { type: 'close', volume: lots(0.03) })
    for (const at of [1200, 61_200, 1_000_000]) broker.quote(at, 1292)
    expect(closesOf(broker)).toEqual([lots(0.05)])
  })

  it('does not take the refusal of a close of the same volume that the strategy asked for by itself for the part', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    brokers.push(broker)
    const own: unknown[] = []
    const handlers = managed([HALF], {
      onQuote(quote, ctx) {
        if (quote.at !== 2000) return
        ctx.close(held.id, lots(0.05))
        own.push(ctx.lastRequest)
      },
    })
    await start(handlers, broker)
    for (const at of [1000, 2000]) broker.quote(at, 1292)
    expect([closesOf(broker), own]).toEqual([[lots(0.05), lots(0.05)], ['s1.2']])
    refused(broker, 2001, { ...PART, id: clientOrderId('s1.2') })
    broker.quote(1_000_000, 1292)
    expect(closesOf(broker)).toHaveLength(2)
    refused(broker, 1_000_001, { ...PART, id: clientOrderId('s1.1') })
    broker.quote(1_100_000, 1292)
    expect(closesOf(broker)).toHaveLength(3)
  })

  it('does not send a part without an answer again when a close of the whole behind it is refused', async () => {
    const passing: PositionPolicy = {
      name: 'passing',
      when: 'quote',
      decide: ({ now }) => (now > 61_000 && now < 70_000 ? [{ type: 'close' }] : []),
    }
    const broker = await manage(HALF, passing)
    for (const at of [1000, 62_000]) broker.quote(at, 1292)
    refused(broker, 62_001, WHOLE)
    broker.quote(1_000_000, 1292)
    expect(closesOf(broker)).toEqual([lots(0.05), held.volume])
  })

  it.each([
    ['refused', 2003],
    ['without an answer for a minute', 62_000],
  ])('moves the stop again when a close of the whole is %s', async (what, at) => {
    const passing: PositionPolicy = {
      name: 'passing',
      when: 'quote',
      decide: ({ now }) => (now === 2000 ? [{ type: 'close' }] : []),
    }
    const broker = await manage(passing, TRAIL)
    broker.quote(2000, 1292)
    broker.quote(2001, 1292)
    expect(stopsOf(broker)).toEqual([])
    if (what === 'refused') refused(broker, 2002, WHOLE)
    broker.quote(at, 1292)
    expect(stopsOf(broker)).toEqual([1290])
  })

  it('asks for the close of the whole every minute for as long as it is refused', async () => {
    const broker = await manage(HALF, timeExit({ afterMs: 10_000 }, { when: 'quote' }))
    broker.quote(1000, 1292)
    refused(broker, 1001, PART)
    for (let minute = 2; minute < 100; minute++) {
      broker.quote(minute * 60_000 + 2000, 1292)
      refused(broker, minute * 60_000 + 2001, WHOLE)
    }
    expect(closesOf(broker)).toEqual([lots(0.05), ...Array.from({ length: 98 }, () => held.volume)])
  })

  it('asks again for the close of the whole after a minute without an answer, to it or to a part', async () => {
    const silent = await manage(timeExit({ afterMs: 1000 }, { when: 'quote' }))
    for (const at of [2000, 61_999, 62_000, 62_001]) silent.quote(at, 1292)
    expect(closesOf(silent)).toEqual([held.volume, held.volume])
    const behindPart = await manage(HALF, timeExit({ afterMs: 10_000 }, { when: 'quote' }))
    for (const at of [1000, 20_000, 60_999, 61_000]) behindPart.quote(at, 1292)
    expect(closesOf(behindPart)).toEqual([lots(0.05), held.volume])
  })

  it('moves no stop back behind one that is unanswered and may be in force', async () => {
    const broker = await manage(atrTrail({ value: 1 }, 2, { when: 'quote' }))
    broker.quote(1000, 1295)
    broker.quote(12_000, 1294)
    broker.quote(23_000, 1292)
    expect(stopsOf(broker)).toEqual([1293, 1293])
    broker.quote(34_000, 1296)
    expect(stopsOf(broker)).toEqual([1293, 1293, 1294])
  })

  it('sees the fill of a part also when the position has grown meanwhile', async () => {
    const rungs = [100, 150].map(gain => ({ at: { pips: pips(gain) }, close: 0.5 }))
    const broker = await manage(partialTargets(rungs, { when: 'quote' }))
    broker.quote(1000, 1291)
    updated(broker, 1100, { volume: lots(0.3) })
    broker.quote(1200, 1291)
    updated(broker, 1300, { volume: lots(0.25) })
    broker.quote(1400, 1292)
    expect(closesOf(broker)).toEqual([lots(0.05), lots(0.05)])
  })

  it('takes what the broker tells after a lost connection as the truth about a part', async () => {
    const broker = await manage(HALF)
    broker.quote(1000, 1292)
    const resynced = (positions: readonly Position[]) =>
      broker.emit({
        type: 'resynced',
        at: 2000 as UnixMs,
        snapshot: { at: 2000 as UnixMs, balance: usd(1_000_000), leverage: 100, positions, orders: [] },
      })
    // The part was closed while the connection was away.
    resynced([{ ...held, volume: lots(0.05) }])
    broker.quote(3000, 1292)
    expect(closesOf(broker)).toHaveLength(1)
  })

  it('closes a part once when the account is told anew before the part has been filled', async () => {
    const snapshot = { balance: usd(1_000_000), leverage: 100, positions: [held], orders: [] } as const
    const at = 1100 as UnixMs
    const filled = await manage(HALF)
    filled.quote(1000, 1292)
    filled.emit({ type: 'resynced', at, snapshot: { at, ...snapshot } })
    filled.quote(1200, 1292)
    updated(filled, 1300, { volume: lots(0.05) })
    filled.quote(200_000, 1292)
    expect(closesOf(filled)).toEqual([lots(0.05)])
    // One that was lost with the link is asked for again, a minute after it was asked for.
    const lost = await manage(HALF)
    lost.quote(1000, 1292)
    lost.emit({ type: 'resynced', at, snapshot: { at, ...snapshot } })
    lost.quote(60_999, 1292)
    expect(closesOf(lost)).toHaveLength(1)
    lost.quote(61_000, 1292)
    expect(closesOf(lost)).toEqual([lots(0.05), lots(0.05)])
  })

  it('does not take a step of a ladder again after a restart, when its state is kept', async () => {
    const saved: string[] = []
    const stateStore: StateStore = {
      load: async () => (saved.length === 0 ? undefined : JSON.parse(saved.at(-1) ?? '')),
      save: async json => void saved.push(json),
    }
    const run = async (position: Position) => {
      const broker = await ladderedRun(position, stateStore)
      broker.quote(1000, 1292)
      const closes = closesOf(broker)
      for (const { answer } of broker.submitted) answer({ type: 'accepted' })
      await sessions.at(-1)?.stop()
      return closes
    }
    expect(await run(held)).toEqual([lots(0.05)])
    expect(JSON.parse(saved.at(-1) ?? '')).toEqual({
      policies: {
        7: { firstVolume: 0.1, riskPoints: 500_000, bestPoints: 129_200_000, barsHeld: 0, taken: ['0.0'] },
      },
    })
    expect(await run({ ...held, volume: lots(0.05) })).toEqual([])
  })

  it('sets no stop on a fill whose levels have not been told yet: that would remove its target', async () => {
    const broker = await manage(TRAIL)
    const { stopLoss, ...bare } = held
    broker.emit({
      type: 'position-updated',
      at: 1000 as UnixMs,
      position: { ...bare, openedAt: 1000 as UnixMs },
    })
    broker.quote(5999, 1291)
    expect(stopsOf(broker)).toEqual([])
    broker.quote(6000, 1291)
    expect(stopsOf(broker)).toEqual([1289])
  })
})
