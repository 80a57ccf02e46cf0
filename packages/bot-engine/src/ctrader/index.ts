// Live trading through the cTrader Open API.
export { type BrokerOptions, connectBroker } from './connect.ts'
