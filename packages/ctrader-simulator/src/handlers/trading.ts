import { type Instrument, type PositionId, priceToPoints } from '@openclaw-trading/trading-model'
import { instrumentOf, type Venue } from '../venue.ts'
import type { VenueRequest } from '../venue-events.ts'
import { type Handler, invalid, refuse } from './call.ts'
import { flagsOf, priceProblem, triggerOf } from './order-problem.ts'

/** ClosePositionReq. */
export const closePosition: Handler<2111> = call => {
  const { connection, message, venue } = call
  const request: VenueRequest = {
    type: 'close',
    positionId: message.positionId as PositionId,
    volumeCents: message.volume,
  }
  const refusal = venue.submit(connection, request, call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

/** AmendPositionSLTPReq: states the full set, so a level left out is removed. */
export const amendProtection: Handler<2110> = call => {
  const { connection, message, venue } = call
  const trigger = triggerOf(message.stopLossTriggerMethod)
  if (trigger === undefined)
    return refuse(call, invalid(`Stop trigger method ${message.stopLossTriggerMethod} does not exist`))
  const instrument = instrumentOfPosition(venue, message.positionId)
  for (const level of [message.stopLoss, message.takeProfit]) {
    const problem = priceProblem('Order protection', level, instrument)
    if (problem !== undefined) return refuse(call, problem)
  }
  const request: VenueRequest = {
    type: 'amend-protection',
    positionId: message.positionId as PositionId,
    ...(message.stopLoss === undefined ? {} : { stopPoints: priceToPoints(message.stopLoss) }),
    ...(message.takeProfit === undefined ? {} : { targetPoints: priceToPoints(message.takeProfit) }),
    ...flagsOf(message),
    ...(trigger === 'trade' ? {} : { stopTrigger: trigger }),
  }
  const refusal = venue.submit(connection, request, call.clientMsgId)
  if (refusal !== undefined) refuse(call, refusal)
}

function instrumentOfPosition(venue: Venue, positionId: number): Instrument | undefined {
  const position = venue.exchange.positions.find(candidate => candidate.id === positionId)
  return position === undefined ? undefined : instrumentOf(venue.facts, position.symbolId)
}
