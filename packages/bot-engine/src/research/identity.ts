import { createHash } from 'node:crypto'
import { sharpeRatio } from '../statistics/ratios.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { dailyReturns } from '../backtest/daily-returns.ts'
import { dataHash } from './data-columns.ts'
import type { SweepRun } from './objective.ts'
import type { SharedOptions } from './trial.ts'
import type { Trial } from './trial-ledger.ts'

/** What runs have in common: another strategy, other data or other options make another sweep. */
export interface SweepIdentity {
  readonly strategy: string
  /** {@link dataHash}. */
  readonly data: string
  /** Hash of instrument, account, venue, limits and seed. */
  readonly options: string
}

/** The identity of runs with these options. */
export function identityOf(
  { name }: AnyStrategy,
  { data, ...rest }: SharedOptions<AnyStrategy>,
): SweepIdentity {
  const { intrabar, watchedBars = [] } = rest
  const finer = intrabar?.policy === 'replay' ? { ...intrabar, data: dataHash(intrabar.data) } : intrabar
  const text = JSON.stringify({ ...rest, intrabar: finer, watchedBars: watchedBars.map(dataHash) })
  return {
    strategy: name,
    data: dataHash(data),
    options: createHash('sha256').update(text).digest('hex').slice(0, 16),
  }
}

/** A run as the ledger counts it. */
export function trialOf<S extends AnyStrategy>(
  { key, report }: SweepRun<S>,
  { strategy, data, options }: SweepIdentity,
): Trial {
  return { strategy, data, key: `${options} ${key}`, sharpe: sharpeRatio(dailyReturns(report.daily)) }
}
