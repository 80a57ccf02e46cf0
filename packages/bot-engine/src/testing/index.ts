// Counterparties and strategies for tests.
export { everyOrder } from './every-order.ts'
export { everyPolicy } from './every-policy.ts'
export { everyStop } from './every-stop.ts'
export { createReplayBroker, ReplayBroker, type ReplayBrokerOptions } from './replay-broker.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
