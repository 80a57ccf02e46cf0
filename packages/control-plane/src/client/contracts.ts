import { z } from 'zod'

// The wire between bots and the API. Times are milliseconds since 1970-01-01 UTC; volumes are lots; prices are decimal.

/** Which kind of account an instance trades on. */
export const AccountType = z.enum(['demo', 'live'])
/** See {@link AccountType}. */
export type AccountType = z.output<typeof AccountType>

/** A bot's id: letters, digits, `-` and `_`, at most 32. */
export const BotId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, 'a bot id is 1 to 32 letters, digits, "-" or "_"')

/** An amount in minor units. */
export const MoneyJson = z.object({
  minor: z.int(),
  digits: z.int().min(0).max(8),
  currency: z.string().min(1),
})
/** See {@link MoneyJson}. */
export type MoneyJson = z.output<typeof MoneyJson>

/** The operator's word. */
export const ControlStatus = z.enum(['running', 'paused', 'stopped'])
/** See {@link ControlStatus}. */
export type ControlStatus = z.output<typeof ControlStatus>

/** What a worker knows of a process. */
export const ActualStatus = z.enum([
  'starting',
  'running',
  'stopping',
  'stopped',
  'crashed',
  'failed',
  'unknown',
])
/** See {@link ActualStatus}. */
export type ActualStatus = z.output<typeof ActualStatus>

/** How a session ended, or that it has not. */
export const SessionStatus = z.enum(['RUNNING', 'COMPLETED', 'CRASHED', 'KILLED', 'LOST'])
/** See {@link SessionStatus}. */
export type SessionStatus = z.output<typeof SessionStatus>

/** Why a position was closed. */
export const ExitReason = z.enum(['stop-loss', 'take-profit', 'strategy', 'stop-out', 'external'])
/** See {@link ExitReason}. */
export type ExitReason = z.output<typeof ExitReason>

/** The instance a bot speaks for. */
export const InstanceRef = z.object({ botId: BotId, accountType: AccountType })
/** See {@link InstanceRef}. */
export type InstanceRef = z.output<typeof InstanceRef>

/** `POST /session/start`: sent after account auth and reconcile. */
export const SessionStartRequest = InstanceRef.extend({
  /** SHA-256 of the strategy file and its engine version, hex. */
  codeHash: z.string().min(8).max(128),
  paramsVersion: z.int().min(0),
  /** The instance's epoch that the worker handed over; an older one is refused as `fenced`. */
  epoch: z.int().min(0),
  host: z.string().min(1),
  pid: z.int().positive(),
  /** Where it trades, as the broker reports it. `name` is `simulated:<venue id>`, `replay:<run id>` or the broker host. */
  environment: z.object({
    name: z.string().min(1).max(128),
    ctidTraderAccountId: z.int(),
    broker: z.string(),
    currency: z.string(),
    leverage: z.number().positive(),
    positionMode: z.enum(['hedged', 'netted', 'spread-betting']),
  }),
})
/** See {@link SessionStartRequest}. */
export type SessionStartRequest = z.output<typeof SessionStartRequest>
/** Answer of `POST /session/start`. `sessionId` has at most 20 characters. */
export const SessionStartResponse = z.object({ sessionId: z.string().max(20), environmentId: z.int() })
/** See {@link SessionStartResponse}. */
export type SessionStartResponse = z.output<typeof SessionStartResponse>

/** `POST /session/end`. `data-ended` also sets the instance to stopped: there is nothing left to run on. */
export const SessionEndRequest = z.object({
  sessionId: z.string().max(20),
  status: SessionStatus.exclude(['RUNNING']),
  reason: z.enum(['requested', 'data-ended', 'risk-limit', 'lease-lost', 'failed', 'connection-lost']),
  detail: z.string().max(2000).optional(),
})
/** See {@link SessionEndRequest}. */
export type SessionEndRequest = z.output<typeof SessionEndRequest>

/** What a bot's filter of quotes has seen since the process started. */
export const QuoteFilterCounts = z.object({
  passed: z.int().min(0),
  quarantined: z.int().min(0),
  /** By kind; kinds that did not occur may be left out. */
  defects: z.record(z.string(), z.int().min(0)),
  /** Jumps that turned out to be real. */
  confirmedJumps: z.int().min(0),
  /** Times that it went back from a wrong date; absent from an older bot. */
  rewinds: z.int().min(0).optional(),
})
/** See {@link QuoteFilterCounts}. */
export type QuoteFilterCounts = z.output<typeof QuoteFilterCounts>

