import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { trialOf } from '@openclaw-trading/bot-engine/research'
import { projectLedger } from '../research/ledger.ts'
import type { PreparedRun } from '../research/prepare.ts'
import { identityOf } from './identity.ts'

/** How often one has tried on these data, and how far apart the Sharpe ratios lie. */
export interface TrialFacts {
  readonly count: number
  /** Per day. */
  readonly sharpeVariance: number
}

/** Counts a run in the project's ledger of trials. */
export function countTrial({ equity }: BacktestReport, prepared: PreparedRun): TrialFacts {
  const { project, source, params } = prepared
  const ledger = projectLedger(project)
  const identity = identityOf(prepared)
  ledger.record([trialOf(source.strategy, { params, equity }, identity)])
  const { trials, sharpeVariance } = ledger.count({ data: identity.data })
  return { count: trials, sharpeVariance: sharpeVariance ?? 0 }
}
