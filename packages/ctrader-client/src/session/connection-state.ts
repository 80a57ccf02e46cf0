import type { UnixMs } from '@openclaw-trading/trading-model'
import type { AnyCTraderError } from '../errors.ts'

/** Whether requests can be sent. */
export type ConnectionState =
  /** A connection is being made, or everything is being restored on it; `attempt` counts from 1 since the last `ready`. */
  | { readonly type: 'connecting'; readonly attempt: number }
  | { readonly type: 'ready'; readonly since: UnixMs }
  /** `cause` ended the last connection or attempt. */
  | { readonly type: 'waiting'; readonly retryAt: UnixMs; readonly cause: AnyCTraderError }
  /** For good. `cause` is absent when we closed it. */
  | { readonly type: 'closed'; readonly cause?: AnyCTraderError }
