import type { Bar, Instrument } from '@openclaw-trading/trading-model'
import type { AnyStrategy } from '../strategy/define.ts'
import type { KernelListener } from './listener.ts'
import type { SizeEntry } from './plan-entry.ts'
import type { QuoteGuardOptions } from './quote-guard.ts'
import type { StrategyMemory } from './strategy-memory.ts'
import type { RunAccount } from './run-state.ts'

/** What a {@link Kernel} runs. */
export interface KernelOptions {
  readonly strategy: AnyStrategy
  /** Checked by `parseParams`. */
  readonly params: unknown
  readonly instrument: Instrument
  /** Other instruments, which feeds watch; default none. */
  readonly watched?: readonly Instrument[]
  readonly account: RunAccount
  /** Marks this run's orders and positions. */
  readonly label: string
  /** Prefix of the ids, at most 20 characters; `bt` in a backtest. */
  readonly session: string
  readonly seed: number
  readonly size: SizeEntry
  /** Of a strategy with a state. */
  readonly memory?: StrategyMemory | undefined
  /** Collects explanations. Default false. */
  readonly explain?: boolean
  readonly listener: KernelListener
  /** Default: every quote counts. */
  readonly quoteFilter?: QuoteGuardOptions
}

/** Bars from before the run. */
export type WarmUp = Readonly<Record<string, { readonly closed: readonly Bar[]; readonly forming?: Bar }>>
