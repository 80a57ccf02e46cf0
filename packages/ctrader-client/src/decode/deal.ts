import {
  dealId,
  type Fill,
  orderId,
  type PositionClosing,
  positionId,
  unixMs,
} from '@openclaw-trading/trading-model'
import type { ProtoOAClosePositionDetail, ProtoOADeal } from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { decodePriceDouble } from '../protocol/units/price-e5.ts'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import type { LotSize } from './order.ts'
import { required } from './presence.ts'
import { decodeSide } from './side.ts'

/** Decodes an execution. @see ProtoOADeal @throws {@link CTraderError} `protocol-violation` */
export function decodeDeal(deal: ProtoOADeal, instrument: LotSize, currency: string): Fill {
  const closing = deal.closePositionDetail
  return {
    dealId: dealId(required(deal.dealId, 'deal.dealId')),
    orderId: orderId(required(deal.orderId, 'deal.orderId')),
    positionId: positionId(required(deal.positionId, 'deal.positionId')),
    side: decodeSide(deal.tradeSide),
    volume: decodeVolume(instrument, deal.filledVolume ?? required(deal.volume, 'deal.volume')),
    price: decodePriceDouble(required(deal.executionPrice, 'deal.executionPrice')),
    at: unixMs(required(deal.executionTimestamp, 'deal.executionTimestamp')),
    commission: decodeMoney(deal.commission, deal.moneyDigits, currency),
    ...(closing === undefined || closing === null
      ? {}
      : { closing: decodeClosing(closing, deal.moneyDigits, currency) }),
  }
}

/** Decodes what a closing deal realised; its `moneyDigits` fall back to the deal's. @see ProtoOAClosePositionDetail */
function decodeClosing(
  detail: ProtoOAClosePositionDetail,
  dealDigits: number | undefined,
  currency: string,
): PositionClosing {
  const digits = detail.moneyDigits ?? dealDigits
  const conversionRate = detail.quoteToDepositConversionRate ?? 0
  return {
    entryPrice: decodePriceDouble(required(detail.entryPrice, 'closePositionDetail.entryPrice')),
    gross: decodeMoney(required(detail.grossProfit, 'closePositionDetail.grossProfit'), digits, currency),
    commission: decodeMoney(detail.commission, digits, currency),
    swap: decodeMoney(detail.swap, digits, currency),
    conversionFee: decodeMoney(detail.pnlConversionFee, digits, currency),
    balance: decodeMoney(required(detail.balance, 'closePositionDetail.balance'), digits, currency),
    ...(conversionRate > 0 && { conversionRate }),
  }
}
