// One synchronous kernel that runs a strategy in backtest and live.

// Strategies
export type {
  AccountView,
  Context,
  Entry,
  Sizing,
  Sync,
  UnansweredExit,
  WaitingTime,
} from './strategy/context.ts'
export {
  type AnyStrategy,
  defineStrategy,
  type Handlers,
  type StopReason,
  type Strategy,
  type StrategyDefinition,
  type StrategyLog,
  type StrategyParams,
  type StrategySetup,
  type StrategyStateInput,
  type Timer,
} from './strategy/define.ts'
export type { Explain, RuleInputs } from './strategy/explain.ts'
export type { Feed, Feeds } from './strategy/feeds.ts'
export { parseParams } from './strategy/params.ts'
export type { StateOf, StateSchema, StrategyState } from './strategy/state.ts'
export { localTime, type LocalTime } from './local-time.ts'
export type { Series } from './strategy/series.ts'

// Indicators
export { adx, type DirectionalLines } from './indicators/adx.ts'
export { aroon, type AroonLines } from './indicators/aroon.ts'
export { atr } from './indicators/atr.ts'
export { type Bands, bollinger } from './indicators/bollinger.ts'
export { cci } from './indicators/cci.ts'
export { donchian, keltner } from './indicators/channels.ts'
export { choppiness } from './indicators/choppiness.ts'
export { correlation, type Pair } from './indicators/correlation.ts'
export { cross, crossOver, crossUnder, type Lines } from './indicators/cross.ts'
export { standardDeviation, zScore } from './indicators/deviation.ts'
export { efficiencyRatio } from './indicators/efficiency-ratio.ts'
export { dema, ema, rma, tema } from './indicators/ema.ts'
export { ichimoku, type IchimokuLines } from './indicators/ichimoku.ts'
export type {
  Indicator,
  PriceBar,
  PriceRange,
  TimedVolumeBar,
  VolumeBar,
} from './indicators/indicator.ts'
export { kama } from './indicators/kama.ts'
export { linearRegression, type RegressionLine } from './indicators/linear-regression.ts'
export { macd, type MacdLines } from './indicators/macd.ts'
export { momentum, rateOfChange } from './indicators/momentum.ts'
export { percentileRank } from './indicators/percentile-rank.ts'
export { type PivotKind, type PivotLevels, pivotPoints } from './indicators/pivot-points.ts'
export { realisedVolatility, type VolatilityEstimator } from './indicators/realised-volatility.ts'
export { rsi } from './indicators/rsi.ts'
export { sma } from './indicators/sma.ts'
export { stochastic, type StochasticLines, stochasticRsi, williamsR } from './indicators/stochastic.ts'
export { type Swings, swings } from './indicators/swing.ts'
export { parabolicSar, type SarLine, superTrend, type TrendLine } from './indicators/trend-stops.ts'
export { chaikinMoneyFlow, moneyFlowIndex, onBalanceVolume } from './indicators/volume.ts'
export { vwap } from './indicators/vwap.ts'
export { hma, wma } from './indicators/wma.ts'

// Protection policies
export {
  atrStop,
  atrTarget,
  type Bracket,
  bracket,
  type DistanceBasis,
  type DistancePolicy,
  type EntryLevels,
  rewardTarget,
  type StructureOptions,
  structureStop,
  structureTarget,
  type SwingOptions,
  swingStop,
} from './policies/distance.ts'
export { partialTargets, type Rung, timeExit, type TimeLimit } from './policies/exit-policies.ts'
export { managed, type ManagedOptions } from './policies/managed.ts'
export type { MarketMeasure, Measure, PriceDistance } from './policies/measure.ts'
export { type PolicyMemory, policyMemory } from './policies/policy-memory.ts'
export type { ManagedPosition, PolicyWish, PositionPolicy, WhenOption } from './policies/position-policy.ts'
export {
  atrTrail,
  breakEven,
  chandelier,
  fixedTrail,
  stepTrail,
  type TrailOptions,
} from './policies/stop-policies.ts'

// Regimes
export {
  type Regime,
  regimeClassifier,
  type RegimeInput,
  type RegimeOptions,
  type RegimeReading,
} from './regime/classifier.ts'
export {
  type ChangePointOptions,
  type ChangePointReading,
  type ChangePoints,
  changePoints,
} from './regime/change-point.ts'
export {
  type HiddenMarkovFit,
  type HiddenMarkovFitOptions,
  type HiddenMarkovLearningOptions,
  fitHiddenMarkov,
  fittedHiddenMarkov,
} from './regime/fit-hidden-markov.ts'
export {
  type HiddenMarkovFilter,
  hiddenMarkovFilter,
  type HiddenMarkovModel,
} from './regime/hidden-markov.ts'
export { rollingVarianceRatio } from './regime/rolling-variance-ratio.ts'
export {
  type RiskOffInput,
  riskOffOverlay,
  type RiskOffOptions,
  type RiskOffReading,
} from './regime/risk-off.ts'
export { type RegimeRisk, regimeRisk, type RegimeShares } from './regime/regime-risk.ts'
export { type RegimeUsefulness, regimeUsefulness } from './regime/usefulness.ts'

