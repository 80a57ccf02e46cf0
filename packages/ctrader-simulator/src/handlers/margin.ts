import { MAX_MARGIN_CALLS } from '@openclaw-trading/bot-engine/simulation'
import {
  type ProtoOADynamicLeverage,
  ProtoOANotificationType,
} from '@openclaw-trading/ctrader-client/protocol'
import { symbolId } from '@openclaw-trading/trading-model'
import { encodeMarginCall } from '../encode/account-events.ts'
import { instrumentOf, type VenueFacts } from '../venue.ts'
import { answer, type Handler, invalid, refuse, unsupported } from './call.ts'
import { symbolNotFound } from './symbols.ts'

/** Volumes of one request for expected margins. */
const MAX_VOLUMES = 1000
/** Upper end of an open-ended tier: the wire has no other word for it. */
const OPEN_ENDED_CENTS = Number.MAX_SAFE_INTEGER

/** ExpectedMarginReq: what a market order of each volume would hold back, on top of what is open. */
export const expectedMargin: Handler<2139> = call => {
  const { exchange, facts } = call.venue
  const { symbolId: id, volume: volumes = [] } = call.message
  if (instrumentOf(facts, id) === undefined) return refuse(call, symbolNotFound(id))
  if (volumes.length > MAX_VOLUMES) return refuse(call, invalid(`More than ${MAX_VOLUMES} volumes`))
  const margin = []
  for (const volume of volumes) {
    if (!Number.isSafeInteger(volume) || volume <= 0) return refuse(call, invalid(`Volume ${volume} is none`))
    const buyMargin = exchange.money.expectedMarginMinor(symbolId(id), 'buy', volume)
    const sellMargin = exchange.money.expectedMarginMinor(symbolId(id), 'sell', volume)
    if (buyMargin === undefined || sellMargin === undefined)
      return refuse(call, { errorCode: 'NO_QUOTES', description: `Symbol ${id} has no quote yet` })
    margin.push({ volume, buyMargin, sellMargin })
  }
  const { ctidTraderAccountId, account } = facts
  answer(call, 2140, { ctidTraderAccountId, margin, moneyDigits: account.digits })
}

/** GetDynamicLeverageByIDReq. */
export const dynamicLeverage: Handler<2177> = call => {
  const { facts } = call.venue
  const { leverageId } = call.message
  const leverage = encodeDynamicLeverage(facts, leverageId)
  if (leverage === undefined)
    return refuse(call, {
      errorCode: 'ENTITY_NOT_FOUND',
      description: `Dynamic leverage not found with id ${leverageId}`,
    })
  answer(call, 2178, { ctidTraderAccountId: facts.ctidTraderAccountId, leverage })
}

/** Encodes leverage tiers: ends in cents of a dollar, leverage in hundredths; `undefined` for an unknown id. */
export function encodeDynamicLeverage(
  { account }: VenueFacts,
  leverageId: number,
): ProtoOADynamicLeverage | undefined {
  const tiers = account.leverageTiers?.find(({ id }) => id === leverageId)?.tiers
  if (tiers === undefined) return undefined
  return {
    leverageId,
    tiers: tiers.map(({ upToUsd, leverage }) => ({
      volume: upToUsd === undefined ? OPEN_ENDED_CENTS : Math.round(upToUsd * 100),
      leverage: Math.round(leverage * 100),
    })),
  }
}

/** MarginCallListReq; the answer names no account, as on the real venue. */
export const marginCallList: Handler<2167> = call => {
  const { marginCalls } = call.venue.exchange.money
  answer(call, 2168, { marginCall: marginCalls.map((state, index) => encodeMarginCall(index, state)) })
}

/** MarginCallUpdateReq: the answer, and the event for every connection of the account. */
export const marginCallUpdate: Handler<2169> = call => {
  const { marginCallType, marginLevelThreshold } = call.message.marginCall
  const index = marginCallType - ProtoOANotificationType.MARGIN_LEVEL_THRESHOLD_1
  const isType = Number.isInteger(index) && index >= 0 && index < MAX_MARGIN_CALLS
  if (!isType) return refuse(call, invalid(`Margin call type ${marginCallType} does not exist`))
  const { venue } = call
  if (venue.setMarginCall === undefined) return refuse(call, unsupported('Margin calls of a replay'))
  const refusal = venue.setMarginCall(index, marginLevelThreshold)
  if (refusal !== undefined) return refuse(call, refusal)
  answer(call, 2170, {})
  venue.marginCallMoved?.(index)
}
