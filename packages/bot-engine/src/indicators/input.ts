import { EngineError } from '../errors.ts'
import type { PriceBar, PriceRange, VolumeBar } from './indicator.ts'

/** Checks the period of an indicator. @throws {@link EngineError} `invalid-options` */
export function checkPeriod(indicator: string, period: number, least = 1): number {
  if (!Number.isInteger(period) || period < least || period > 100_000)
    throw new EngineError(
      'invalid-options',
      `${indicator} got the period ${period}. Use a whole number from ${least} to 100000.`,
      { details: { indicator, period } },
    )
  return period
}

/** Checks an option that must be above 0. @throws {@link EngineError} `invalid-options` */
export function checkPositive(indicator: string, name: string, value: number): number {
  if (!(value > 0) || !Number.isFinite(value))
    throw new EngineError('invalid-options', `${indicator} got ${value} ${name}. Use a number above 0.`, {
      details: { indicator, [name]: String(value) },
    })
  return value
}

/**
 * Checks that an input is a number. Below 27 bytes of bytecode, so that V8 puts it in line wherever it is called.
 *
 * @throws {@link EngineError} `data-invalid`
 */
export function checkNumber(indicator: string, input: number): void {
  if (!Number.isFinite(input)) refuseNumber(indicator, input)
}

/** Checks that an input is a number above 0. @throws {@link EngineError} `data-invalid` */
export function checkPrice(indicator: string, input: number): void {
  if (!(input > 0 && input < Infinity)) refuseNumber(indicator, input, 'a finite number above 0')
}

/** Checks the prices of a bar. @throws {@link EngineError} `data-invalid` */
export function checkRange(indicator: string, { high, low, close }: PriceRange): void {
  checkPrices(indicator, high, low, close)
}

/** Checks three prices of a bar: a sum is finite only if all its terms are. @throws {@link EngineError} `data-invalid` */
export function checkPrices(indicator: string, high: number, low: number, close: number): void {
  if (!Number.isFinite(high + low + close)) refusePrices(indicator, high, low, close)
}

/** Says which prices an indicator does not take. @throws {@link EngineError} `data-invalid` */
export function refusePrices(indicator: string, high: number, low: number, close: number): never {
  refuse(indicator, `high ${high}, low ${low}, close ${close}`, 'finite prices')
}

/** Checks that the four prices of a bar are above 0. @throws {@link EngineError} `data-invalid` */
export function checkPositiveBar(indicator: string, { open, high, low, close }: PriceBar): void {
  if (!(Math.min(open, high, low, close) > 0 && open + high + low + close < Infinity))
    refuse(indicator, `open ${open}, high ${high}, low ${low}, close ${close}`, 'finite prices above 0')
}

/** Checks prices and volume of a bar. @throws {@link EngineError} `data-invalid` */
export function checkVolumeBar(indicator: string, bar: VolumeBar): void {
  checkRange(indicator, bar)
  if (!(bar.tickVolume >= 0 && bar.tickVolume < Infinity))
    refuse(indicator, `tickVolume ${bar.tickVolume}`, 'a volume of 0 or more')
}

/** A whole bar is the usual slip. */
function refuseNumber(indicator: string, input: unknown, wanted = 'a finite number'): never {
  if (typeof input !== 'object' || input === null) refuse(indicator, String(input), wanted)
  throw new EngineError(
    'data-invalid',
    `${indicator} got an object with ${Object.keys(input).slice(0, 5).join(', ')}. Push ${wanted}, e.g. bar.close.`,
    { details: { indicator, got: 'object' } },
  )
}

function refuse(indicator: string, got: string, wanted: string): never {
  throw new EngineError(
    'data-invalid',
    `${indicator} got ${got}. Push ${wanted}; leave out rows that have none.`,
    { details: { indicator, got } },
  )
}
