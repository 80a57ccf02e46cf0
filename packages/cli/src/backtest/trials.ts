import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { runIdentity, trialOf } from '@openclaw-trading/bot-engine/research'
import { projectLedger } from '../research/ledger.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** How often one has tried on these data, and how far apart the Sharpe ratios lie. */
export interface TrialFacts {
  readonly count: number
  /** Per day. */
  readonly sharpeVariance: number
}

/** Counts a run in the project's ledger of trials. */
export function countTrial(
  { equity }: BacktestReport,
  { project, source, options, params }: PreparedRun,
): TrialFacts {
  const ledger = projectLedger(project)
  const { params: _, signal: _signal, ...shared } = options
  const identity = runIdentity(source.strategy, shared, source.codeHash)
  ledger.record([trialOf(source.strategy, { params, equity }, identity)])
  const { trials, sharpeVariance } = ledger.count({ data: identity.data })
  return { count: trials, sharpeVariance: sharpeVariance ?? 0 }
}