/** Longest list of a heartbeat, and longest text: a sign of life stays small. */
const MAX_REFUSED_CLOSES = 100
const MAX_HEARTBEAT_TEXT = 500
const MAX_LISTED = 20

/** `POST /heartbeat`; also sent over IPC. */
export const Heartbeat = InstanceRef.extend({
  sessionId: z.string().max(20),
  epoch: z.int().min(0),
  /** Wall time of the bot. */
  sentAt: z.int(),
  /** Market time of the last event; null before the first. */
  marketAt: z.int().nullable(),
  /** Wall time since the last quote that counted; null before the first. */
  lastQuoteAgeMs: z.number().nullable(),
  eventLoopLagMs: z.number(),
  openPositions: z.int().min(0),
  unresolvedIntents: z.int().min(0),
  entriesEnabled: z.boolean(),
  paramsVersion: z.int().min(0),
  balance: MoneyJson.nullable(),
  equity: MoneyJson.nullable(),
  /** Null: it runs without the filter. */
  quoteFilter: QuoteFilterCounts.nullable().default(null),
  /** What the bot is not sure of, and opens nothing for; null: nothing. Absent from an older bot. */
  doubt: z.string().max(MAX_HEARTBEAT_TEXT).nullable().default(null),
  /** Open positions whose close the broker refuses. Absent from an older bot. */
  refusedCloses: z
    .array(
      z.object({
        positionId: z.int().positive(),
        /** Lots that are still open. */
        volume: z.number().positive(),
        /** In a row. */
        refusals: z.int().positive(),
        /** Of the last one, in the broker's word. */
        reason: z.string().max(MAX_HEARTBEAT_TEXT),
      }),
    )
    .max(MAX_REFUSED_CLOSES)
    .default([]),
  /** Protections that let no entry through now. Absent from an older bot. */
  locks: z
    .array(
      z.object({
        protection: z.string().max(100),
        /** Among those of its name, from 1. */
        ordinal: z.int().positive(),
        reason: z.string().max(MAX_HEARTBEAT_TEXT),
        /** It blocks by what it remembers, which a person may take away. */
        isReleasable: z.boolean(),
      }),
    )
    .max(MAX_LISTED)
    .default([]),
  /** Entries whose outcome is not known, those that are looked for first. Absent from an older bot. */
  unsettled: z
    .array(
      z.object({
        orderId: z.string().max(50),
        /** Market time of its decision. */
        at: z.int(),
        /** The bot cannot learn it: a person has to look at the broker. */
        isLeft: z.boolean(),
      }),
    )
    .max(MAX_LISTED)
    .default([]),
  /** Open positions whose close has had no answer. Absent from an older bot. */
  unansweredCloses: z
    .array(
      z.object({
        positionId: z.int().positive(),
        /** Lots that are still open. */
        volume: z.number().positive(),
      }),
    )
    .max(MAX_REFUSED_CLOSES)
    .default([]),
})
/** See {@link Heartbeat}. */
export type Heartbeat = z.output<typeof Heartbeat>

/** A closed round trip, or the closed part of one; one per closing deal. */
export const TradeRecord = InstanceRef.extend({
  sessionId: z.string().max(20),
  dealId: z.int().positive(),
  positionId: z.int().positive(),
  symbol: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  volume: z.number().positive(),
  entryPrice: z.number().positive(),
  exitPrice: z.number().positive(),
  /** Levels in force when it closed. */
  stopLoss: z.number().positive().nullable(),
  takeProfit: z.number().positive().nullable(),
  /** Market time. */
  openedAt: z.int(),
  /** Market time. */
  closedAt: z.int(),
  exitReason: ExitReason,
  gross: MoneyJson,
  commission: MoneyJson,
  swap: MoneyJson,
  conversionFee: MoneyJson,
  net: MoneyJson,
  /** Of the account, after this deal. */
  balance: MoneyJson,
  paramsVersion: z.int().min(0),
})
/** See {@link TradeRecord}. */
export type TradeRecord = z.output<typeof TradeRecord>
/** `POST /trade`: one or a batch of at most 500; a repeat of a known deal answers with the stored row. */
export const TradeRequest = z.union([TradeRecord, z.array(TradeRecord).min(1).max(500)])
/** A trade as stored; a row of `GET /trades`. */
export const TradeRow = TradeRecord.extend({ environmentId: z.int(), recordedAt: z.int() })
/** See {@link TradeRow}. */
export type TradeRow = z.output<typeof TradeRow>

