import { encodeMessage } from '@openclaw-trading/ctrader-client/protocol'
import type { ErrorCarrier } from './fault.ts'
import type { Frame } from './frame.ts'
import { strikesType } from './strikes-type.ts'
import type { FaultBoard } from './fault-board.ts'

const HEARTBEAT = 51

/** The answer of a fault that refuses a request; `undefined` when none does. */
export function refusalOf(board: FaultBoard, wireId: string, frame: Frame): Uint8Array | undefined {
  const { clientMsgId, payloadType } = frame
  if (payloadType === HEARTBEAT) return undefined
  const maintenance = board.strikes('maintenance', wireId)?.fault
  if (maintenance !== undefined) {
    const { carrier, endsAt } = maintenance
    const maintenanceEndTimestamp = carrier === 'venue' ? Math.ceil(endsAt / 1000) : endsAt
    const errorCode = 'SERVER_IS_UNDER_MAINTENANCE'
    const message = { errorCode, description: 'The server is under maintenance', maintenanceEndTimestamp }
    return encodeMessage(carrier === 'venue' ? 2142 : 50, message, clientMsgId)
  }
  const limit = board.strikes('rate-limit', wireId, fault => strikesType(fault, payloadType))?.fault
  if (limit !== undefined) {
    const description = `Payload type ${payloadType} is blocked`
    const retryAfter = limit.retryAfterSeconds
    return encodeMessage(2142, { errorCode: 'BLOCKED_PAYLOAD_TYPE', description, retryAfter }, clientMsgId)
  }
  const refused = board.strikes('refuse', wireId, fault => strikesType(fault, payloadType))?.fault
  if (refused === undefined) return undefined
  const { carrier = 'venue', errorCode, description = 'Refused by a fault switch' } = refused
  return errorFrame(carrier, errorCode, description, board.accountId, clientMsgId)
}

function errorFrame(
  carrier: ErrorCarrier,
  errorCode: string,
  description: string,
  ctidTraderAccountId: number,
  clientMsgId: string | undefined,
): Uint8Array {
  if (carrier === 'order')
    return encodeMessage(2132, { ctidTraderAccountId, errorCode, description }, clientMsgId)
  return encodeMessage(carrier === 'venue' ? 2142 : 50, { errorCode, description }, clientMsgId)
}
