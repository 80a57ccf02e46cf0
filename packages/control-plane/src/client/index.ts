// What a bot needs of the control plane: the wire's shapes, the HTTP client, the outbox of trades.
export {
  type ClientCallOptions,
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
  MAX_TRADES_PER_POST,
} from './control-client.ts'
export { createOutbox, type Outbox, type OutboxOptions } from './outbox.ts'
export { makeFolder } from '../make-folder.ts'
export { ControlPlaneError, type ControlPlaneErrorCode, isControlPlaneError } from '../errors.ts'
export {
  AccountType,
  ActualStatus,
  BarsRequest,
  BotId,
  ChartBar,
  ControlRequest,
  ControlResponse,
  ControlStatus,
  ExitReason,
  Heartbeat,
  InstanceRef,
  MoneyJson,
  ParamsRequest,
  ParamsResponse,
  PositionRecord,
  PositionsRequest,
  Problem,
  QuoteFilterCounts,
  SessionEndRequest,
  SessionStartRequest,
  SessionStartResponse,
  SessionStatus,
  TradeRecord,
  TradeRequest,
  TradeRow,
} from './contracts.ts'
export {
  MAX_REPAIR_RESULT,
  Repair,
  RepairRequest,
  RepairResult,
  RepairStatus,
  RepairsResponse,
  RepairWork,
} from './repair-contracts.ts'
