// Live trading through the cTrader Open API.
export { type BrokerOptions, connectBroker } from './connect.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
