// The server as a library: start it, replay a tick file through it, read its settings.
export { startServer } from './compose.ts'
export type { RunningServer, ServerEnvironment, ServerOptions } from './server-options.ts'
export { backtestTrades } from './replay/backtest-trades.ts'
export { replay, type ReplayOptions, type ReplayResult } from './replay/replay.ts'
export {
  COMPARED_FIELDS,
  type ComparedTrade,
  type Comparison,
  compareTrades,
  countExits,
  type Difference,
  fromTradeRow,
  longestHold,
} from './replay/compare.ts'

// Settings and errors
export { childEnvironment, type Config, CONFIG_KEYS, isDebug, loadEnvFile, readConfig } from './config.ts'
export { isServerError, type Issue, ServerError, type ServerErrorCode } from './errors.ts'
export { EXIT, exitCodeOf, exitCodeOfCode } from './exit-codes.ts'
export {
  createFileLogger,
  createLogger,
  type Logger,
  type LogLevel,
  silentLogger,
} from './observability/logger.ts'

// Strategies
export { checkParams, type CheckedParams } from './strategies/check-params.ts'
export { REFERENCE_STRATEGIES } from './strategies/reference-strategies.ts'
export { createRegistry, type StrategyRegistry } from './strategies/registry.ts'
export type { StrategyEntry } from './strategies/strategy-entry.ts'

// What the dashboard speaks
export type { AppType } from './api/app.ts'
export type { BotDetail, DashboardData, LaneRow, StreamMessage } from './api/schemas/dashboard.ts'
