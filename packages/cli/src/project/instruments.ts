import {
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  type DataStore,
  type InstrumentTerms,
} from '@openclaw-trading/bot-engine/data'
import type { Instrument } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** A record of a symbol, and whose it is in words. */
export interface KnownInstrument extends InstrumentTerms {
  /** E.g. `record of cTrader account, demo, 2026-03-04`. */
  readonly origin: string
}

/** Symbols that the product knows by itself: those of the seeded market. */
export const BUILT_IN: readonly Instrument[] = [SYNTHETIC_XAUUSD, SYNTHETIC_EURUSD]

/** The record of a symbol that the product knows by itself. */
export function builtIn(symbol: string): KnownInstrument | undefined {
  const instrument = BUILT_IN.find(({ name }) => name === symbol)
  return instrument === undefined ? undefined : { instrument, origin: 'built-in record' }
}

/** The record of the store, else the one that is built in. @throws `EngineError` `data-invalid` of a damaged one */
export function knownInstrument(symbol: string, store: DataStore): KnownInstrument | undefined {
  const record = store.instrument(symbol)
  if (record === undefined) return builtIn(symbol)
  const { source, recordedAt, ...terms } = record
  return { ...terms, origin: `record of ${source}, ${recordedAt.slice(0, 10)}` }
}

/** Symbols of which there is a record. */
export function knownNames(store: DataStore): readonly string[] {
  const held = store.list().flatMap(({ symbol, record }) => (record === undefined ? [] : [symbol]))
  return [...new Set([...BUILT_IN.map(({ name }) => name), ...held])]
}

/** `GBPJPY` and `GBP/JPY.r` tell their currencies; `US500` and `GOLD` do not. */
export function currenciesOf(symbol: string): readonly [base: string, quote: string] | undefined {
  const [, base = '', quote = ''] = /^([A-Z]{3})\/?([A-Z]{3})(?![A-Za-z])/.exec(symbol) ?? []
  const codes = new Set(Intl.supportedValuesOf('currency'))
  return codes.has(base) && codes.has(quote) ? [base, quote] : undefined
}

/** The symbol that was meant, as a question; nothing where it is a pair of its own: XAGUSD is not XAUUSD. */
function didYouMean(symbol: string, store: DataStore): string {
  const known = knownNames(store)
  const plain = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '')
  const same = known.find(name => plain(name) === plain(symbol))
  // Metals have codes that begin with X.
  const isPair = currenciesOf(symbol) !== undefined || /^X(?:AG|AU|PD|PT)\/?[A-Z]{3}(?![A-Za-z])/.test(symbol)
  const meant = same ?? (isPair ? undefined : nearest(symbol, known))
  return meant === undefined ? '' : ` Did you mean ${meant}?`
}

/** What there is to do about a symbol without a record; `how` is the command that takes the two options. */
export function noRecord(
  symbol: string,
  store: DataStore,
  how = `claw data instrument ${symbol} `,
): CliError {
  const file = `${symbol.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`
  return new CliError(
    'data-missing',
    `There is no record of ${symbol}: digits, lot size, costs and hours come from it.${didYouMean(symbol, store)} One of these gives it:
  claw data get ${symbol} --tf m15          your broker's record, with the data
  ${how}--like EURUSD         that of a symbol that trades alike
  ${how}--instrument ${file}   your own; claw data instrument ${symbol} --template > ${file} writes a form to fill in`,
  )
}
