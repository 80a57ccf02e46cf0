// Words and their arithmetic; everything else in this project speaks them.
export type { Brand } from './brand.ts'
export { isModelError, ModelError, type ModelErrorCode } from './errors.ts'

// Identity
export {
  type AccountId,
  accountId,
  type ClientOrderId,
  clientOrderId,
  type DealId,
  dealId,
  MAX_CLIENT_ORDER_ID_LENGTH,
  type OrderId,
  orderId,
  type PositionId,
  positionId,
  type SymbolId,
  symbolId,
} from './ids.ts'

// Price, volume, money, time
export { roundHalfAwayFromZero } from './rounding.ts'
export {
  differenceToPips,
  offsetPrice,
  type Pips,
  pipDistance,
  pips,
  pipsToPoints,
  POINTS_PER_UNIT,
  type Price,
  pointsPerTick,
  pointsToPips,
  pointsToPrice,
  priceToPoints,
  roundPoints,
  roundPrice,
} from './price.ts'
export {
  centsToLots,
  type LotSize,
  type Lots,
  lots,
  lotsToCents,
  lotsToUnits,
  roundVolume,
  unitsToLots,
} from './volume.ts'
export {
  addMoney,
  compareMoney,
  formatMoney,
  type Money,
  money,
  moneyFromDecimal,
  moneyToDecimal,
  negateMoney,
  scaleMoney,
  subtractMoney,
} from './money.ts'
export {
  type BarSpan,
  barOpen,
  barSpan,
  isTimeframe,
  type Timeframe,
  TIMEFRAMES,
  type UnixMs,
  unixMs,
  zoneOffsetMs,
} from './time.ts'

// Market
export {
  type Commission,
  type Holiday,
  type Instrument,
  type InstrumentCosts,
  isOpen,
  nextOpen,
  type Swap,
  type TradingHours,
  type TradingSession,
} from './instrument.ts'
export { type Bar, type MarketEvent, oppositeSide, type Quote, type Side } from './market.ts'

// Orders and what came of them
export type {
  Distance,
  Order,
  OrderAmendment,
  OrderRequest,
  PendingTerms,
  PositionProtection,
  Protection,
  StopTrigger,
  TimeInForce,
} from './order.ts'
export type { AccountSnapshot, Fill, Position, PositionClosing } from './position.ts'
export type { ExecutionEvent } from './execution.ts'
