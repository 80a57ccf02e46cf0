import { createHash } from 'node:crypto'
import {
  type AnyStrategy,
  type Broker,
  backtest,
  createMemoryLedger,
  type Context,
  type DecisionRecord,
  type EntryProtection,
  type Handlers,
  type IntentLedger,
  runLive,
  type SessionRecorder,
  type Trade,
} from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import {
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  type TickColumns,
  type VenueAccount,
} from '@openclaw-trading/bot-engine/data'
import {
  type PlantedFault,
  type ReplayGateName,
  type ReplaySimulator,
  startSimulator,
} from '@openclaw-trading/ctrader-simulator'
import { tlsTransport } from '@openclaw-trading/ctrader-client'
import type { ExecutionEvent, Instrument, SymbolId } from '@openclaw-trading/trading-model'
import { type BotFault, type Past, plantedBroker } from './faulty-broker.ts'
import type { Link } from './links.ts'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'

/** What a run decided and what came of it. */
export interface RunOutcome {
  readonly trades: readonly Trade[]
  readonly decisions: readonly DecisionRecord[]
  /** What the strategy saw at each execution: its time, its kind, and the quote and equity then in force. */
  readonly seen: readonly string[]
  /** Of all of it, in hexadecimal: one word to compare runs by. */
  readonly hash: string
}

/** A run over the same quotes, on either side. */
export interface ReplayCase {
  /** Of the instrument, or one of it and of each one watched. */
  readonly ticks: TickColumns | readonly TickColumns[]
  /** Absent: the strategy's own. */
  readonly timeframe?: 'm1' | 'm15'
  readonly latencyMs: number
  /** Default S03. */
  readonly strategy?: AnyStrategy
  /** Default the one of recorded quotes. */
  readonly instrument?: Instrument
  /** Default none. */
  readonly watched?: readonly Instrument[]
  /** Default the one of recorded quotes. */
  readonly account?: VenueAccount
  /** Default none. */
  readonly protections?: readonly EntryProtection[]
  /** What is done to the link between bot and venue. */
  readonly link?: Link
  /** Bars of the main feed from before the data. Default none. */
  readonly past?: Past
  /** What the bot does wrong. */
  readonly botFault?: BotFault
  /** Wall time that writing down an entry takes. Default none. */
  readonly commitMs?: number
  /** Default `lookahead`. */
  readonly gate?: ReplayGateName
  /** Both sides spin, or both sleep. Default: the bot spins and the venue sleeps. */
  readonly polling?: boolean
  /** After which silence of the bot the venue gives up. Default: its own. */
  readonly stallAfterMs?: number
  readonly plant?: PlantedFault
  /** Row at which a fault about single ticks strikes. */
  readonly plantAt?: number
  /** Writes the run through the venue down. Default: nobody does. */
  readonly recorder?: SessionRecorder
}

const risk = { stopLossRequired: true } as const

/** The strategy, which also writes down what it sees at each execution. */
function watched(strategy: AnyStrategy, seen: string[]): AnyStrategy {
  return {
    ...strategy,
    create(setup) {
      const handlers: Handlers = strategy.create(setup)
      return {
        ...handlers,
        onExecution(event: ExecutionEvent, ctx: Context) {
          const { bid, ask } = ctx.quote ?? { bid: 0, ask: 0 }
          const reason = event.type === 'order-rejected' ? ` ${event.reason}` : ''
          seen.push(
            `${ctx.now} ${event.type}${reason} ${bid} ${ask} ${ctx.account.equity.minor} ${ctx.account.freeMargin.minor}`,
          )
          handlers.onExecution?.(event, ctx)
        },
      }
    },
  }
}

/** Runs the case in a backtest. */
export async function runBacktest(replay: ReplayCase): Promise<RunOutcome> {
  const { ticks, timeframe, latencyMs, strategy = bollingerBounce } = replay
  const { instrument = REPLAY_XAUUSD, watched: others = [], past } = replay
  const seen: string[] = []
  const { trades, decisions } = await backtest(watched(strategy, seen), {
    params: timeframe === undefined ? {} : { timeframe },
    instrument,
    watched: others,
    ...(past === undefined ? {} : { warmUp: { main: past } }),
    data: ticks,
    account: replay.account ?? REPLAY_ACCOUNT,
    venue: { latencyMs },
    risk,
    protections: replay.protections ?? [],
    recordDecisions: true,
  })
  return withHash({ trades, decisions, seen })
}

