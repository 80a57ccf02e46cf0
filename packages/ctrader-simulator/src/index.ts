// A cTrader venue in your own process: for tests, demos, and replays of recorded markets.
export type { AccountControl } from './control/account-control.ts'
export type { InstrumentChange } from './control/instrument-change.ts'
export type { ClockControl } from './control/clock-control.ts'
export type {
  ConnectionFacts,
  FaultControl,
  SimulatorControl,
  StatedQuote,
} from './control/control.ts'
export { isSimulatorError, SimulatorError, type SimulatorErrorCode } from './errors.ts'
export {
  type ArchivedSymbol,
  type BadQuote,
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
export type { Direction, ErrorCarrier, Fault, FaultName, FaultOf, FaultScope } from './faults/fault.ts'
export type { FaultSwitch } from './faults/fault-board.ts'
export { FAULT_TABLE, type FaultEntry, faultNames, type Parameter } from './faults/table.ts'
export type { VenueScope, VenueTokens } from './oauth/grant-book.ts'
export type { GrantTimes } from './options.ts'
export type { RateLimits } from './session/request-limits.ts'
export type { ReplaySummary } from './replay/summary.ts'
export { DEFAULT_SPEED, DEFAULT_START_AT } from './settings.ts'
export {
  type LiveSimulator,
  type ReplaySimulator,
  type Simulator,
  type SimulatorEnd,
  startSimulator,
} from './simulator.ts'
export type { OrderTag, VenueEvent } from './venue-events.ts'
