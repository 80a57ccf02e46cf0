import type { Trade } from '@openclaw-trading/bot-engine'
import type {
  InstanceRef,
  MoneyJson,
  PositionRecord,
  TradeRecord,
} from '@openclaw-trading/control-plane/client'
import type { Money, Position } from '@openclaw-trading/trading-model'

/** What of a run goes into each of its records. */
export interface RecordContext {
  readonly ref: InstanceRef
  readonly sessionId: string
  readonly symbol: string
  readonly paramsVersion: number
}

/** A closed trade as the API takes it. */
export function toTradeRecord(trade: Trade, context: RecordContext): TradeRecord {
  return {
    ...context.ref,
    sessionId: context.sessionId,
    dealId: trade.exit.dealId,
    positionId: trade.positionId,
    symbol: context.symbol,
    side: trade.side,
    volume: trade.volume,
    entryPrice: trade.entryPrice,
    exitPrice: trade.exitPrice,
    stopLoss: trade.stopLoss ?? null,
    takeProfit: trade.takeProfit ?? null,
    openedAt: trade.openedAt,
    closedAt: trade.closedAt,
    exitReason: trade.exitReason,
    gross: amount(trade.gross),
    commission: amount(trade.commission),
    swap: amount(trade.swap),
    conversionFee: amount(trade.conversionFee),
    net: amount(trade.net),
    balance: amount(trade.balance),
    paramsVersion: context.paramsVersion,
  }
}

/** An open position as the API takes it. */
export function toPositionRecord(position: Position, symbol: string): PositionRecord {
  return {
    positionId: position.id,
    symbol,
    side: position.side,
    volume: position.volume,
    entryPrice: position.entryPrice,
    openedAt: position.openedAt,
    stopLoss: position.stopLoss ?? null,
    takeProfit: position.takeProfit ?? null,
  }
}

/** Money as JSON. */
export function amount({ minor, digits, currency }: Money): MoneyJson {
  return { minor, digits, currency }
}
