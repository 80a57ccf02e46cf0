import { type Command, InvalidArgumentError, Option } from 'commander'
import { isTimeframe, type Timeframe } from '@openclaw-trading/trading-model'
import { dayOrInstant, wholeNumber } from '../option-values.ts'
import { MOST_BALANCE } from '../project/config.ts'
import { type GivenParam, readAssignment } from '../project/params.ts'
import { readStopOut, type StopOutOption } from '../project/stop-out.ts'
import { addVenueOptions, type VenueOptions } from './venue-options.ts'

/** With which parameters and which account a strategy runs. */
export interface StrategyOptions extends VenueOptions {
  readonly set: readonly GivenParam[]
  /** A JSON file of parameters. */
  readonly preset?: string
  readonly balance?: number
  readonly leverage?: number
  readonly stopOut?: StopOutOption
  /** Of what the strategy draws. */
  readonly seed?: number
}

/** On which market data. */
export interface DataOptions {
  readonly symbol?: string
  readonly timeframe?: Timeframe
  /** A file instead of the store. */
  readonly data?: string
  /** Quotes of the file that look wrong are left out. */
  readonly clean?: boolean
  /** Quotes of the store, also where it has bars. */
  readonly ticks?: boolean
  /** Seed of the synthetic market; absent: recorded data where there is some. */
  readonly synthetic?: number
  /** Bars of the synthetic market. */
  readonly bars?: number
  /** Milliseconds since 1970-01-01 UTC. */
  readonly from?: number
  readonly to?: number
}

/** Adds the options of {@link StrategyOptions}. */
export function addStrategyOptions(command: Command): Command {
  return addVenueOptions(command)
    .option('--set <name=value>', 'a parameter; repeatable', assignments, [])
    .option('--preset <file>', 'a JSON file of parameters; --set wins over it')
    .option('--balance <amount>', 'of the account at the start (default of the project, 10000)', amount)
    .option('--leverage <ratio>', 'of the account (default of the project, 100)', positive)
    .option(
      '--stop-out <percent>',
      'margin level at which the broker closes positions, e.g. 50, 50:whole or none (default of the project, 50: as much as is needed)',
      readStopOut,
    )
    .option('--seed <number>', 'of what the strategy draws', wholeNumber(0, 4_294_967_295), 1)
}

/** Adds the options of {@link DataOptions}. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--symbol <name>', 'what is traded (default of the project, XAUUSD)')
    .option(
      '--tf, --timeframe <name>',
      'of the data (default: the shortest that the strategy reads)',
      readTimeframe,
    )
    .option('--data <file>', 'a file of ticks or bars instead of the store')
    .option('--clean', 'without the quotes of that file that look wrong: absent, crossed, a lone jump')
    .option('--ticks', 'quotes of the store, also where it has bars')
    .addOption(
      new Option('--synthetic [seed]', 'a seeded market instead of a recorded one')
        .argParser(syntheticSeed)
        .preset('1'),
    )
    .option('--bars <count>', 'of the synthetic market', wholeNumber(100, 10_000_000))
    .option('--from <day>', 'first day or instant, e.g. 2024-01-02 or 2024-01-02T08:00Z', dayOrInstant)
    .option('--to <day>', 'the first day or instant that no longer counts', dayOrInstant)
}

function assignments(text: string, before: readonly GivenParam[]): readonly GivenParam[] {
  return [...before, readAssignment(text)]
}

function positive(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

function amount(text: string): number {
  const value = positive(text)
  if (value <= MOST_BALANCE) return value
  throw new InvalidArgumentError(`It must be at most ${MOST_BALANCE}.`)
}

/** Reads the name of a timeframe. */
export function readTimeframe(text: string): Timeframe {
  if (isTimeframe(text)) return text
  throw new InvalidArgumentError('It must be a timeframe such as m1, m15, h1 or d1.')
}

function syntheticSeed(text: string): number {
  return wholeNumber(0, 4_294_967_295)(text)
}
