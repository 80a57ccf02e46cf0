import type { ClientOrderId, UnixMs } from '@openclaw-trading/trading-model'
import type { Command, SubmitOutcome } from './broker.ts'

/** Whether a command may be sent. */
export type IntentVerdict =
  | { readonly type: 'granted' }
  | { readonly type: 'denied'; readonly reason: string }

/** A command that was written down, and of which nobody has written down what became of it. */
export interface OpenIntent {
  readonly id: ClientOrderId
  readonly command: Command
  /** Market time of its decision: from a minute before it the broker's records are read. */
  readonly at: UnixMs
  /**
   * What a person has seen of it at the broker. It counts where the broker's records do not reach back to it any more, and
   * never against them.
   */
  readonly seenAs?: 'absent' | 'filled'
}

/** Where every order is written down before it is sent. */
export interface IntentLedger {
  /** Must be durable before anything is sent. `denied` covers a lost lease, a kill switch and account-wide limits. */
  commit(id: ClientOrderId, command: Command, at: UnixMs): Promise<IntentVerdict>
  /**
   * Records what is known of the command; `absent` = evidence that the broker never had it. It may come in a later
   * session than the command. After `unknown` it is still open.
   */
  resolve(id: ClientOrderId, outcome: SubmitOutcome | { readonly type: 'absent' }): Promise<void>
  /**
   * Entries of earlier sessions that still lack an outcome, oldest first; exits may be left out, because the account
   * shows what became of them. The run looks for each at the broker, and opens nothing before. When it rejects, the
   * run closes what it has to close, and opens nothing in its life.
   */
  unresolved(): Promise<readonly OpenIntent[]>
}
