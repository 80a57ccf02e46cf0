import type { Protections } from '../risk/protection.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { LiveOptions } from './session.ts'
import type { StartingPoint } from './start-up.ts'

/** What a {@link LiveRun} is made from. */
export interface LiveRunOptions extends StartingPoint {
  readonly strategy: AnyStrategy
  /** Checked. */
  readonly params: unknown
  readonly options: LiveOptions<AnyStrategy>
  readonly protections: Protections | undefined
}
