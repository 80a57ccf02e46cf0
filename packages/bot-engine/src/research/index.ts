// Research in Node: sweeps over threads, walk-forward, Monte Carlo, checks of a strategy, and a ledger of all trials.
export { type Combination, type Grid, type GridPlan, planGrid, type RandomDraw, range } from './grid.ts'
export {
  bestRun,
  LEAST_TRADES,
  type Objective,
  OBJECTIVES,
  scorer,
  type SweepRun,
  type TrialReport,
} from './objective.ts'
export { type OrderCounts, sumOrders } from './order-counts.ts'
export {
  axisValue,
  type CreateOptimiser,
  type Optimiser,
  type SearchAxis,
  type SearchSpace,
  type Suggestion,
  type SuggestionResult,
} from './optimiser.ts'
export type { SearchOptions } from './optimiser-search.ts'
export { type DirectOptions, directOptimiser, type DirectSearch } from './direct-optimiser.ts'
export type { SearchEnd } from './sweep-plan.ts'
export { importStrategy, type StrategyModule, type StrategySource } from './strategy-module.ts'
export { codeHashOf, isTypeOnly, localModules, type LocalModules } from './code/local-modules.ts'
export { sweep, type SweepOptions, type SweepProgress } from './sweep.ts'
export { repeatAlone, type RepeatedRun, type RepeatOptions } from './repeat-alone.ts'
export { type LogitBin, logitHistogram } from '../statistics/overfitting.ts'
export { type Neighbour, type Neighbourhood, type NeighbourOptions, neighboursOf } from './neighbours.ts'
export { summariseSweep, type SweepJudging, type SweepSummary } from './summary.ts'
export { alignedReturns, dailyReturns } from '../backtest/daily-returns.ts'
export { between as dataBetween, dataHash, type RunData } from './data-columns.ts'
export { equitySpan, type RunIdentity, runIdentity, trialOf } from './identity.ts'
export { deflatedEquity, trialVariance } from './deflation.ts'
export {
  createTrialLedger,
  type Trial,
  type TrialCount,
  type TrialLedger,
  type TrialQuestion,
} from './trial-ledger.ts'
export { type FoldOptions, foldsOf, type FoldSpans, type TimeSpan } from './folds.ts'
export { walkForward, type WalkForwardOptions, type WalkForwardProgress } from './walk-forward.ts'
export type { Fold, TriedRuns, WalkForwardReport } from './walk-forward-report.ts'
export {
  monteCarlo,
  type MonteCarloOptions,
  type MonteCarloReport,
  type Quantiles,
  type TradeResults,
} from './monte-carlo.ts'
export { monteCarloBars, type MonteCarloBarsOptions } from './monte-carlo-bars.ts'
export { check, type CheckReport } from './check/check.ts'
export type { CheckedStrategy, CheckOptions } from './check/check-run.ts'
export type { CheckFinding } from './check/findings.ts'
export { type WatchedLoad, watchedLoad } from './check/watched-load.ts'
export type { RowsBefore, SharedOptions, TrialOptions } from './trial.ts'
export { warmUpBefore, warmUpFrom } from './warm-up-bars.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
