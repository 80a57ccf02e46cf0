import type { MessageByPayloadType, PayloadType } from '@openclaw-trading/ctrader-client/protocol'
import type { Connection } from '../connection.ts'
import type { Refusal, Venue } from '../venue.ts'

/** One request, with all that its handler needs. */
export interface Call<P extends PayloadType = PayloadType> {
  readonly venue: Venue
  readonly connection: Connection
  readonly message: MessageByPayloadType[P]
  readonly clientMsgId: string | undefined
}

/** Handles the requests of one payload type. */
export type Handler<P extends PayloadType> = (call: Call<P>) => void

type AnyCall = Pick<Call, 'venue' | 'connection' | 'clientMsgId'>

/** Answers a request. */
export function answer<P extends PayloadType>(
  call: AnyCall,
  payloadType: P,
  message: MessageByPayloadType[P],
): void {
  call.connection.send(payloadType, message, call.clientMsgId)
}

/** Refuses a request with an ErrorRes. */
export function refuse(call: AnyCall, { errorCode, description }: Refusal): void {
  const { connection, venue, clientMsgId } = call
  const account = connection.accountAuthorized ? { ctidTraderAccountId: venue.facts.ctidTraderAccountId } : {}
  connection.send(2142, { ...account, errorCode, description }, clientMsgId)
}

/** An `INVALID_REQUEST` with its text. */
export const invalid = (description: string): Refusal => ({ errorCode: 'INVALID_REQUEST', description })

/** What the real venue has and this one does not. */
export const unsupported = (what: string): Refusal => ({
  errorCode: 'UNSUPPORTED_MESSAGE',
  description: `${what} are not simulated`,
})
