// For tests of what is built on the client: a transport without a network, a clock that is turned by hand, and the
// conditions that every transport meets.
export { ManualClock, settled } from './manual-clock.ts'
export { MemoryServer, type ReceivedEnvelope } from './memory-transport.ts'
export {
  type ConformanceMessage,
  type ConformancePeer,
  type ConformanceServer,
  transportConformance,
  type TransportCondition,
} from './transport-conformance.ts'
