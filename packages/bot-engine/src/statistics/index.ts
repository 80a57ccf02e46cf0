// Statistics that keep a strategy's author from being fooled. Pure: numbers in, numbers out, seeds instead of chance.
export type { Numbers } from './sample.ts'

// What a record shows
export {
  annualSharpe,
  autocorrelations,
  calmarRatio,
  expectancy,
  maxDrawdown,
  maxDrawdownOfSum,
  payoffRatio,
  profitFactor,
  rMultiple,
  sharpeRatio,
  sortinoRatio,
  winRate,
} from './ratios.ts'

// How sure it is
export { type Interval, requiredTrades, wilsonInterval } from './intervals.ts'
export { type BlockLengths, optimalBlockLength } from './block-length.ts'
export { bootstrap, type BootstrapOptions, type BootstrapResult, type Statistic } from './bootstrap.ts'
export {
  deflatedSharpe,
  effectiveTrials,
  expectedHighest,
  luckySharpe,
  meanPairCorrelation,
  minBacktestYears,
  minTrackRecord,
  probabilisticSharpe,
  type SharpeSample,
  sharpeSample,
  type Trials,
} from './sharpe-tests.ts'
export { MOST_EXACT_PAIRS, pairedPermutation, type PermutationOptions } from './permutation.ts'

// Chosen among many
export { type LogitBin, logitHistogram, type Overfitting, overfitting } from './overfitting.ts'
export { type FalseDiscovery, falseDiscovery } from './multiple-testing.ts'
export { type SuperiorAbility, superiorAbility } from './superior-ability.ts'

// Whether returns trend or revert
export { type VarianceRatio, varianceRatio } from './variance-ratio.ts'

// Watched while it grows
export {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  confidenceRadius,
  confidenceSequence,
  type Cusum,
  type CusumOptions,
  cusum,
  type SequenceBounds,
} from './sequential.ts'

// What it is worth in the end
export { type Grade, type GradeEvidence, type GradeLetter, gradeOf } from './grade.ts'
export { type ParityScore, parityScore, type TradeAgreement, tradeScore } from './parity-score.ts'
export type { Criterion, CriterionState } from './criterion.ts'
export {
  APPROVAL_MS,
  type GateApproval,
  type GateCriterionName,
  type GateEvidence,
  gateEvidenceText,
  type GateOptions,
  type GateResult,
  type GateSubject,
  liveGate,
} from './live-gate.ts'
export {
  type DemotionName,
  type LiveEvidence,
  type LiveWatch,
  type LiveWatchOptions,
  type RampProgress,
  rampShare,
  watchLive,
} from './live-watch.ts'

export { normalCdf, normalQuantile } from './normal.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
