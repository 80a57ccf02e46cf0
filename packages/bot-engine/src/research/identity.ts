import { createHash } from 'node:crypto'
import type { Instrument } from '@openclaw-trading/trading-model'
import { dailyReturns } from '../backtest/daily-returns.ts'
import type { EquityColumns } from '../backtest/equity-curve.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { parseParams } from '../strategy/params.ts'
import { dataHash } from './data-columns.ts'
import { paramsKey } from './grid.ts'
import type { SharedOptions } from './trial.ts'
import type { Trial } from './trial-ledger.ts'

/** What runs have in common: another strategy, other code, other data or other terms make other runs. */
export interface RunIdentity {
  readonly strategy: string
  /** Hash of the strategy's code. Absent: not known. */
  readonly code?: string
  /** {@link dataHash}. */
  readonly data: string
  /**
   * Hash of everything else that decides a result but the parameters: the instrument's record (costs, hours, sizes), the
   * account with its leverage tiers, venue, limits, protections, warm-up and seed.
   */
  readonly options: string
}

/** The identity of runs with these options. */
export function runIdentity<S extends AnyStrategy>(
  { name }: S,
  { data, ...rest }: SharedOptions<S>,
  code?: string,
): RunIdentity {
  const { intrabar, watchedBars = [], watched = [], instrument, explain: _, ...terms } = rest
  const finer = intrabar?.policy === 'replay' ? { ...intrabar, data: dataHash(intrabar.data) } : intrabar
  const text = canonical({
    ...terms,
    instrument: termsOf(instrument),
    watched: watched.map(termsOf),
    intrabar: finer,
    watchedBars: watchedBars.map(dataHash),
  })
  return {
    strategy: name,
    ...(code !== undefined && { code }),
    data: dataHash(data),
    options: createHash('sha256').update(text).digest('hex').slice(0, 16),
  }
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
 * was run alone or in a sweep. Of its equity the last sample of each day counts.
 */
export function trialOf<S extends AnyStrategy>(
  strategy: S,
  { params, equity }: { readonly params: StrategyParams<S>; readonly equity: EquityColumns },
  { strategy: name, code = '', data, options }: RunIdentity,
): Trial {
  const key = `${code} ${options} ${paramsKey(parseParams(strategy, params) as object)}`
  return { strategy: name, data, key, sharpe: sharpeRatio(dailyReturns(equity)) }
}
