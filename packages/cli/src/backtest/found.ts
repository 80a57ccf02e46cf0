import type { BacktestReport } from '@openclaw-trading/bot-engine'
import type { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import type { PreparedRun } from '../research/prepare.ts'
import type { Checked } from './checks.ts'
import type { RunPart } from './parts.ts'
import type { TrialFacts } from './trials.ts'

/** All that is known of a run when it is told. */
export interface Found {
  readonly prepared: PreparedRun
  readonly report: BacktestReport
  readonly parts: readonly RunPart[]
  /** Absent: Ctrl-C ended the run, and a part of a run is no trial; or it is {@link uncounted}. */
  readonly trials: TrialFacts | undefined
  /** Absent: not asked for, or ended by Ctrl-C. */
  readonly checks: Checked | undefined
  readonly warnings: readonly Warning[]
  /** The ledger of trials cannot be written. */
  readonly uncounted?: CliError
}