/** A position as its bot sees it. */
export const PositionRecord = z.object({
  positionId: z.int().positive(),
  symbol: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  volume: z.number().positive(),
  entryPrice: z.number().positive(),
  openedAt: z.int(),
  stopLoss: z.number().positive().nullable(),
  takeProfit: z.number().positive().nullable(),
})
/** See {@link PositionRecord}. */
export type PositionRecord = z.output<typeof PositionRecord>
/** `POST /positions`: the complete list; a position left out is gone. */
export const PositionsRequest = InstanceRef.extend({
  sessionId: z.string().max(20),
  confirmedAt: z.int(),
  positions: z.array(PositionRecord).max(1000),
})
/** See {@link PositionsRequest}. */
export type PositionsRequest = z.output<typeof PositionsRequest>

/** A bar for the dashboard's chart. */
export const ChartBar = z.object({
  openedAt: z.int(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  tickVolume: z.number(),
})
/** See {@link ChartBar}. */
export type ChartBar = z.output<typeof ChartBar>
/** `POST /bars`: the bars of the instance's main feed since the last post; the newest may still be forming. Kept in memory only. */
export const BarsRequest = InstanceRef.extend({
  sessionId: z.string().max(20),
  symbol: z.string().min(1),
  digits: z.int().min(0).max(5),
  timeframe: z.string(),
  bars: z.array(ChartBar).max(1000),
  quote: z.object({ at: z.int(), bid: z.number(), ask: z.number() }).nullable(),
})
/** See {@link BarsRequest}. */
export type BarsRequest = z.output<typeof BarsRequest>

/** Answer of `GET /control/{botId}`. */
export const ControlResponse = InstanceRef.extend({
  status: ControlStatus,
  /** Lots per entry, or null: the strategy sizes by risk. */
  lotSize: z.number().positive().nullable(),
  /** Bad quotes are kept from the strategy. */
  quoteFilter: z.boolean(),
  reason: z.string(),
  updatedBy: z.string(),
  updatedAt: z.int(),
  generation: z.int().min(0),
  entriesAllowed: z.boolean(),
  epoch: z.int().min(0),
})
/** See {@link ControlResponse}. */
export type ControlResponse = z.output<typeof ControlResponse>
/** `PUT /control/{botId}`. */
export const ControlRequest = z.object({
  status: ControlStatus,
  reason: z.string().trim().min(1, 'say why: the reason is kept with the change').max(500),
  lotSize: z.number().positive().nullable().optional(),
  /** Keeps bad quotes from the strategy, or not, from the next start of the bot on. Absent: stays as it is, at first on. */
  quoteFilter: z.boolean().optional(),
})
/** See {@link ControlRequest}. */
export type ControlRequest = z.output<typeof ControlRequest>

/** Answer of `GET /params/{botId}`. */
export const ParamsResponse = InstanceRef.extend({
  version: z.int().min(0),
  params: z.record(z.string(), z.unknown()),
  /** The layer that set each value. */
  layers: z.record(z.string(), z.enum(['default', 'params'])),
  author: z.string(),
  reason: z.string(),
  createdAt: z.int(),
})
/** See {@link ParamsResponse}. */
export type ParamsResponse = z.output<typeof ParamsResponse>
/** `PUT /params/{botId}`. */
export const ParamsRequest = z.object({
  params: z.record(z.string(), z.unknown()),
  reason: z.string().trim().min(1, 'say why: the reason is kept with the version').max(500),
})
/** See {@link ParamsRequest}. */
export type ParamsRequest = z.output<typeof ParamsRequest>

/** RFC 9457 body of every error answer. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
/** See {@link Problem}. */
export type Problem = z.output<typeof Problem>
