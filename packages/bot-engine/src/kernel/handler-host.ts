import type { ExecutionEvent, Price, Quote, UnixMs } from '@openclaw-trading/trading-model'
import { EngineError, isEngineError } from '../errors.ts'
import type { UnansweredExit } from '../strategy/context.ts'
import type { AnyStrategy, Handlers, StopReason, StrategySetup, Timer } from '../strategy/define.ts'
import { checkHandlers } from '../strategy/check-definition.ts'
import type { BarSeries, FeedBar } from '../strategy/series.ts'
import { EarlyExecutions } from './early-executions.ts'
import type { RunContext } from './run-context.ts'

/**
 * Calls the handlers of one run and turns what they throw into `handler-failed`.
 *
 * `settle` runs after each handler that returned: the place where `ctx.stop` takes effect.
 */
export class HandlerHost {
  private readonly name: string
  readonly handlers: Handlers
  readonly context: RunContext
  readonly settle: () => void
  private readonly onFailed: () => void
  private readonly hasEnded: () => boolean
  private readonly warmsUp: () => boolean
  private readonly early = new EarlyExecutions()
  /** `onStart` was called. */
  isStarted = false
  /** Something is to be settled after each handler; else `settle` is not called, which saves a call a quote. */
  settles = false
  /** The strategy wants quotes at some times, and says when. */
  readonly picksQuotes: boolean
  /** The strategy wants each execution: asked once, so that a backtest, which then makes no events, hears what a live run does. */
  readonly wantsExecutions: boolean

  /** Creates the handlers of a run. @throws {@link EngineError} `handler-failed` */
  constructor(
    strategy: AnyStrategy,
    setup: StrategySetup<unknown, unknown>,
    run: {
      readonly context: RunContext
      readonly settle: () => void
      readonly onFailed: () => void
      readonly hasEnded: () => boolean
      readonly warmsUp: () => boolean
      readonly feedCount: number
    },
  ) {
    this.name = strategy.name
    this.context = run.context
    this.settle = run.settle
    this.onFailed = run.onFailed
    this.hasEnded = run.hasEnded
    this.warmsUp = run.warmsUp
    try {
      this.handlers = strategy.create(setup)
    } catch (cause) {
      throw this.failed('create', cause)
    }
    checkHandlers(strategy.name, this.handlers, run.feedCount)
    this.picksQuotes = this.handlers.onQuote !== undefined && this.handlers.wantsQuotes !== undefined
    this.wantsExecutions = this.handlers.onExecution !== undefined
  }

  /** The strategy wants the quotes to come. @throws {@link EngineError} `handler-failed`, as all of these */
  get wantsQuotes(): boolean {
    if (!this.picksQuotes) return this.handlers.onQuote !== undefined
    try {
      return this.handlers.wantsQuotes?.() === true
    } catch (cause) {
      throw this.failed('wantsQuotes', cause)
    }
  }

  /** Calls `onStart`, then tells what came before. */
  start(now: number): void {
    this.isStarted = true
    try {
      this.done('onStart', this.handlers.onStart?.(this.context))
    } catch (cause) {
      throw this.failed('onStart', cause)
    }
    for (const event of this.early.take(now)) if (!this.hasEnded()) this.execution(event)
  }

  /**
   * Calls `onBar` with the bar that has just closed, the newest of a series. The object is made in the call itself and kept
   * nowhere: V8 makes none at all then for a short handler that only reads it.
   */
  bar(series: BarSeries): void {
    const { newestRow: row, unit, closedAt } = series
    const openedAt = series.openedAt[row] as number
    try {
      const returned = this.handlers.onBar?.(
        {
          type: 'bar',
          symbolId: series.symbolId,
          timeframe: series.timeframe,
          openedAt: openedAt as UnixMs,
          closedAt: (closedAt === undefined ? openedAt + series.lengthMs : closedAt[row]) as UnixMs,
          open: ((series.open[row] as number) / unit) as Price,
          high: ((series.high[row] as number) / unit) as Price,
          low: ((series.low[row] as number) / unit) as Price,
          close: ((series.close[row] as number) / unit) as Price,
          tickVolume: series.tickVolume[row] as number,
          feed: series.feed,
        },
        this.context,
      )
      if (returned !== undefined) throw this.returned('onBar')
      if (this.settles) this.settle()
    } catch (cause) {
      throw this.failed('onBar', cause)
    }
  }

  /** Calls `onBar` with a bar from before the run. */
  pastBar(bar: FeedBar): void {
    try {
      this.done('onBar', this.handlers.onBar?.(bar, this.context))
    } catch (cause) {
      throw this.failed('onBar', cause)
    }
  }

  /** Calls `onQuote`. */
  quote(quote: Quote): void {
    try {
      this.done('onQuote', this.handlers.onQuote?.(quote, this.context))
    } catch (cause) {
      throw this.failed('onQuote', cause)
    }
  }

  /** Calls `onExecution`; before the start once that has come. */
  execution(event: ExecutionEvent): void {
    if (!this.isStarted) return this.early.keep(event)
    try {
      const handlers = this.wantsExecutions ? this.handlers : undefined
      this.done('onExecution', handlers?.onExecution?.(event, this.context))
    } catch (cause) {
      throw this.failed('onExecution', cause)
    }
  }

  /** Settles behind an execution that the strategy is not told of. */
  executed(): void {
    if (!this.isStarted) return
    try {
      this.done('onExecution', undefined)
    } catch (cause) {
      throw this.failed('onExecution', cause)
    }
  }

  /** Calls `onUnanswered`. */
  unanswered(exit: UnansweredExit): void {
    try {
      this.done('onUnanswered', this.handlers.onUnanswered?.(exit, this.context))
    } catch (cause) {
      throw this.failed('onUnanswered', cause)
    }
  }

  /** Calls `onTimer`. */
  timer(timer: Timer): void {
    try {
      this.done('onTimer', this.handlers.onTimer?.(timer, this.context))
    } catch (cause) {
      throw this.failed('onTimer', cause)
    }
  }

  /** Calls `onStop`. */
  stop(reason: StopReason): void {
    try {
      this.done('onStop', this.handlers.onStop?.(reason, this.context))
    } catch (cause) {
      throw this.failed('onStop', cause)
    }
  }

  private done(handler: string, returned: unknown): void {
    if (returned !== undefined) throw this.returned(handler)
    if (this.settles) this.settle()
  }

  /** A handler returned something. */
  returned(handler: string): EngineError {
    return new EngineError(
      'handler-failed',
      `${handler} of strategy "${this.name}" returned a value or a promise. Handlers are synchronous and return nothing.`,
    )
  }

  /** The run fails with what a handler threw. */
  failed(handler: string, cause: unknown): EngineError {
    this.onFailed()
    // Told already; and what the state may be is no matter of one handler.
    if (isEngineError(cause, 'handler-failed') || isEngineError(cause, 'state-invalid')) return cause
    const when = this.warmsUp() ? ' in the warm-up (there is no quote in it)' : ''
    const message = cause instanceof Error ? cause.message : String(cause)
    return new EngineError(
      'handler-failed',
      `${handler} of strategy "${this.name}" threw${when}: ${message}. The run has ended, positions stay open under their ` +
        'protection. Correct the strategy; the stack of the cause names the line.',
      { cause, details: { strategy: this.name, handler } },
    )
  }
}
