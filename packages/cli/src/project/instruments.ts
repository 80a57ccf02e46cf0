import {
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  type DataStore,
  type InstrumentTerms,
} from '@openclaw-trading/bot-engine/data'
import type { Instrument } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'

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

/** What there is to do about a symbol without a record; `how` is the command that takes the two options. */
export function noRecord(symbol: string, how = `claw data instrument ${symbol} `): CliError {
  const file = `${symbol.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`
  return new CliError(
    'data-missing',
    `There is no record of ${symbol}: digits, lot size, costs and hours come from it. One of these gives it:
  claw data get ${symbol} --tf m15          your broker's record, with the data
  ${how}--like EURUSD         that of a symbol that trades alike
  ${how}--instrument ${file}   your own; claw data instrument ${symbol} --template > ${file} writes a form to fill in`,
  )
}
