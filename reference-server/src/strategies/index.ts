// The strategies of a server, for who needs nothing else of it: the server itself takes five times as long to load.
export { createRegistry, type StrategyRegistry } from './registry.ts'
export type { StrategyEntry } from './strategy-entry.ts'
