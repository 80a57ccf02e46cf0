import type { UnixMs } from '@openclaw-trading/trading-model'

/**
 * A value over a stream of inputs, updated in O(1) or O(log period) amortised; the same object in backtest and live.
 *
 * `push` throws an {@link EngineError} `data-invalid` for an input that is not finite, or not above 0 where a logarithm
 * or a ratio needs it; the indicator then stands as before. A value that is a record is a fresh, small object each
 * time: it may be kept.
 */
export interface Indicator<In, Out> {
  /** It has seen enough inputs; once true, it stays so. */
  readonly ready: boolean
  /** Value after the last input; `undefined` until it is ready. */
  readonly value: Out | undefined
  /** Takes the next input and returns the new value. */
  push(input: In): Out | undefined
}

/** The part of a bar that ranges are computed from. */
export interface PriceRange {
  readonly high: number
  readonly low: number
  readonly close: number
}

/** The four prices of a bar. */
export interface PriceBar extends PriceRange {
  readonly open: number
}

/** The part of a bar that volume indicators read. A broker counts quotes, not lots: the volume is the tick volume. */
export interface VolumeBar extends PriceRange {
  /** Quotes in the bar, 0 or more. */
  readonly tickVolume: number
}

/** A bar with volume and time, for what starts anew with a session. */
export interface TimedVolumeBar extends VolumeBar {
  readonly openedAt: UnixMs
}

/** An indicator whose value is what `step` returns; `step` keeps its state in objects of its own. */
export function stepwise<In, Out>(step: (input: In) => Out | undefined): Indicator<In, Out> {
  return new Stepwise(step)
}

class Stepwise<In, Out> implements Indicator<In, Out> {
  private readonly step: (input: In) => Out | undefined
  value: Out | undefined = undefined

  constructor(step: (input: In) => Out | undefined) {
    this.step = step
  }

  get ready(): boolean {
    return this.value !== undefined
  }

  push(input: In): Out | undefined {
    const value = this.step(input)
    this.value = value
    return value
  }
}
