import type { AccountId } from '@openclaw-trading/trading-model'
import type { AnyCTraderError } from '../errors.ts'
import type { MessageByPayloadType } from '../protocol/generated/registry.js'
import type { ProtoOAExecutionEvent, ProtoOAOrderErrorEvent } from '../protocol/generated/messages.js'
import type { SpotEvent } from '../protocol/spot-event.ts'
import type { MethodName } from '../protocol/methods.ts'
import type { ConnectionState } from './connection-state.ts'
import type { Refusal } from './server-error.ts'

/** Payload types of rare events → their names. Spots, executions and order errors have their own paths. */
export const RARE_EVENTS = {
  2107: 'trailing-stop-changed',
  2120: 'symbols-changed',
  2123: 'trader-updated',
  2141: 'margin-changed',
  2147: 'tokens-invalidated',
  2148: 'server-disconnecting',
  2155: 'depth',
  2164: 'account-disconnected',
  2171: 'margin-call-updated',
  2172: 'margin-call-triggered',
} as const

/**
 * What a strategy sees: quotes, executions, order errors, moved trailing stops and margins. The venue of a replay counts the same,
 * also those that cannot be read.
 */
export const COUNTED_EVENTS: ReadonlySet<number> = new Set([2131, 2126, 2132, 2107, 2141])

/** What a server tells by itself, in protocol units; listeners run in wire order, inside the read. */
export interface ServerEvents {
  /** A quote; an absent side is unchanged. */
  spot: [event: SpotEvent]
  execution: [event: ProtoOAExecutionEvent, clientMsgId: string | undefined]
  'order-error': [event: ProtoOAOrderErrorEvent, clientMsgId: string | undefined]
  /** One of our trading requests was refused by a message that is no event of its own (ProtoOAErrorRes, ProtoErrorRes). */
  'command-refused': [
    method: MethodName,
    refusal: Refusal,
    clientMsgId: string,
    accountId: number | undefined,
  ]
  /**
   * An execution came that cannot be read, so the book of an account may be wrong; of which one is not always known.
   *
   * The session answers with a fresh snapshot (`resynced`) of that account, or of all.
   */
  'execution-undecodable': [accountId: number | undefined, cause: AnyCTraderError]
  /** A message that this version does not know. */
  unknown: [payloadType: number, payload: Uint8Array]
  /** The server moved the trailing stop of a position. */
  'trailing-stop-changed': [event: MessageByPayloadType[2107]]
  /** Symbol records changed; only their ids are told. */
  'symbols-changed': [event: MessageByPayloadType[2120]]
  /** The account record changed. */
  'trader-updated': [event: MessageByPayloadType[2123]]
  /** The margin of a position changed. */
  'margin-changed': [event: MessageByPayloadType[2141]]
  /** Accounts whose token no longer holds. */
  'tokens-invalidated': [event: MessageByPayloadType[2147]]
  /** The server is about to cut this connection. */
  'server-disconnecting': [event: MessageByPayloadType[2148]]
  /** The depth of a symbol changed. */
  depth: [event: MessageByPayloadType[2155]]
  /** The session of one account ended; the connection and the others stay. */
  'account-disconnected': [event: MessageByPayloadType[2164]]
  /** The threshold of a margin call changed. */
  'margin-call-updated': [event: MessageByPayloadType[2171]]
  /** The margin level fell below a threshold. */
  'margin-call-triggered': [event: MessageByPayloadType[2172]]
  /** Requests can or can no longer be sent; see {@link ConnectionState}. */
  state: [state: ConnectionState]
  /** An account is being authorised anew: its events may be missing until `resynced`. */
  'account-suspended': [id: AccountId]
  /** An account cannot be authorised any more; its streams have ended. */
  'account-lost': [id: AccountId, cause: AnyCTraderError]
  /** The connection is gone for good; `cause` is absent when we closed it. */
  closed: [cause: unknown]
}
