import type { IntentLedger } from '@openclaw-trading/bot-engine'

/** Stands before every order: while it is closed no entry leaves, whatever else says yes. */
export interface EntryFence {
  /** The ledger of the run. */
  readonly ledger: IntentLedger
  /** Opens the fence, or closes it with the reason. */
  set(allowed: boolean, reason: string): void
}

/**
 * Wraps a ledger so that entries are denied until the operator's word is known and allows them.
 *
 * A run subscribes before its owner can pause it; without the fence a paused bot could open a position in between.
 * Exits are never denied.
 */
export function createEntryFence(inner: IntentLedger): EntryFence {
  let closedBecause: string | undefined = 'the control is not known yet'
  return {
    ledger: {
      commit: async (id, command, at) =>
        command.type === 'place' && closedBecause !== undefined
          ? { type: 'denied', reason: closedBecause }
          : inner.commit(id, command, at),
      resolve: (id, outcome) => inner.resolve(id, outcome),
      unresolved: () => inner.unresolved(),
    },
    set(allowed, reason) {
      closedBecause = allowed ? undefined : reason
    },
  }
}
