import { basename } from 'node:path'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { Warning } from '../output.ts'

const CURRENCIES: ReadonlySet<string> = new Set(
  'AUD CAD CHF CNH CZK DKK EUR GBP HKD HUF JPY MXN NOK NZD PLN SEK SGD THB TRY USD XAG XAU XPD XPT ZAR'.split(
    ' ',
  ),
)

/** The pair that the name of a file speaks of; none where it speaks of no pair, or of several. */
export function pairOfFile(file: string): string | undefined {
  const words =
    basename(file)
      .toUpperCase()
      .match(/[A-Z]+/g) ?? []
  const pairs = words.filter(
    word => word.length === 6 && CURRENCIES.has(word.slice(0, 3)) && CURRENCIES.has(word.slice(3)),
  )
  return new Set(pairs).size === 1 ? pairs[0] : undefined
}

/** A file of another pair is run with the digits, costs and hours of the symbol all the same: prices alone tell little. */
export function fileSymbolNotes(file: string, { name, base, quote }: Instrument): readonly Warning[] {
  const pair = pairOfFile(file)
  if (pair === undefined || pair === `${base}${quote}`) return []
  return [
    {
      code: 'other-symbol',
      message: `The name of ${basename(file)} says ${pair}, and it is taken as ${name}: with its digits, costs and hours. If that is not what you want: --symbol ${pair}.`,
    },
  ]
}
