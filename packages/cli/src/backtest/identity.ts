import { type RunIdentity, runIdentity } from '@openclaw-trading/bot-engine/research'
import { marketOf } from '../research/ledger.ts'
import type { PreparedRun } from '../research/prepare.ts'

const known = new WeakMap<PreparedRun, RunIdentity>()

/** What a run is known by; made once for the ledger and the report, because the hash of a million bars takes 30 ms. */
export function identityOf(prepared: PreparedRun): RunIdentity {
  const made = known.get(prepared)
  if (made !== undefined) return made
  const { source, options } = prepared
  const { params: _, signal: _signal, ...shared } = options
  const identity = runIdentity(source.strategy, shared, source.codeHash, marketOf(prepared))
  known.set(prepared, identity)
  return identity
}
