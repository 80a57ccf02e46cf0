import type { Price, UnixMs } from '@openclaw-trading/trading-model'
import type { StopReason } from '../strategy/define.ts'
import type { BarSeries } from '../strategy/series.ts'
import type { ExplanationRecorder } from './explanation.ts'
import type { QuotedBar } from './feed-builders.ts'
import type { HandlerHost } from './handler-host.ts'
import type { KernelListener } from './listener.ts'
import type { RunState } from './run-state.ts'
import type { Timers } from './timers.ts'
import type { TradingDay } from './trading-day.ts'

/** What a bar meets on its way to the strategy. */
export interface DirectBarParts {
  /** Of the feed. */
  readonly series: BarSeries
  readonly state: RunState
  readonly listener: KernelListener
  readonly explanations: ExplanationRecorder | undefined
  readonly host: HandlerHost
  readonly timers: Timers
  readonly day: TradingDay
  readonly run: { readonly ended: StopReason | undefined }
  /** Does what is due by a time. */
  readonly advance: (now: number) => void
}

/** The bars of a run whose only feed has the very same: none is in the making, and each goes to the strategy as it comes. */
export class DirectBars {
  private readonly series: BarSeries
  private readonly state: RunState
  private readonly listener: KernelListener
  private readonly explanations: ExplanationRecorder | undefined
  private readonly host: HandlerHost
  private readonly timers: Timers
  private readonly day: TradingDay
  private readonly run: { readonly ended: StopReason | undefined }
  private readonly advance: (now: number) => void

  /** Takes over the bars of a run. */
  constructor(parts: DirectBarParts) {
    this.series = parts.series
    this.state = parts.state
    this.listener = parts.listener
    this.explanations = parts.explanations
    this.host = parts.host
    this.timers = parts.timers
    this.day = parts.day
    this.run = parts.run
    this.advance = parts.advance
  }

  /**
   * Takes a bar as it closes: what {@link Kernel.bar} and {@link HandlerHost.bar} do of others, in one function.
   *
   * V8 puts a function in line into each that calls it, up to 460 bytes of bytecode: of several short ones each would be
   * compiled with the handler of the strategy in it. This one is longer, and the handler is compiled once, here, with 920
   * bytes of room for what it calls. Its bar is made in the call and kept nowhere: of a handler that only reads it V8
   * makes none.
   */
  take(bar: QuotedBar): void {
    const { state, series, host, run } = this
    const { openedAt, closedAt, close } = bar
    if (openedAt >= state.dueAt) {
      state.now = openedAt
      this.advance(openedAt)
    }
    state.now = closedAt
    state.quoteAt = closedAt
    state.bid = close
    state.ask = close + bar.spread
    if (run.ended !== undefined) return
    series.pushPoints(bar)
    this.listener.onBar?.(series)
    this.explanations?.begin(series.feed)
    if (run.ended !== undefined) return
    const { newestRow: row, unit } = series
    try {
      const returned = host.handlers.onBar?.(
        {
          type: 'bar',
          symbolId: series.symbolId,
          timeframe: series.timeframe,
          openedAt: openedAt as UnixMs,
          closedAt: closedAt as UnixMs,
          open: ((series.open[row] as number) / unit) as Price,
          high: ((series.high[row] as number) / unit) as Price,
          low: ((series.low[row] as number) / unit) as Price,
          close: ((series.close[row] as number) / unit) as Price,
          tickVolume: series.tickVolume[row] as number,
          feed: series.feed,
        },
        host.context,
      )
      if (returned !== undefined) throw host.returned('onBar')
      if (host.settles) host.settle()
    } catch (cause) {
      throw host.failed('onBar', cause)
    }
    if (run.ended !== undefined) return
    state.dueAt = Math.min(this.timers.nextAt, this.day.endsAt)
    if (closedAt >= state.dueAt || host.picksQuotes) this.advance(closedAt)
  }
}
