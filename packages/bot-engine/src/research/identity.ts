import { createHash } from 'node:crypto'
import type { Instrument } from '@openclaw-trading/trading-model'
import { dailyReturns } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { parseParams } from '../strategy/params.ts'
import { dataHash, type RunData, spanOf } from './data-columns.ts'
import type { TimeSpan } from './folds.ts'
import { paramsKey } from './grid.ts'
import type { TrialOptions } from './trial.ts'
import type { Trial } from './trial-ledger.ts'

/** Of no rows. */
const NO_SPAN: TimeSpan = { from: 0, to: 0 }

/** What runs have in common: another strategy, other code, other data or other terms make other runs. */
export interface RunIdentity {
  readonly strategy: string
  /** Hash of the strategy's code. Absent: not known. */
  readonly code?: string
  /** {@link dataHash}. */
  readonly data: string
  /** What is traded: the symbol, or a made-up market of it. Runs over the same time of one market are tries at the same thing. */
  readonly market: string
  /** What the rows are: a timeframe, or `ticks`. */
  readonly rows: string
  /** Time of the rows. */
  readonly span: TimeSpan
  /**
   * Hash of everything else that decides a result but the parameters: the instrument's record (costs, hours, sizes), the
   * account with its leverage tiers, venue, limits, protections, warm-up and seed.
   */
  readonly options: string
  /** The same without the rows of watched symbols, of finer data and of the warm-up: what is one trial over other rows too. */
  readonly terms: string
}

/**
 * The identity of runs with these options.
 *
 * @param code - Hash of the strategy's code. Default: not known.
 * @param market - What is traded, where the name of the instrument does not say it, e.g. a seeded market. Default: that name.
 */
export function runIdentity<S extends AnyStrategy>(
  { name }: S,
  { data, ...rest }: TrialOptions<S>,
  code?: string,
  market: string = rest.instrument.name,
): RunIdentity {
  const span = spanOf(data) ?? NO_SPAN
  const {
    intrabar,
    watchedBars = [],
    watched = [],
    instrument,
    explain: _,
    warmUp,
    rowsBefore,
    ...terms
  } = rest
  const before = rowsBefore && {
    at: rowsBefore.at,
    data: dataHash(rowsBefore.data),
    watchedBars: (rowsBefore.watchedBars ?? []).map(dataHash),
  }
  const hashWith = (told: (columns: RunData) => string, past: object): string => {
    const finer = intrabar?.policy === 'replay' ? { ...intrabar, data: told(intrabar.data) } : intrabar
    const text = canonical({
      ...terms,
      ...past,
      instrument: termsOf(instrument),
      watched: watched.map(termsOf),
      intrabar: finer,
      watchedBars: watchedBars.map(told),
    })
    return createHash('sha256').update(text).digest('hex').slice(0, 16)
  }
  return {
    strategy: name,
    ...(code !== undefined && { code }),
    data: dataHash(data),
    market,
    rows: rowsText(data),
    span: { from: span.from, to: span.to + 1 },
    options: hashWith(dataHash, { warmUp, rowsBefore: before }),
    terms: hashWith(rowsText, {}),
  }
}

function rowsText(data: RunData): string {
  return 'type' in data && data.type === 'bars' ? data.timeframe : 'ticks'
}

/** An instrument without what it is called; its id tells which of several symbols of the data is traded. */
function termsOf({ name: _name, ...terms }: Instrument): object {
  return terms
}

/** The same text for the same values, in whatever order their fields were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Object && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

/**
 * A run as the ledger counts it: with the parameters as the schema completes them, so that it is one trial whether it
 * was run alone or in a sweep. Its Sharpe ratio is of `equity`, of which the last sample of each day counts: all of the
 * run's, or the part that one chooses by.
 */
export function trialOf<S extends AnyStrategy>(
  strategy: S,
  {
    params,
    equity,
    span,
  }: {
    readonly params: StrategyParams<S>
    readonly equity: EquityColumns
    /** Time of the rows that were run, where they are a part of those of the identity. */
    readonly span?: TimeSpan
  },
  { strategy: name, code = '', terms, ...identity }: RunIdentity,
): Trial {
  return {
    strategy: name,
    market: identity.market,
    rows: identity.rows,
    data: identity.data,
    key: `${code} ${terms} ${paramsKey(parseParams(strategy, params) as object)}`,
    span: span ?? identity.span,
    judged: equitySpan(equity),
    sharpe: sharpeRatio(dailyReturns(equity)),
  }
}

/** Time from the first to the last sample of equity: the span of what is measured on it. */
export function equitySpan({ at, length }: EquityColumns): TimeSpan {
  return length === 0 ? NO_SPAN : { from: at[0] as number, to: (at[length - 1] as number) + 1 }
}
