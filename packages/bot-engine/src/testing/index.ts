// Counterparties for tests that run in one process.
export { createReplayBroker, ReplayBroker, type ReplayBrokerOptions } from './replay-broker.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
