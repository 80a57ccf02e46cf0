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
export {
  divideRounded,
  multiplyRatios,
  NO_CONVERSION,
  type Ratio,
  ratioToNumber,
  scaleByRatio,
} from './ratio.ts'

// Market
export {
  type Commission,
  type Holiday,
  type Instrument,
  type InstrumentCosts,
  isOpen,
  type MinCommission,
  nextClose,
  nextOpen,
  nextSession,
  type Rollover,
  type Swap,
  type TradingHours,
  type TradingMode,
  type TradingSession,
} from './instrument.ts'
export { openUntil } from './open-until.ts'
export {
  type ConversionChain,
  type ConversionStep,
  type ConversionSymbol,
  conversionChain,
  conversionRate,
  conversionRatio,
  findConversionChain,
  MAX_CONVERSION_LINKS,
} from './conversion.ts'
export { type Bar, type MarketEvent, oppositeSide, type Quote, type Side } from './market.ts'

// Orders and what came of them
export type {
  Distance,
  MarketOnOpen,
  OnOpenTerms,
  Order,
  OrderAmendment,
  OrderRequest,
  PendingTerms,
  PositionProtection,
  PricedTerms,
  PricedTimeInForce,
  Protection,
  ProtectiveTerms,
  StopTrigger,
  TimeInForce,
} from './order.ts'
export {
  accountMargin,
  effectiveLeverage,
  type LeverageTier,
  type MarginMethod,
  type SideMargin,
  tieredMargin,
} from './leverage.ts'
export { type UnrealisedProfit, unrealisedProfit } from './profit.ts'
export type { AccountSnapshot, Fill, Position, PositionClosing } from './position.ts'
export type { ExecutionEvent, RefusedRequest } from './execution.ts'
