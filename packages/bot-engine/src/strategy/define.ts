import type { Bar, ExecutionEvent, Instrument, Quote, UnixMs } from '@openclaw-trading/trading-model'
import type { z } from 'zod'
import { checkDefinition } from './check-definition.ts'
import type { Context, Sync, UnansweredExit } from './context.ts'
import type { EntryProtection } from './entry-protection.ts'
import type { Feeds } from './feeds.ts'
import type { StateOf, StateSchema } from './state.ts'

/** Why a run ended. */
export type StopReason =
  | 'requested'
  | 'data-ended'
  | 'risk-limit'
  | 'lease-lost'
  | 'connection-lost'
  | 'failed'

/** Where a strategy writes for people; collected by a backtest, passed to the journal live. */
export interface StrategyLog {
  /** Worth a line; kept with the run. */
  info(message: string, fields?: object): void
  /** Out of the ordinary; kept with the run. */
  warn(message: string, fields?: object): void
}

/** A timer that ran. */
export interface Timer {
  readonly name: string
  /** The instant it was set for; `ctx.now` may be later. */
  readonly at: UnixMs
}

/**
 * What a strategy does with events; all synchronous.
 *
 * Which of `onQuote`, `wantsQuotes` and `onExecution` there are is read once, when `create` returns: one that is put on
 * the object later is never called, in a backtest and live alike.
 */
export interface Handlers<F extends Feeds = Feeds> {
  /** Before the first message, once. */
  onStart?(ctx: Context<F>): Sync
  /** A bar closed; also for each bar of the warm-up, when what it asks for is ignored. */
  onBar?(bar: Bar & { readonly feed: keyof F & string }, ctx: Context<F>): Sync
  /** Each quote, also of other instruments that a feed watches. A backtest over bars has none. */
  onQuote?(quote: Quote, ctx: Context<F>): Sync
  /**
   * Whether `onQuote` is to be called for the quotes to come; asked after bars, executions and timers. Default: always. A
   * call that is spared makes a backtest over quotes faster; calls beside what is wanted may come.
   */
  wantsQuotes?(): boolean
  /** What became of this run's orders and positions; the context already knows it. */
  onExecution?(event: ExecutionEvent, ctx: Context<F>): Sync
  /**
   * Live: the broker has not answered an exit in time, and the link stands. It may have taken effect, and it is not sent
   * again by itself; what it did, or its refusal, still comes to `onExecution`. Where the link was lost, `resynced` tells
   * instead. A whole position may be closed again, for that closes no more than is there; a part asked for twice may be
   * closed twice.
   */
  onUnanswered?(exit: UnansweredExit, ctx: Context<F>): Sync
  /** A timer set with `ctx.setTimer` is due. */
  onTimer?(timer: Timer, ctx: Context<F>): Sync
  /** The end of the run, once; its orders are cancelled, and only closes are still sent. */
  onStop?(reason: StopReason, ctx: Context<F>): Sync
}

/** What a run gives to {@link StrategyDefinition.create}. */
export interface StrategySetup<Params, State = undefined> {
  readonly params: Params
  /**
   * What it remembers across restarts, when the definition has a `state`; changed in place, and read through this object
   * each time: what lies inside it is replaced when a saved state is restored.
   */
  readonly state: State
  readonly instrument: Instrument
  readonly log: StrategyLog
}

/** A strategy as its author writes it. */
export interface StrategyDefinition<P extends z.ZodType, F extends Feeds, S extends StateSchema = undefined> {
  readonly name: string
  readonly description?: string
  /** Defaults, ranges and `.describe()` texts feed sweeps and the dashboard's form. */
  readonly params: P
  /** Names the bars it reads. */
  feeds(params: z.output<P>): F
  /**
   * What it must not forget in a restart, as an object whose fields all have defaults. Everything else is rebuilt by the
   * history bars.
   */
  readonly state?: S
  /**
   * Takes a saved state that does not fit `state` any more, as plain JSON, and returns one that does. Throw to refuse it.
   * Default: such a state ends the start.
   */
  migrateState?(saved: unknown): unknown
  /**
   * Rules that block its entries after a bad time, in every run of it: backtest, sweep, paper, demo and live. Those that a
   * run is given besides hold too.
   */
  protections?(params: z.output<P>): readonly EntryProtection[]
  /** Called once a run; indicators and variables live in its closure. */
  create(setup: StrategySetup<z.output<P>, StateOf<S>>): Handlers<F>
}

/** A defined strategy. */
export interface Strategy<
  P extends z.ZodType = z.ZodType,
  F extends Feeds = Feeds,
  S extends StateSchema = undefined,
> extends StrategyDefinition<P, F, S> {
  readonly kind: 'strategy'
}

/** Any strategy, for functions that only read its parameter type. */
// biome-ignore lint/suspicious/noExplicitAny: a definition is contravariant in its parameters and feeds; unknown would fit none.
export type AnyStrategy = Strategy<any, any, any>

/** The parameters that a strategy takes; those with a default may be left out. */
export type StrategyParams<S extends AnyStrategy> = z.input<S['params']>

/** The state that a run of a strategy may start from; fields with a default may be left out. */
export type StrategyStateInput<S extends AnyStrategy> = S extends { readonly state?: infer Schema }
  ? NonNullable<Schema> extends z.ZodType
    ? z.input<NonNullable<Schema>>
    : never
  : never

/**
 * Defines a strategy; the types of parameters, feeds and state are inferred from it.
 *
 * @throws {@link EngineError} `invalid-options` for what is no definition, with the field
 */
export function defineStrategy<P extends z.ZodType, const F extends Feeds, S extends StateSchema = undefined>(
  definition: StrategyDefinition<P, F, S>,
): Strategy<P, F, S> {
  checkDefinition(definition)
  return { ...definition, kind: 'strategy' }
}
