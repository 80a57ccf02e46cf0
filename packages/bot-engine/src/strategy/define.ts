import type { Bar, ExecutionEvent, Instrument, Quote, UnixMs } from '@openclaw-trading/trading-model'
import type { z } from 'zod'
import type { Context, Sync } from './context.ts'
import type { Feeds } from './feeds.ts'

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

/** What a strategy does with events; all synchronous. */
export interface Handlers<F extends Feeds = Feeds> {
  /** Before the first message, once. */
  onStart?(ctx: Context<F>): Sync
  /** A bar closed; also for each bar of the warm-up, when what it asks for is ignored. */
  onBar?(bar: Bar & { readonly feed: keyof F & string }, ctx: Context<F>): Sync
  /** Each quote, also of other instruments that a feed watches. A backtest over bars has none. */
  onQuote?(quote: Quote, ctx: Context<F>): Sync
  /** What became of this run's orders and positions; the context already knows it. */
  onExecution?(event: ExecutionEvent, ctx: Context<F>): Sync
  /** A timer set with `ctx.setTimer` is due. */
  onTimer?(timer: Timer, ctx: Context<F>): Sync
  /** The end of the run, once; its orders are cancelled, and only closes are still sent. */
  onStop?(reason: StopReason, ctx: Context<F>): Sync
}

/** What a run gives to {@link StrategyDefinition.create}. */
export interface StrategySetup<Params> {
  readonly params: Params
  readonly instrument: Instrument
  readonly log: StrategyLog
}

/** A strategy as its author writes it. */
export interface StrategyDefinition<P extends z.ZodType, F extends Feeds> {
  readonly name: string
  readonly description?: string
  /** Defaults, ranges and `.describe()` texts feed sweeps and the dashboard's form. */
  readonly params: P
  /** Names the bars it reads. */
  feeds(params: z.output<P>): F
  /** Called once a run; indicators and variables live in its closure. */
  create(setup: StrategySetup<z.output<P>>): Handlers<F>
}

/** A defined strategy. */
export interface Strategy<P extends z.ZodType = z.ZodType, F extends Feeds = Feeds>
  extends StrategyDefinition<P, F> {
  readonly kind: 'strategy'
}

/** Any strategy, for functions that only read its parameter type. */
// biome-ignore lint/suspicious/noExplicitAny: a definition is contravariant in its parameters and feeds; unknown would fit none.
export type AnyStrategy = Strategy<any, any>

/** The parameters that a strategy takes; those with a default may be left out. */
export type StrategyParams<S extends AnyStrategy> = z.input<S['params']>

/** Defines a strategy; the types of parameters and feeds are inferred from it. */
export function defineStrategy<P extends z.ZodType, const F extends Feeds>(
  definition: StrategyDefinition<P, F>,
): Strategy<P, F> {
  return { ...definition, kind: 'strategy' }
}
