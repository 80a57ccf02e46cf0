import type { IntentLedger } from '../ports/intent-ledger.ts'

/**
 * A ledger that grants everything and keeps nothing beyond the process: for replays and first steps.
 *
 * After a restart nobody knows of an entry that was on its way: the run relies on the broker's snapshot alone. Where that
 * matters implement {@link IntentLedger} over something durable.
 */
export function createMemoryLedger(): IntentLedger {
  return {
    commit: async () => ({ type: 'granted' }),
    resolve: async () => undefined,
    unresolved: async () => [],
  }
}