// Risk
export {
  type AccountDay,
  type BlackoutSpan,
  maxDailyLoss,
  type MaxDailyLossOptions,
  maxDrawdown,
  type MaxDrawdownOptions,
  newsBlackout,
} from './protections/equity-protections.ts'
export { lowProfitLock, type LowProfitLockOptions } from './protections/low-profit-lock.ts'
export {
  cooldown,
  type CooldownOptions,
  stopLossGuard,
  type StopLossGuardOptions,
} from './protections/trade-protections.ts'
export type { RiskLimits } from './risk/limits.ts'
export type { ProtectionLock } from './risk/protection.ts'
export type {
  EntryProtection,
  ProtectionState,
  ProtectionView,
  TradeResult,
} from './strategy/entry-protection.ts'
export { type RiskSizing, riskVolume, type SizedVolume } from './risk/sizing.ts'

// Backtest
export { explainSummary, type ExplainSummary } from './backtest/explain-summary.ts'
export { type ExplainOptions, MAX_EXPLANATIONS } from './backtest/explanation-log.ts'
export { type Explanation, MAX_RULES, type RuleCount, type RuleVerdict } from './kernel/explanation.ts'
export type { EquityColumns } from './backtest/equity-curve.ts'
export { type Closed, computeMetrics, type Metrics } from './backtest/metrics.ts'
export type { BacktestOptions, DecimalAccount, IntrabarPolicy } from './backtest/options.ts'
export type { RefusedChanges, RefusedOrders } from './backtest/refused-orders.ts'
export type { BacktestReport, IntrabarReport } from './backtest/report.ts'
export { type RoundTrip, roundTripsOf } from './backtest/round-trips.ts'
export { LEAST_SHARPE_DAYS, statedSharpe } from './backtest/stated-sharpe.ts'
export type { DayEnd } from './backtest/trading-days.ts'
export { backtest, checkData } from './backtest/run.ts'
export type { WarmUp } from './kernel/kernel-options.ts'
export type { LogLine } from './kernel/listener.ts'
export type { BlockedEntry, DecisionRecord } from './kernel/order-entry.ts'
export type { QuoteGuardOptions } from './kernel/quote-guard.ts'
export { QUOTE_DEFECTS, type QuoteDefect } from './quality/quote-defect.ts'
export { QuoteFilter } from './quality/quote-filter.ts'
export type { QuoteFilterOptions, QuoteFilterReport } from './quality/quote-filter-options.ts'
export { WIDE_QUOTE_LIMITS } from './quality/quote-limits.ts'
export { MAX_STATE_LENGTH } from './kernel/strategy-memory.ts'
export type { RunAccount } from './kernel/run-state.ts'
export type { ExitReason } from './kernel/exit-reason.ts'
export type { Trade } from './kernel/trade.ts'
export type { BarColumns, TickColumns } from './data/columns.ts'
export {
  type BarSpread,
  DEFAULT_VENUE_MODEL,
  type DepthLevel,
  type DepthModel,
  MAX_DEPTH_LEVELS,
  type VenueModel,
} from './simulation/venue-model.ts'

// Live
export { createMemoryLedger } from './live/memory-ledger.ts'
export { runLive } from './live/run.ts'
export type { UnsettledEntry } from './live/doubts.ts'
export type { RefusedClose } from './live/refused-closes.ts'
export type { UnansweredClose } from './live/unanswered-closes.ts'
export { type LiveStatus, MAX_UNREAD_EVENTS, type RunEvent } from './live/run-event.ts'
export type { LiveObserver, LiveOptions, LiveSession, LiveView } from './live/session.ts'
export type { SessionNote, SessionRecorder, SessionStart } from './live/session-recorder.ts'
export { releaseStoredProtection, resetStoredState, type StoredChange } from './live/stored-state.ts'
export { createSystemClock } from './live/system-clock.ts'
export type { FeedBar } from './strategy/series.ts'

// What a live run needs from outside
export type {
  Broker,
  BrokerEnd,
  BrokerFeed,
  QuoteSilence,
  Command,
  Decision,
  SubmitOutcome,
} from './ports/broker.ts'
export type { Clock } from './ports/clock.ts'
export type { IntentLedger, IntentVerdict, OpenIntent } from './ports/intent-ledger.ts'
export type { Logger } from './ports/logger.ts'
export type { StateStore } from './ports/state-store.ts'
export { createRandom, type Random } from './ports/random.ts'

// Errors
export { EngineError, type EngineErrorCode, isEngineError } from './errors.ts'
