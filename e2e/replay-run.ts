import {
  type Broker,
  backtest,
  createMemoryLedger,
  type DecisionRecord,
  runLive,
  type Trade,
} from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { type PlantedFault, type ReplaySimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'

/** What a run decided and what came of it. */
export interface RunOutcome {
  readonly trades: readonly Trade[]
  readonly decisions: readonly DecisionRecord[]
  /** What the strategy saw at each execution: its time, its kind, and the quote and equity then in force. */
  readonly seen: readonly string[]
}

/** A run of S03 over the same quotes, on either side. */
export interface ReplayCase {
  readonly ticks: TickColumns
  readonly timeframe: 'm1' | 'm15'
  readonly latencyMs: number
  readonly plant?: PlantedFault
  /** Row at which a fault about single ticks strikes. */
  readonly plantAt?: number
}

const risk = { stopLossRequired: true } as const

/** S03 that also writes down what it sees at each execution. */
function watched(seen: string[]): typeof bollingerBounce {
  return {
    ...bollingerBounce,
    create(setup) {
      const handlers = bollingerBounce.create(setup)
      return {
        ...handlers,
        onExecution(event, ctx) {
          const { bid, ask } = ctx.quote ?? { bid: 0, ask: 0 }
          seen.push(`${ctx.now} ${event.type} ${bid} ${ask} ${ctx.account.equity.minor}`)
        },
      }
    },
  }
}

/** Runs S03 in a backtest. */
export async function runBacktest({ ticks, timeframe, latencyMs }: ReplayCase): Promise<RunOutcome> {
  const seen: string[] = []
  const { trades, decisions } = await backtest(watched(seen), {
    params: { timeframe },
    instrument: REPLAY_XAUUSD,
    data: ticks,
    account: REPLAY_ACCOUNT,
    venue: { latencyMs },
    risk,
    recordDecisions: true,
  })
  return { trades, decisions, seen }
}

/** Runs S03 live against the simulated venue over TLS; everything in this process, without a database. */
export async function runThroughVenue(replay: ReplayCase): Promise<RunOutcome> {
  const { ticks, timeframe, latencyMs, plant, plantAt } = replay
  const venue = await startSimulator({
    mode: {
      type: 'replay',
      ticks,
      gate: 'lookahead',
      ...(plant === undefined ? {} : { plant }),
      ...(plantAt === undefined ? {} : { plantAt }),
    },
    venue: { latencyMs },
  })
  try {
    const broker = await connectBroker({
      environment: {
        host: 'localhost',
        port: venue.port,
        ...(venue.ca === undefined ? {} : { ca: venue.ca }),
      },
      application: venue.credentials,
      accessToken: venue.credentials.accessToken,
    })
    try {
      return await runLiveOn(broker, venue, timeframe)
    } finally {
      await broker.close()
    }
  } finally {
    await venue.close()
  }
}

async function runLiveOn(
  broker: Broker,
  venue: ReplaySimulator,
  timeframe: 'm1' | 'm15',
): Promise<RunOutcome> {
  const trades: Trade[] = []
  const decisions: DecisionRecord[] = []
  const seen: string[] = []
  const run = await runLive(watched(seen), {
    params: { timeframe },
    broker,
    instrument: REPLAY_XAUUSD.name,
    label: bollingerBounce.name,
    sessionId: 'bt',
    risk,
    ledger: createMemoryLedger(),
    observer: { onTrade: trade => trades.push(trade), onDecision: decision => decisions.push(decision) },
  })
  const [reason] = await Promise.all([run.finished, venue.finished])
  if (reason !== 'data-ended')
    throw new Error(`The run ended by ${reason}: ${run.failure?.message ?? 'no failure'}`)
  return { trades, decisions, seen }
}
