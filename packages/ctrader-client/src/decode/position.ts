import { type Position, type Price, positionId, symbolId, unixMs } from '@openclaw-trading/trading-model'
import type { ProtoOAPosition } from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { decodePriceDouble } from '../protocol/units/price-e5.ts'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import type { LotSize } from './order.ts'
import { required } from './presence.ts'
import { decodeSide } from './side.ts'
import { decodeTrigger } from './trigger.ts'

const NO_PRICE = 0 as Price

function level(value: number | undefined): Price | undefined {
  return value === undefined || value === 0 ? undefined : decodePriceDouble(value)
}

/**
 * Decodes a position.
 *
 * One without volume is closed, whatever its status says (right after a full close the server calls it CREATED and
 * still shows its levels): its price, swap, commission and levels are left out, so that every server tells the same.
 *
 * @see ProtoOAPosition
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodePosition(position: ProtoOAPosition, instrument: LotSize, currency: string): Position {
  const trade = required(position.tradeData, 'position.tradeData')
  const cents = required(trade.volume, 'position.tradeData.volume')
  const open = cents > 0
  const { label } = trade
  const stopLoss = open ? level(position.stopLoss) : undefined
  const takeProfit = open ? level(position.takeProfit) : undefined
  return {
    id: positionId(required(position.positionId, 'position.positionId')),
    symbolId: symbolId(required(trade.symbolId, 'position.tradeData.symbolId')),
    ...(label === undefined || label === '' ? {} : { label }),
    side: decodeSide(trade.tradeSide),
    volume: decodeVolume(instrument, cents),
    entryPrice: open ? (level(position.price) ?? NO_PRICE) : NO_PRICE,
    openedAt: unixMs(trade.openTimestamp ?? 0),
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(open ? stopFlags(position) : {}),
    swap: decodeMoney(open ? position.swap : 0, position.moneyDigits, currency),
    commission: decodeMoney(open ? position.commission : 0, position.moneyDigits, currency),
    ...(open && position.usedMargin !== undefined
      ? { usedMargin: decodeMoney(position.usedMargin, position.moneyDigits, currency) }
      : {}),
  }
}

/** How the stop works besides its level. */
function stopFlags(position: ProtoOAPosition): Pick<Position, 'trailing' | 'guaranteed' | 'stopTrigger'> {
  const stopTrigger = decodeTrigger(position.stopLossTriggerMethod)
  return {
    ...(position.trailingStopLoss === true ? { trailing: true } : {}),
    ...(position.guaranteedStopLoss === true ? { guaranteed: true } : {}),
    ...(stopTrigger === undefined ? {} : { stopTrigger }),
  }
}
