// The matching core that backtest and simulated venue share.
export { createExchange, MAX_WAITING_REQUESTS } from './exchange.ts'
export type { ExchangeOptions } from './exchange-options.ts'
export type { AccessRights, AccountRules, StopOutRules } from '../ports/account-rules.ts'
export { type BalanceChange, type ExchangeMoney, MAX_BALANCE_CHANGES } from './exchange-money.ts'
export { MARGIN_CALL_PAUSE_MS, type MarginCallState, MAX_MARGIN_CALLS } from './money/margin-call.ts'
export type {
  DelayedStep,
  DueRequest,
  Exchange,
  ExchangeAccount,
  ExchangeDeal,
  ExchangeEvent,
  ExchangeOrder,
  ExchangePosition,
  ExchangeRequest,
  ExchangeState,
  ExchangeTimeInForce,
  OrderEvent,
  PassingBar,
  PendingLevels,
  PendingType,
  PositionLevels,
  RejectCode,
  StopFlags,
} from './exchange-types.ts'
export {
  MAX_SCRIPT_RULES,
  type OutcomeMatch,
  type OutcomeRule,
  type ScriptedOutcome,
  type ScriptState,
} from './orders/scripted-outcome.ts'
export type { PathPolicy } from './venue-model.ts'
export { MAX_OPEN_POSITIONS } from './venue-state.ts'
export { MAX_PENDING_ORDERS } from './orders/pending-desk.ts'
export { type ExecutionContext, toExecutionEvent, toOrder } from './execution-event.ts'
export { toPosition } from '../execution-facts.ts'
export { commissionMinor } from './money/costs.ts'
export { toExchangeRequest } from './request.ts'
export {
  type BarSpread,
  DEFAULT_VENUE_MODEL,
  type DepthLevel,
  type DepthModel,
  MAX_DEPTH_LEVELS,
  type VenueModel,
} from './venue-model.ts'
export type { TakenDepth } from './matching/market-depth.ts'
export { grossMinor, marginMinor } from '../profit.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
