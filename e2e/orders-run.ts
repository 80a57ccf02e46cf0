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
import type { VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { everyOrder, everyStop } from '@openclaw-trading/bot-engine/testing'
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
  readonly freeMarginMinor: number
}

/** What is run on both sides, and the venue's fault that must show. */
export interface OrdersCase {
  readonly strategy: typeof everyOrder | typeof everyStop
  readonly venue: VenueModel
  /** Default: hedged. */
  readonly hedged?: boolean
  readonly plant?: NonNullable<ReplayMode['plant']>
}

/** The strategy; it also writes down what it sees at each execution. */
function watched(strategy: OrdersCase['strategy'], seen: Seen[]): typeof everyOrder {
  return {
    ...strategy,
    create(setup) {
      const handlers = strategy.create(setup)
      return {
        ...handlers,
        onExecution(event, ctx) {
          const { now, account, orders, pendingEntries } = ctx
          const { equity, freeMargin } = account
          const money = { equityMinor: equity.minor, freeMarginMinor: freeMargin.minor }
          seen.push({ now, event, orders, pendingEntries, ...money })
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
  run: OrdersCase,
  { instrument, account } = GOLD,
): Promise<OrdersOutcome> {
  const seen: Seen[] = []
  const { trades, decisions } = await backtest(watched(run.strategy, seen), {
    params: {},
    instrument,
    data: ticks,
    account: { ...account, hedged: run.hedged ?? true },
    venue: run.venue,
    recordDecisions: true,
  })
  return { trades, decisions, seen }
}

/** Runs it live against the simulated venue over TLS. */
export async function tradeOrdersThroughVenue(
  ticks: TickColumns,
  run: OrdersCase,
  gate: ReplayMode['gate'],
  { instrument, account } = GOLD,
): Promise<OrdersOutcome> {
  const trades: Trade[] = []
  const decisions: DecisionRecord[] = []
  const seen: Seen[] = []
  const venue = await startSimulator({
    mode: { type: 'replay', ticks, gate, ...(run.plant === undefined ? {} : { plant: run.plant }) },
    venue: run.venue,
    instruments: [instrument],
    account: { ...account, hedged: run.hedged ?? true },
  })
  try {
    const { ca, credentials, port } = venue
    const broker = await connectBroker({
      environment: { host: 'localhost', port, ...(ca === undefined ? {} : { ca }) },
      application: credentials,
      accessToken: credentials.accessToken,
    })
    try {
      const live = await runLive(watched(run.strategy, seen), {
        params: {},
        broker,
        instrument: instrument.name,
        label: run.strategy.name,
        sessionId: 'bt',
        risk: {},
        ledger: createMemoryLedger(),
        observer: { onTrade: trade => trades.push(trade), onDecision: decision => decisions.push(decision) },
      })
      const [reason] = await Promise.all([live.finished, venue.finished])
      if (reason !== 'data-ended')
        throw new Error(`The run ended by ${reason}: ${live.failure?.message ?? 'no failure'}`)
      return { trades, decisions, seen }
    } finally {
      await broker.close()
    }
  } finally {
    await venue.close()
  }
}
