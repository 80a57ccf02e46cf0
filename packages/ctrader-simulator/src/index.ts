// A cTrader venue in your own process: for tests, demos, and replays of recorded markets.
export { isSimulatorError, SimulatorError, type SimulatorErrorCode } from './errors.ts'
export {
  type ArchivedSymbol,
  type ConnectionTimes,
  type Credentials,
  type LiveClockMode,
  type Logger,
  type PlantedFault,
  plantedFaultsOf,
  type ReplayGateName,
  type ReplayMode,
  type SimulatorAccount,
  type SimulatorOptions,
} from './options.ts'
export type { GrantTimes } from './oauth/grant-book.ts'
export type { RateLimits } from './request-limits.ts'
export type { ReplaySummary } from './replay/summary.ts'
export { DEFAULT_SPEED, DEFAULT_START_AT } from './settings.ts'
export { type ReplaySimulator, type Simulator, type SimulatorEnd, startSimulator } from './simulator.ts'
