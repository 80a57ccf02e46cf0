import type { ClientOrderId } from '@openclaw-trading/trading-model'
import type { Command, SubmitOutcome } from './broker.ts'

/** Whether a command may be sent. */
export type IntentVerdict =
  | { readonly type: 'granted' }
  | { readonly type: 'denied'; readonly reason: string }

/**
 * Where every order is written down before it is sent.
 *
 * A memory ledger stands here until the control plane keeps intents: it grants everything.
 */
export interface IntentLedger {
  /** Must be durable before anything is sent. `denied` covers a lost lease, a kill switch and account-wide limits. */
  commit(id: ClientOrderId, command: Command): Promise<IntentVerdict>
  /** Records what is known of the command; `absent` = evidence that the broker never had it. */
  resolve(id: ClientOrderId, outcome: SubmitOutcome | { readonly type: 'absent' }): Promise<void>
  /** Intents of earlier sessions that still lack an outcome. */
  unresolved(): Promise<readonly { readonly id: ClientOrderId; readonly command: Command }[]>
}
