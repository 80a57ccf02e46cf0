import type { MessageByPayloadType, PayloadType } from '@openclaw-trading/ctrader-client/protocol'
import type { AccountSession } from '../session/account-session.ts'
import type { Connection } from '../session/connection.ts'
import type { Refusal, Venue } from '../venue.ts'

/** One request, with all that its handler needs. */
export interface Call<P extends PayloadType = PayloadType> {
  /** As the account of the request sees it; as the first account does where the request names none. */
  readonly venue: Venue
  readonly connection: Connection
  readonly message: MessageByPayloadType[P]
  readonly clientMsgId: string | undefined
}

/** Handles the requests of one payload type. */
export type Handler<P extends PayloadType> = (call: Call<P>) => void

/** A request of an account that is authorised on its connection. */
export interface AccountCall<P extends PayloadType = PayloadType> extends Call<P> {
  readonly session: AccountSession
}

/** Handles the requests of one payload type that belong to an account. */
export type AccountHandler<P extends PayloadType> = (call: AccountCall<P>) => void

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
  const { ctidTraderAccountId } = venue.facts
  const account = connection.sessions.has(ctidTraderAccountId) ? { ctidTraderAccountId } : {}
  connection.send(2142, { ...account, errorCode, description }, clientMsgId)
}

/** An `INVALID_REQUEST` with its text. */
export const invalid = (description: string): Refusal => ({ errorCode: 'INVALID_REQUEST', description })

/** What the real venue has and this one does not. */
export const unsupported = (what: string): Refusal => ({
  errorCode: 'UNSUPPORTED_MESSAGE',
  description: `${what} are not simulated`,
})
