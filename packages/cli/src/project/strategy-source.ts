import type { AnyStrategy } from '@openclaw-trading/bot-engine'

/** A strategy, and where it came from. */
export interface StrategySource {
  readonly strategy: AnyStrategy
  /** What reports and folders call it: its name. */
  readonly id: string
  /** As one would type it. */
  readonly path: string
  readonly url: string
  /** Under which name the module exports it. */
  readonly exportName: string
  /** First 12 hex digits of the SHA-256 of its file and of what that imports from the project. */
  readonly codeHash: string
}
