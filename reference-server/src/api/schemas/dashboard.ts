import {
  AccountType,
  ActualStatus,
  ChartBar,
  ControlStatus,
  Heartbeat,
  MoneyJson,
  QuoteFilterCounts,
  Repair,
  SessionStatus,
  TradeRow,
} from '@openclaw-trading/control-plane/client'
import { z } from 'zod'

/** How fresh the last word of a process is: `fresh` ≤ 2 intervals, `late` ≤ 5, then `stale`. */
export const Freshness = z.enum(['fresh', 'late', 'stale', 'never'])

/** One instance in a lane of the Fleet page. */
export const LaneRow = z.object({
  botId: z.string(),
  name: z.string(),
  description: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  accountType: AccountType,
  /** `RUNNING`, `PAUSED`, `STARTING`, `STOPPING`, `STOPPED`, `CRASHED`, `FAILED`, `NO HEARTBEAT`, `SHOULD BE RUNNING`, `SHOULD BE STOPPED`, `UNKNOWN`. */
  displayStatus: z.string(),
  /** A sentence for people: why it is not what it should be; empty when all is well. */
  statusDetail: z.string(),
  desired: ControlStatus,
  desiredReason: z.string(),
  actual: ActualStatus,
  freshness: Freshness,
  heartbeatAgeMs: z.number().nullable(),
  sync: z.enum(['in-sync', 'converging', 'out-of-sync', 'unknown']),
  health: z.enum(['healthy', 'degraded', 'down', 'unknown']),
  /** Lamps: desired state in the database, process, broker session. */
  lamps: z.object({
    db: z.enum(['running', 'paused', 'stopped']),
    process: z.enum(['on', 'late', 'stale', 'starting', 'off', 'failed', 'unknown']),
    broker: z.enum(['on', 'off', 'unknown']),
  }),
  generation: z.int(),
  observedGeneration: z.int(),
  sessionId: z.string().nullable(),
  sessionStartedAt: z.int().nullable(),
  host: z.string().nullable(),
  pid: z.int().nullable(),
  restartCount: z.int(),
  nextRetryAt: z.int().nullable(),
  entriesEnabled: z.boolean(),
  openPositions: z.int(),
  /** Net of the trades closed in the account's current market day. */
  dayNet: MoneyJson.nullable(),
  tradeCount: z.int(),
  netTotal: MoneyJson.nullable(),
  balance: MoneyJson.nullable(),
  equity: MoneyJson.nullable(),
  /** Market time of the instance: runs ahead of wall time on the simulated venue. */
  marketAt: z.int().nullable(),
  paramsVersion: z.int(),
  quoteFilter: z.object({
    /** The operator's word; a running bot takes a change at its next start. */
    wanted: z.boolean(),
    /** Of the running process; null: it has no filter, or no process has spoken lately. */
    seen: QuoteFilterCounts.nullable(),
  }),
  /** What a person should look at while the process runs, worst first. */
  warnings: z.array(z.object({ id: z.string(), level: z.enum(['warn', 'bad']), text: z.string() })),
  /** Protections that blocked entries when the process spoke last, also of one that has ended since. */
  locks: Heartbeat.shape.locks.unwrap(),
  /** Entries without an outcome, likewise. */
  unsettled: Heartbeat.shape.unsettled.unwrap(),
  grade: z.null(),
})
/** See {@link LaneRow}. */
export type LaneRow = z.output<typeof LaneRow>

/** A strategy with no running or wanted instance. */
export const BacklogRow = z.object({
  botId: z.string(),
  name: z.string(),
  description: z.string(),
  symbol: z.string(),
  hypothesis: z.string(),
})

/** `GET /dashboard/data`. */
export const DashboardData = z.object({
  /** Wall time of the server. */
  at: z.int(),
  environment: z.object({
    kind: z.enum(['simulated', 'replay', 'demo', 'live']),
    name: z.string(),
    description: z.string(),
    /** Venue seconds per wall second; 1 on a real broker. */
    clockSpeed: z.number(),
  }),
  /** Sentences for banners: no login on loopback, degraded modes. */
  notices: z.array(z.object({ id: z.string(), level: z.enum(['info', 'warn', 'bad']), text: z.string() })),
  lanes: z.object({ backlog: z.array(BacklogRow), demo: z.array(LaneRow), live: z.array(LaneRow) }),
  hub: z.object({
    holder: z.string().nullable(),
    epoch: z.int(),
    lastPassAt: z.int().nullable(),
    queue: z.string(),
  }),
})
/** See {@link DashboardData}. */
export type DashboardData = z.output<typeof DashboardData>

/** `GET /bots/{botId}/{accountType}`: everything the bot page needs at first. */
export const BotDetail = z.object({
  row: LaneRow,
  /** The newest stored ones, with defaults; a running bot takes them at its next start. */
  params: z.record(z.string(), z.unknown()),
  /** Of `params`; that of the running process is `row.paramsVersion`. */
  paramsVersion: z.int(),
  /** JSON Schema of the parameters. */
  paramsSchema: z.record(z.string(), z.unknown()),
  chart: z
    .object({
      symbol: z.string(),
      digits: z.int(),
      timeframe: z.string(),
      bars: z.array(ChartBar),
      quote: z.object({ at: z.int(), bid: z.number(), ask: z.number() }).nullable(),
    })
    .nullable(),
  positions: z.array(
    z.object({
      positionId: z.int(),
      symbol: z.string(),
      side: z.enum(['buy', 'sell']),
      volume: z.number(),
      entryPrice: z.number(),
      openedAt: z.int(),
      stopLoss: z.number().nullable(),
      takeProfit: z.number().nullable(),
      confirmedAt: z.int(),
    }),
  ),
  trades: z.array(TradeRow),
  sessions: z.array(
    z.object({
      sessionId: z.string(),
      status: SessionStatus,
      startedAt: z.int(),
      endedAt: z.int().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  /** The strategy keeps a state across restarts. */
  keepsState: z.boolean(),
  /** Those that wait for the next start, oldest first, then the newest others. */
  repairs: z.array(Repair),
  events: z.array(
    z.object({ id: z.int(), at: z.int(), type: z.string(), message: z.string(), count: z.int() }),
  ),
})
/** See {@link BotDetail}. */
export type BotDetail = z.output<typeof BotDetail>

/**
 * `GET /events` (SSE): `event:` is the type, `data:` this JSON, `id:` grows. A comment line every 15 s keeps proxies
 * awake. After a gap that the server cannot fill it sends `reset`: fetch `/dashboard/data` again.
 */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('lane'), row: LaneRow }),
  z.object({ type: z.literal('trade'), trade: TradeRow }),
  z.object({
    type: z.literal('positions'),
    botId: z.string(),
    accountType: AccountType,
    positions: BotDetail.shape.positions,
  }),
  z.object({
    type: z.literal('bars'),
    botId: z.string(),
    accountType: AccountType,
    symbol: z.string(),
    digits: z.int(),
    timeframe: z.string(),
    bars: z.array(ChartBar),
    quote: z.object({ at: z.int(), bid: z.number(), ask: z.number() }).nullable(),
  }),
  z.object({ type: z.literal('notices'), notices: DashboardData.shape.notices }),
  z.object({ type: z.literal('reset') }),
])
/** See {@link StreamMessage}. */
export type StreamMessage = z.output<typeof StreamMessage>