/** Runs the case live against the simulated venue over TLS; everything in this process, without a database. */
export async function runThroughVenue(replay: ReplayCase): Promise<RunOutcome> {
  const { ticks, latencyMs, gate = 'lookahead', link, plant, plantAt, polling, stallAfterMs } = replay
  const { instrument = REPLAY_XAUUSD, watched: others = [] } = replay
  const known = (id: SymbolId): Instrument => others.find(other => other.id === id) ?? instrument
  const venue = await startSimulator({
    mode: {
      type: 'replay',
      ticks,
      gate,
      ...(plant === undefined ? {} : { plant }),
      ...(plantAt === undefined ? {} : { plantAt }),
      ...(polling === undefined ? {} : { polling }),
      ...(stallAfterMs === undefined ? {} : { stallAfterMs }),
    },
    // Columns are one of each instrument, in the order of the instruments.
    instruments: 'type' in ticks ? [instrument] : ticks.map(({ symbolId }) => known(symbolId)),
    account: replay.account ?? REPLAY_ACCOUNT,
    venue: { latencyMs },
  })
  try {
    const address = {
      host: 'localhost',
      port: venue.port,
      ...(venue.ca === undefined ? {} : { ca: venue.ca }),
    }
    const broker = await connectBroker({
      environment: address,
      ...(link === undefined ? {} : { transport: link(tlsTransport(address)) }),
      ...(polling === undefined ? {} : { replayPolling: polling }),
      application: venue.credentials,
      accessToken: venue.credentials.accessToken,
    })
    try {
      return await runLiveOn(plantedBroker(broker, replay.past, replay.botFault), venue, replay)
    } finally {
      await broker.close()
    }
  } finally {
    await venue.close()
  }
}

async function runLiveOn(broker: Broker, venue: ReplaySimulator, replay: ReplayCase): Promise<RunOutcome> {
  const { timeframe, strategy = bollingerBounce, instrument = REPLAY_XAUUSD, commitMs = 0 } = replay
  const trades: Trade[] = []
  const decisions: DecisionRecord[] = []
  const seen: string[] = []
  const run = await runLive(watched(strategy, seen), {
    params: timeframe === undefined ? {} : { timeframe },
    broker,
    instrument: instrument.name,
    label: strategy.name,
    sessionId: 'bt',
    risk,
    protections: replay.protections ?? [],
    ledger: slowLedger(commitMs),
    ...(replay.recorder === undefined ? {} : { recorder: replay.recorder }),
    observer: { onTrade: trade => trades.push(trade), onDecision: decision => decisions.push(decision) },
  })
  const [reason] = await Promise.all([run.finished, venue.finished])
  if (reason !== 'data-ended')
    throw new Error(`The run ended by ${reason}: ${run.failure?.message ?? 'no failure'}`)
  return withHash({ trades, decisions, seen })
}

function withHash(outcome: Omit<RunOutcome, 'hash'>): RunOutcome {
  return { ...outcome, hash: createHash('sha256').update(JSON.stringify(outcome, inOrder)).digest('hex') }
}

/** Fields by name: in which order an object was made is no difference. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A memory ledger whose commits take a while, as a database's do. */
function slowLedger(commitMs: number): IntentLedger {
  const ledger = createMemoryLedger()
  if (commitMs === 0) return ledger
  return {
    ...ledger,
    async commit(id, command, at) {
      await new Promise(resolve => setTimeout(resolve, commitMs))
      return ledger.commit(id, command, at)
    },
  }
}

/** The first rows of some quotes, without a copy. */
export function firstRows(ticks: TickColumns, length: number): TickColumns {
  return {
    ...ticks,
    length,
    at: ticks.at.subarray(0, length),
    bid: ticks.bid.subarray(0, length),
    ask: ticks.ask.subarray(0, length),
  }
}
