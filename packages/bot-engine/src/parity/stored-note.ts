import type { ExecutionEvent, Lots, UnixMs } from '@openclaw-trading/trading-model'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { Trade } from '../kernel/trade.ts'
import type { LiveStatus } from '../live/run-event.ts'
import type { RecordingEndReason, SessionHeader } from './session.ts'

/** What stands in a recording between the quotes. */
export type StoredNote =
  | { readonly type: 'begin'; readonly header: SessionHeader }
  | { readonly type: 'decision'; readonly decision: DecisionRecord }
  | { readonly type: 'trade'; readonly trade: Trade }
  | { readonly type: 'execution'; readonly execution: ExecutionEvent }
  | { readonly type: 'blocked'; readonly blocked: BlockedEntry }
  | { readonly type: 'entries-paused' | 'entries-resumed' }
  | { readonly type: 'entry-volume-changed'; readonly volume: Lots | null }
  | { readonly type: 'status'; readonly at: UnixMs; readonly status: LiveStatus; readonly reason: string }
  | { readonly type: 'end'; readonly reason: RecordingEndReason }
