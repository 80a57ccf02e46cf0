/** Which way a message goes, seen from the venue: `in` what clients send, `out` what it sends. */
export type Direction = 'in' | 'out'

/** The layer that carries an error: `venue` ErrorRes (2142), `proxy` the common layer's error (50), `order` OrderErrorEvent (2132). */
export type ErrorCarrier = 'venue' | 'proxy' | 'order'

/**
 * One thing that goes wrong between a client and the venue; {@link FAULT_TABLE} says what each means.
 *
 * `payloadTypes` limits a fault to messages of these numbers; left out, it strikes every message.
 */
export type Fault =
  /** Cuts connections now, or each one after it has carried so many more messages. */
  | { readonly type: 'drop'; readonly afterFrames?: number }
  /** Lets nobody in: a newcomer is cut at once. */
  | { readonly type: 'unreachable' }
  /** Nothing is passed on, while the connection stays open and the venue may end it. */
  | { readonly type: 'silence'; readonly direction: Direction | 'both' }
  /** The link is dead and nobody is told: writes succeed, nothing arrives, not even the end of the connection. */
  | { readonly type: 'half-open' }
  /** Messages arrive later; those with `payloadTypes` are overtaken by the others. */
  | {
      readonly type: 'delay'
      readonly direction: Direction
      readonly ms: number
      readonly payloadTypes?: readonly number[]
    }
  /** Messages arrive twice. */
  | { readonly type: 'duplicate'; readonly direction: Direction; readonly payloadTypes?: readonly number[] }
  /** So many messages at a time arrive in another order, which the seed decides. */
  | { readonly type: 'reorder'; readonly direction: Direction; readonly window: number }
  /** Only the first bytes of a message arrive, and the connection ends, or goes on with the next message. */
  | {
      readonly type: 'truncate'
      readonly bytes: number
      readonly goesOn?: boolean
      readonly payloadTypes?: readonly number[]
    }
  /** Messages are lost. */
  | { readonly type: 'lose'; readonly direction: Direction; readonly payloadTypes: readonly number[] }
  /** The quotes of one symbol stop; everything else goes on. */
  | { readonly type: 'ticks-stop'; readonly symbolId: number }
  /** Ends sessions with AccountsTokenInvalidatedEvent, then AccountDisconnectEvent; `revokes` ends their tokens too, the one for refreshing included. */
  | { readonly type: 'token-invalidated'; readonly reason?: string; readonly revokes?: boolean }
  /** AccountDisconnectEvent although the session lives; of one account, or of each that is authorised on the connection. */
  | { readonly type: 'account-disconnect'; readonly accountId?: number }
  /** ClientDisconnectEvent, and the connection ends. */
  | { readonly type: 'client-disconnect'; readonly reason?: string }
  /** Every request is refused with the end of the maintenance, which each carrier states in its own unit. */
  | { readonly type: 'maintenance'; readonly carrier: 'venue' | 'proxy'; readonly endsAt: number }
  /** Trading requests stay unanswered, whether or not they did anything. */
  | { readonly type: 'unanswered-order'; readonly acts: boolean }
  /** The ids of refused orders are 0. */
  | { readonly type: 'order-errors-without-ids' }
  /** Answers with bars lack the oldest one. */
  | { readonly type: 'one-bar-less' }
  /** `hasMore` says the opposite, or always `value`. */
  | { readonly type: 'wrong-has-more'; readonly value?: boolean }
  /** A quote tells the side that changed alone; two changed sides come as two messages. */
  | { readonly type: 'one-sided-spots' }
  /** The fill that closes a position shows it as CREATED instead of CLOSED. */
  | { readonly type: 'created-on-full-close' }
  /** Messages carry fields that no published schema has. */
  | { readonly type: 'unknown-fields'; readonly payloadTypes?: readonly number[] }
  /** A field carries a number that its enum does not have. */
  | {
      readonly type: 'unknown-enum-value'
      readonly payloadType: number
      /** Field names joined by dots, e.g. `order.orderStatus`; lists are walked through. */
      readonly path: string
      readonly value: number
    }
  /** A message of an unpublished type comes before the next one. */
  | { readonly type: 'unknown-payload-type'; readonly payloadType: number }
  /** A field of a message says what it is told to, as far as its type allows. */
  | {
      readonly type: 'set-field'
      readonly payloadType: number
      /** Field names joined by dots, e.g. `trader.frenchRisk`; lists are walked through, what is missing on the way stays so. */
      readonly path: string
      readonly value: unknown
    }
  /** Bars say that their high is their low. */
  | { readonly type: 'zero-delta-high' }
  /** The first answer of each kind of history on a new connection is empty. */
  | { readonly type: 'empty-first-history' }
  /** Requests are refused as too many, with the seconds until they are taken again. */
  | {
      readonly type: 'rate-limit'
      readonly payloadTypes: readonly number[]
      readonly retryAfterSeconds: number
    }
  /** AccountAuth is answered with ALREADY_LOGGED_IN, although it took effect. */
  | { readonly type: 'already-logged-in' }
  /** Requests are refused with any code. */
  | {
      readonly type: 'refuse'
      readonly errorCode: string
      readonly description?: string
      readonly carrier?: ErrorCarrier
      readonly payloadTypes?: readonly number[]
    }
  /** Executions carry the id of the request that caused them to every connection of the account. */
  | { readonly type: 'request-ids-copied' }

/** Name of a {@link Fault}. */
export type FaultName = Fault['type']

/** One fault by its name. */
export type FaultOf<Name extends FaultName> = Extract<Fault, { readonly type: Name }>

/** Whom and how often a fault strikes. */
export interface FaultScope {
  /** Id of one connection. Default: every one, also those to come. */
  readonly connection?: string
  /** Ends the fault after it has struck so often, 1 to 1,000,000. Default: until it is switched off. */
  readonly times?: number
  /** Chance to strike each time it could, above 0 to 1; the seed decides. Default 1. */
  readonly probability?: number
}
