import type { Instrument } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'

/** A vendor may quote a decimal more than the broker; two are another symbol, or another broker's record. */
const MOST_MORE = 1
/** Nobody quotes more decimals: beyond lies the dust of a computation. */
const MOST_QUOTED = 6

/**
 * Refuses prices that the record of the symbol would round to others: AUDUSD at 0.66102 is 0.66 on the record of gold,
 * and a run over that would be of no market at all.
 *
 * @param decimals - Of the prices, without zeros at their end.
 * @throws {@link EngineError} `data-invalid`
 */
export function checkRecordDigits(
  where: string,
  decimals: number,
  { digits, name }: Pick<Instrument, 'digits'> & { readonly name?: string },
): void {
  if (decimals <= digits + MOST_MORE || decimals > MOST_QUOTED) return
  throw new EngineError(
    'data-invalid',
    `${where} has prices of ${decimals} decimals, and the record of ${name ?? 'the symbol'} has ${digits}: rounded to it they would be others. ` +
      'Is it another symbol? State it (--symbol); else correct the record.',
    { details: { where, decimals, digits } },
  )
}
