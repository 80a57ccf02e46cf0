import type { StrategyMemory } from '../kernel/strategy-memory.ts'
import type { Protections } from '../risk/protection.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { LiveOptions } from './session.ts'
import type { StateSaver } from './state-saver.ts'
import type { StartingPoint } from './start-up.ts'

/** What a {@link LiveRun} is made from. */
export interface LiveRunOptions extends StartingPoint {
  readonly strategy: AnyStrategy
  /** Checked. */
  readonly params: unknown
  readonly options: LiveOptions<AnyStrategy>
  readonly protections: Protections | undefined
  readonly memory: StrategyMemory | undefined
  /** Of the memory, when it is kept. */
  readonly saver: StateSaver | undefined
}
