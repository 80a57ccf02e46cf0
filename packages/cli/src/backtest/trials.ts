import { join } from 'node:path'
import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { createTrialLedger, dataHash } from '@openclaw-trading/bot-engine/research'
import type { PreparedRun } from '../research/prepare.ts'

/** How often one has tried on these data, and how far apart the Sharpe ratios lie. */
export interface TrialFacts {
  readonly count: number
  /** Per day. */
  readonly sharpeVariance: number
}

const TRADING_DAYS = 252

/** Counts a run in the project's ledger of trials. */
export function countTrial(
  report: BacktestReport,
  { project, source, options, params }: PreparedRun,
): TrialFacts {
  const ledger = createTrialLedger(join(project.folder, '.claw', 'trials.jsonl'))
  const data = dataHash(options.data)
  const sharpe =
    report.metrics.sharpe === undefined ? undefined : report.metrics.sharpe / Math.sqrt(TRADING_DAYS)
  const key = JSON.stringify([source.codeHash, params, options.account, options.venue, options.seed])
  ledger.record([{ strategy: source.id, data, key, sharpe }])
  const { trials, sharpeVariance } = ledger.count({ data })
  return { count: trials, sharpeVariance: sharpeVariance ?? 0 }
}
