import type {
  AccountSnapshot,
  ExecutionEvent,
  Instrument,
  Lots,
  UnixMs,
} from '@openclaw-trading/trading-model'
import type { MergedTicks } from '../data/merged-ticks.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { QuoteGuardOptions } from '../kernel/quote-guard.ts'
import type { Trade } from '../kernel/trade.ts'
import type { AccountRules } from '../ports/account-rules.ts'
import type { ProtectionDescription } from '../protections/described.ts'
import type { RiskLimits } from '../risk/limits.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import type { StopReason } from '../strategy/define.ts'

/** What the snapshot of a broker does not tell of an account. */
export interface SessionAccountRules extends AccountRules {
  /** `false`: netted, one position for each symbol. Default true. */
  readonly hedged?: boolean
}

/** With what a session began, as plain data. */
export interface SessionHeader {
  readonly schema: 'claw.session/1'
  readonly strategy: {
    readonly name: string
    /** As the run was given them, without the defaults. */
    readonly params: unknown
    /** Hash of its code. Absent: not told. */
    readonly codeHash?: string
  }
  readonly label: string
  readonly sessionId: string
  /** Wall time of the start. */
  readonly startedAt: UnixMs
  readonly instrument: Instrument
  readonly watched: readonly Instrument[]
  readonly snapshot: AccountSnapshot
  /** What the snapshot does not tell of the account. */
  readonly rules: SessionAccountRules
  /** How the venue treats orders; absent: nobody has said. */
  readonly venue?: VenueModel
  readonly risk: RiskLimits
  /** Those given beside the strategy's own. */
  readonly protections: readonly ProtectionDescription[]
  /** Names of such protections that cannot be made again. */
  readonly ownProtections: readonly string[]
  readonly quoteFilter: QuoteGuardOptions
  readonly entryVolume?: Lots
  readonly seed: number
  readonly warmUp: WarmUp
  readonly state?: unknown
  readonly remembers: boolean
}

/** What a person did to a running session; a replay does it at the same quote. */
export type OperatorWord = {
  /** Quotes before it. */
  readonly row: number
} & (
  | { readonly type: 'entries-paused' | 'entries-resumed' }
  | { readonly type: 'entry-volume-changed'; readonly volume: Lots | null }
)

/** A trade of a session. */
export interface SessionTrade {
  readonly trade: Trade
  /** Quotes before its closing was told. */
  readonly row: number
}

/** Why a recording ended. */
export type RecordingEndReason =
  /** With the run. */
  | 'run-ended'
  /** Whoever made the recorder closed it. */
  | 'closed'
  /** It had reached its `maxBytes`. */
  | 'size-limit'
  /** The disk did not keep up. */
  | 'too-slow'
  /** The target refused bytes, e.g. a full disk. */
  | 'write-failed'
  /** The run was given what is no plain data, e.g. a date among the parameters. */
  | 'not-plain'

/** Where a recording is not the whole truth; `at` are market times. */
export type SessionGap =
  /** The file ends within a record, as after a crash; what is behind the last whole one was cut. */
  | { readonly type: 'torn'; readonly cutBytes: number }
  /** A record does not match its checksum; it and all behind it was cut. */
  | { readonly type: 'damaged'; readonly offset: number; readonly cutBytes: number }
  /** The recording ended before the run. */
  | { readonly type: 'ended-early'; readonly reason: RecordingEndReason | 'unknown'; readonly at: UnixMs }
  /** The run was not sure of its account or its quotes: what came meanwhile may have been missed. */
  | { readonly type: 'absence'; readonly from: UnixMs; readonly to: UnixMs; readonly reason: string }
  /** Quotes that a replay leaves out: behind their time, or no quotes at all. */
  | { readonly type: 'lost-quotes'; readonly late: number; readonly unusable: number }
  /** Positions and orders that the session began with; a replay begins with none. */
  | { readonly type: 'taken-over'; readonly positions: number; readonly orders: number }
  /** Limits and protections knew of earlier sessions; in a replay they do not. */
  | { readonly type: 'memory' }
  /** Protections that cannot be made again, and do not act in a replay. */
  | { readonly type: 'protections'; readonly names: readonly string[] }

/** A recorded session, read back. */
export interface RecordedSession {
  readonly header: SessionHeader
  /** In the order in which the kernel met them. */
  readonly quotes: MergedTicks
  /** Quotes before the run was asked to stop; absent: it was not. */
  readonly stopRow?: number
  readonly decisions: readonly DecisionRecord[]
  readonly blocked: readonly BlockedEntry[]
  readonly executions: readonly ExecutionEvent[]
  readonly trades: readonly SessionTrade[]
  readonly words: readonly OperatorWord[]
  /** Why the run ended; absent: the recording does not know. */
  readonly ended?: StopReason
  readonly gaps: readonly SessionGap[]
}
