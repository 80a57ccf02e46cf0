import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'

/**
 * Exponential moving average with α = 2 ÷ (period + 1), started with the mean of the first `period` inputs. Ready after
 * `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function ema(period: number): Indicator<number, number> {
  return exponential('ema', checkPeriod('ema', period))
}

/**
 * Wilder's moving average (RMA, SMMA): α = 1 ÷ period, started with the mean of the first `period` inputs. Ready after
 * `period` inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function rma(period: number): Indicator<number, number> {
  return wilder('rma', checkPeriod('rma', period))
}

/**
 * Double exponential moving average: `2·EMA − EMA(EMA)`. Ready after 2 × period − 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see P. Mulloy, Smoothing Data with Faster Moving Averages, TASC 1994
 */
export function dema(period: number): Indicator<number, number> {
  checkPeriod('dema', period)
  const [first, second] = [exponential('dema', period), exponential('dema', period)]
  return stepwise(input => {
    const one = first.push(input)
    const two = one === undefined ? undefined : second.push(one)
    return one === undefined || two === undefined ? undefined : 2 * one - two
  })
}

/**
 * Triple exponential moving average: `3·EMA − 3·EMA(EMA) + EMA(EMA(EMA))`. Ready after 3 × period − 2 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see P. Mulloy, Smoothing Data with Faster Moving Averages, TASC 1994
 */
export function tema(period: number): Indicator<number, number> {
  checkPeriod('tema', period)
  const first = exponential('tema', period)
  const second = exponential('tema', period)
  const third = exponential('tema', period)
  return stepwise(input => {
    const one = first.push(input)
    const two = one === undefined ? undefined : second.push(one)
    const three = two === undefined ? undefined : third.push(two)
    return one === undefined || two === undefined || three === undefined ? undefined : 3 * (one - two) + three
  })
}

/** An average with α = 2 ÷ (period + 1) for the indicator `name`. */
export function exponential(name: string, period: number): SmoothedAverage {
  return new SmoothedAverage(period, 2 / (period + 1), name)
}

/** An average with α = 1 ÷ period for the indicator `name`. */
export function wilder(name: string, period: number): SmoothedAverage {
  return new SmoothedAverage(period, 1 / period, name)
}

/** An average that moves by a fixed share of the difference; starts with the mean of its first inputs. */
export class SmoothedAverage implements Indicator<number, number> {
  private readonly name: string
  private readonly period: number
  private readonly share: number
  private count = 0
  private sum = 0
  // Always a double, so that V8 keeps it unboxed; NaN until it is ready.
  private newest = Number.NaN

  /** Creates an average of share `share`, 0 to 1, started over `period` inputs. */
  constructor(period: number, share: number, name: string) {
    this.name = name
    this.period = period
    this.share = share
  }

  get ready(): boolean {
    return !Number.isNaN(this.newest)
  }

  get value(): number | undefined {
    return this.ready ? this.newest : undefined
  }

  push(input: number): number | undefined {
    checkNumber(this.name, input)
    return this.add(input)
  }

  /** Adds an input that is known to be a finite number. */
  add(input: number): number | undefined {
    const last = this.newest
    if (Number.isNaN(last)) return this.start(input)
    const value = last + (input - last) * this.share
    this.newest = value
    return value
  }

  private start(input: number): number | undefined {
    this.sum += input
    this.count += 1
    if (this.count < this.period) return undefined
    this.newest = this.sum / this.period
    return this.newest
  }
}
