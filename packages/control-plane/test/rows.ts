import type { Heartbeat, SessionStartRequest, TradeRecord } from '../src/client/contracts.ts'
import { controlStore } from '../src/stores/control.ts'
import { botStore } from '../src/stores/bots.ts'
import { instanceStore, type Instance } from '../src/stores/instances.ts'
import { sessionStore } from '../src/stores/sessions.ts'
import type { Queryable } from '../src/database/queryable.ts'

export interface Ref {
  readonly botId: string
  readonly accountType: 'demo'
}

let count = 0

/** A bot of its own with an instance that should run, so that tests of one database do not meet. */
export async function makeInstance(db: Queryable, status: 'running' | 'stopped' = 'running'): Promise<Ref> {
  count += 1
  const botId = `B${count}`
  await botStore.register(db, {
    botId,
    name: 'Bounce',
    module: 'bounce',
    description: 'Buys low.',
    symbols: ['XAUUSD'],
    timeframes: ['m1'],
    paramsSchema: { type: 'object' },
    hypothesis: 'Prices return.',
  })
  const ref = { botId, accountType: 'demo' } as const
  await controlStore.ensure(db, ref, { status, reason: 'first start', updatedBy: 'test' })
  return ref
}

/** Raises the epoch, as a worker does that starts a process. */
export async function claim(db: Queryable, ref: Ref): Promise<Instance> {
  const before = (await instanceStore.get(db, ref))!
  if (before.actual !== 'stopped')
    await instanceStore.report(db, ref, before.epoch, { actual: 'stopped', process: null })
  const claimed = await instanceStore.claimStart(db, ref, { host: 'h1', epoch: before.epoch, nonce: 'n' })
  return claimed!
}

export function sessionRequest(ref: Ref, epoch: number, environment = 'simulated:v1'): SessionStartRequest {
  return {
    ...ref,
    codeHash: 'abcdef0123456789',
    paramsVersion: 1,
    epoch,
    host: 'h1',
    pid: 4711,
    environment: {
      name: environment,
      ctidTraderAccountId: 1,
      broker: 'sim',
      currency: 'USD',
      leverage: 100,
      positionMode: 'hedged',
    },
  }
}

/** An instance with a running session. */
export async function startedSession(db: Queryable, environment?: string) {
  count += 1
  const venue = environment ?? `simulated:v${count}`
  const ref = await makeInstance(db)
  const { epoch } = await claim(db, ref)
  const session = await sessionStore.start(db, sessionRequest(ref, epoch, venue))
  return { ref, epoch, venue, ...session }
}

const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })

export function trade(
  ref: Ref,
  sessionId: string,
  dealId: number,
  over: Partial<TradeRecord> = {},
): TradeRecord {
  return {
    ...ref,
    sessionId,
    dealId,
    positionId: dealId + 1_000,
    symbol: 'XAUUSD',
    side: 'buy',
    volume: 0.02,
    entryPrice: 1291.677,
    exitPrice: 1293.1,
    stopLoss: 1290.1,
    takeProfit: null,
    openedAt: 1_398_902_400_677,
    closedAt: 1_398_902_460_003 + dealId,
    exitReason: 'take-profit',
    gross: usd(285),
    commission: usd(-14),
    swap: usd(0),
    conversionFee: usd(0),
    net: usd(271),
    balance: usd(1_000_271),
    paramsVersion: 1,
    ...over,
  }
}

export function heartbeat(
  ref: Ref,
  sessionId: string,
  epoch: number,
  over: Partial<Heartbeat> = {},
): Heartbeat {
  return {
    ...ref,
    sessionId,
    epoch,
    sentAt: 1,
    marketAt: null,
    lastQuoteAgeMs: null,
    eventLoopLagMs: 0,
    openPositions: 0,
    unresolvedIntents: 0,
    entriesEnabled: true,
    paramsVersion: 1,
    balance: null,
    equity: null,
    quoteFilter: null,
    doubt: null,
    refusedCloses: [],
    locks: [],
    unsettled: [],
    unansweredCloses: [],
    ...over,
  }
}
