import type { IntentLedger } from '../ports/intent-ledger.ts'

/**
 * A ledger that grants everything and keeps nothing beyond the process.
 *
 * It stands in the port until the control plane keeps intents and leases in its database; until then a restart cannot
 * tell what became of an order whose answer was lost, and relies on the broker's snapshot alone.
 */
export function createMemoryLedger(): IntentLedger {
  return {
    commit: async () => ({ type: 'granted' }),
    resolve: async () => undefined,
    unresolved: async () => [],
  }
}
