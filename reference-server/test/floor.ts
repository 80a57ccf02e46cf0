import { type TestDatabase, withDatabase } from '@openclaw-trading/control-plane/testing'
import type { Heartbeat, InstanceRef, TradeRecord } from '@openclaw-trading/control-plane/client'
import { createApp } from '../src/api/app.ts'
import { EventRing } from '../src/api/event-ring.ts'
import { createEventStream } from '../src/api/stream.ts'
import { prepareFleet } from '../src/first-start.ts'
import { Fleet } from '../src/fleet/fleet.ts'
import { Notices } from '../src/fleet/notices.ts'
import { silentLogger } from '../src/observability/logger.ts'
import { createRegistry } from '../src/strategies/registry.ts'

export const S03: InstanceRef = { botId: 'S03', accountType: 'demo' }
const HOST = '127.0.0.1:8000'

/** An API over a database of its own, without broker and processes. */
export async function openFloor(
  options: { readonly ringCapacity?: number; readonly maxStreams?: number } = {},
) {
  const test: TestDatabase = await withDatabase()
  const registry = createRegistry()
  await prepareFleet(test.database, registry, { type: 'simulated' })
  const ring = new EventRing(1000, options.ringCapacity)
  const notices = new Notices(list => ring.publish({ type: 'notices', notices: list }))
  const fleet = new Fleet({
    database: test.database,
    registry,
    notices,
    environment: { kind: 'simulated', name: 'simulated:test', description: '', clockSpeed: 60 },
    publish: message => ring.publish(message),
    now: Date.now,
  })
  const ended = new AbortController()
  const desireChanges = { count: 0 }
  const app = createApp({
    database: test.database,
    registry,
    fleet,
    ring,
    stream: createEventStream(ring, {
      signal: ended.signal,
      heartbeatMs: 50,
      ...(options.maxStreams === undefined ? {} : { maxStreams: options.maxStreams }),
    }),
    hubState: () => ({ holder: 'h1/1', epoch: 1, lastPassAt: null, queue: 'ok' }),
    health: () => [{ name: 'venue', ok: true, detail: '' }],
    desireChanged: () => void desireChanges.count++,
    logger: silentLogger,
  })
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    Promise.resolve(
      app.request(path, {
        method,
        headers: {
          Host: HOST,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
  return {
    ...{ app, call, fleet, ring, registry, desireChanges },
    database: test.database,
    async close() {
      ended.abort()
      await test.close()
    },
  }
}

export type Floor = Awaited<ReturnType<typeof openFloor>>

/** What a bot sends first. */
export const sessionStart = (epoch: number) => ({
  ...S03,
  codeHash: 'c0dec0dec0de',
  paramsVersion: 1,
  epoch,
  host: 'h1',
  pid: 811,
  environment: {
    name: 'simulated:test',
    ctidTraderAccountId: 12_345_678,
    broker: 'simulator',
    currency: 'USD',
    leverage: 100,
    positionMode: 'hedged',
  },
})

const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })

/** A closed trade of a session. */
export const trade = (sessionId: string, dealId: number): TradeRecord => ({
  ...S03,
  sessionId,
  dealId,
  positionId: dealId,
  symbol: 'XAUUSD',
  side: 'buy',
  volume: 0.02,
  entryPrice: 1291.677,
  exitPrice: 1293.1,
  stopLoss: 1290,
  takeProfit: 1293.1,
  openedAt: 1_767_596_400_000 + dealId,
  closedAt: 1_767_596_460_000 + dealId,
  exitReason: 'take-profit',
  gross: usd(285),
  commission: usd(-14),
  swap: usd(0),
  conversionFee: usd(0),
  net: usd(271),
  balance: usd(1_000_271),
  paramsVersion: 1,
})

/** A sign of life of a session. */
export const heartbeat = (sessionId: string, epoch: number, over: Partial<Heartbeat> = {}): Heartbeat => ({
  ...S03,
  sessionId,
  epoch,
  sentAt: Date.now(),
  marketAt: 1_767_596_460_000,
  lastQuoteAgeMs: 5,
  eventLoopLagMs: 0,
  openPositions: 1,
  unresolvedIntents: 0,
  entriesEnabled: true,
  paramsVersion: 1,
  balance: usd(1_000_271),
  equity: usd(1_000_300),
  quoteFilter: { passed: 100, quarantined: 1, defects: { spike: 1 }, confirmedJumps: 0 },
  doubt: null,
  refusedCloses: [],
  locks: [],
  unsettled: [],
  unansweredCloses: [],
  ...over,
})
