/** A value over a stream of inputs, updated in O(1); the same object in backtest and live. */
export interface Indicator<In, Out> {
  /** It has seen enough inputs. */
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
