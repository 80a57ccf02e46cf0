// A venue to test your own bot against: its time, its prices and its faults are in the hands of the test.
export { startTestVenue, type TestVenue, type TestVenueOptions, type WaitOptions } from './test-venue.ts'
export type { VenueFill, VenueOrder, VenuePosition } from './records.ts'
export type { AccountControl } from '../control/account-control.ts'
export type { InstrumentChange } from '../control/instrument-change.ts'
export type { ClockControl } from '../control/clock-control.ts'
export type {
  ConnectionFacts,
  FaultControl,
  SimulatorControl,
  StatedQuote,
} from '../control/control.ts'
export type { Direction, ErrorCarrier, Fault, FaultName, FaultOf, FaultScope } from '../faults/fault.ts'
export type { FaultSwitch } from '../faults/fault-board.ts'
export { FAULT_TABLE, type FaultEntry, faultNames, type Parameter } from '../faults/table.ts'
export type { VenueScope, VenueTokens } from '../oauth/grant-book.ts'
export type { LiveSimulator } from '../simulator.ts'
export type { OrderTag, VenueEvent } from '../venue-events.ts'
export { isSimulatorError, SimulatorError, type SimulatorErrorCode } from '../errors.ts'
