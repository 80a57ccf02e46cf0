import {
  backtest,
  createMemoryLedger,
  type DecisionRecord,
  runLive,
  type Trade,
} from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import {
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  type TickColumns,
  type VenueAccount,
} from '@openclaw-trading/bot-engine/data'
import { everyOrder } from '@openclaw-trading/bot-engine/testing'
import { type ReplayMode, startSimulator } from '@openclaw-trading/ctrader-simulator'
import type { ExecutionEvent, Instrument, Order } from '@openclaw-trading/trading-model'

/** What a run decided and what came of it. */
export interface OrdersOutcome {
  readonly trades: readonly Trade[]
  readonly decisions: readonly DecisionRecord[]
  readonly seen: readonly Seen[]
}

/** What the strategy saw at an execution. */
export interface Seen {
  readonly now: number
  readonly event: ExecutionEvent
  readonly orders: readonly Order[]
  readonly pendingEntries: number
  readonly equityMinor: number
}

/** The strategy that uses every type of order; it also writes down what it sees at each execution. */
function watched(seen: Seen[]): typeof everyOrder {
  return {
    ...everyOrder,
    create(setup) {
      const handlers = everyOrder.create(setup)
      return {
        ...handlers,
        onExecution(event, ctx) {
          const { now, account, orders, pendingEntries } = ctx
          seen.push({ now, event, orders, pendingEntries, equityMinor: account.equity.minor })
          handlers.onExecution?.(event, ctx)
        },
      }
    },
  }
}

/** What is traded, and on which account; both sides take the same. */
export interface OrdersMarket {
  readonly instrument: Instrument
  readonly account: VenueAccount
}

const GOLD: OrdersMarket = { instrument: REPLAY_XAUUSD, account: REPLAY_ACCOUNT }

/** Runs it in a backtest. */
export async function backtestOrders(
  ticks: TickColumns,
  latencyMs: number,
  { instrument, account } = GOLD,
): Promise<OrdersOutcome> {
  const seen: Seen[] = []
  const { trades, decisions } = await backtest(watched(seen), {
    params: {},
    instrument,
    data: ticks,
    account,
    venue: { latencyMs },
    recordDecisions: true,
  })
  return { trades, decisions, seen }
}

/** Runs it live against the simulated venue over TLS. */
export async function tradeOrdersThroughVenue(
  ticks: TickColumns,
  latencyMs: number,
  gate: ReplayMode['gate'],
  { instrument, account } = GOLD,
): Promise<OrdersOutcome> {
  const trades: Trade[] = []
  const decisions: DecisionRecord[] = []
  const seen: Seen[] = []
  const venue = await startSimulator({
    mode: { type: 'replay', ticks, gate },
    venue: { latencyMs },
    instruments: [instrument],
    account,
  })
  try {
    const { ca, credentials, port } = venue
    const broker = await connectBroker({
      environment: { host: 'localhost', port, ...(ca === undefined ? {} : { ca }) },
      application: credentials,
      accessToken: credentials.accessToken,
    })
    try {
      const run = await runLive(watched(seen), {
        params: {},
        broker,
        instrument: instrument.name,
        label: everyOrder.name,
        sessionId: 'bt',
        risk: {},
        ledger: createMemoryLedger(),
        observer: { onTrade: trade => trades.push(trade), onDecision: decision => decisions.push(decision) },
      })
      const [reason] = await Promise.all([run.finished, venue.finished])
      if (reason !== 'data-ended')
        throw new Error(`The run ended by ${reason}: ${run.failure?.message ?? 'no failure'}`)
      return { trades, decisions, seen }
    } finally {
      await broker.close()
    }
  } finally {
    await venue.close()
  }
}
