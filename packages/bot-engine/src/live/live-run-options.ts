import type { StrategyMemory } from '../kernel/strategy-memory.ts'
import type { Protections } from '../risk/protection.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { RecordingLine } from './recording-line.ts'
import type { LiveOptions } from './session.ts'
import type { RiskMemory } from './risk-memory.ts'
import type { RiskRecord } from './risk-record.ts'
import type { StateSaver } from './state-saver.ts'
import type { StartingPoint } from './start-up.ts'

/** What limits and protections know, and what an earlier process has told them. */
export interface RunRisk {
  readonly memory: RiskMemory
  readonly stored: RiskRecord | undefined
}

/** What a {@link LiveRun} is made from. */
export interface LiveRunOptions extends StartingPoint {
  readonly strategy: AnyStrategy
  /** Checked. */
  readonly params: unknown
  readonly options: LiveOptions<AnyStrategy>
  readonly protections: Protections | undefined
  /** What limits and protections know across restarts; absent in a run that has none which look back. */
  readonly risk: RunRisk | undefined
  readonly memory: StrategyMemory | undefined
  /** Of both memories, when they are kept. */
  readonly saver: StateSaver | undefined
  /** Absent in a run that is not recorded. */
  readonly recording: RecordingLine | undefined
}
