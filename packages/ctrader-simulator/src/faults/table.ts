import type { FaultName, FaultOf } from './fault.ts'

/** What a parameter of a fault may be. */
export type Parameter =
  | {
      readonly kind: 'number'
      readonly meaning: string
      readonly least: number
      readonly most: number
      readonly optional: boolean
    }
  | { readonly kind: 'numbers'; readonly meaning: string; readonly optional: boolean }
  | { readonly kind: 'text'; readonly meaning: string; readonly optional: boolean }
  | { readonly kind: 'flag'; readonly meaning: string; readonly optional: boolean }
  | { readonly kind: 'value'; readonly meaning: string; readonly optional: boolean }
  | {
      readonly kind: 'choice'
      readonly meaning: string
      readonly of: readonly string[]
      readonly optional: boolean
    }

/** What a fault is, for help, documentation and checks. */
export interface FaultEntry<Name extends FaultName = FaultName> {
  readonly meaning: string
  /** `at-once`: it happens when it is set, and is over. */
  readonly lasts: 'at-once' | 'until-cleared'
  readonly parameters: { readonly [K in Exclude<keyof FaultOf<Name>, 'type'>]-?: Parameter }
}

/** Most payload types that one fault names. */
export const MAX_LISTED_TYPES = 100
/** Longest text of a parameter. */
export const MAX_TEXT = 200
/** Longest value of a field, as JSON. */
export const MAX_VALUE_TEXT = 2000
/** Longest delay. */
export const MAX_DELAY_MS = 600_000

const number = (meaning: string, least: number, most: number, optional = false): Parameter => ({
  kind: 'number',
  meaning,
  least,
  most,
  optional,
})
const choice = (meaning: string, of: readonly string[], optional = false): Parameter => ({
  kind: 'choice',
  meaning,
  of,
  optional,
})
const text = (meaning: string, optional = true): Parameter => ({ kind: 'text', meaning, optional })
const flag = (meaning: string, optional = true): Parameter => ({ kind: 'flag', meaning, optional })

const DIRECTION = choice('which way, seen from the venue', ['in', 'out'])
const SOME_TYPES: Parameter = {
  kind: 'numbers',
  meaning: 'payload types it strikes; all when left out',
  optional: true,
}
const TYPES: Parameter = { kind: 'numbers', meaning: 'payload types it strikes', optional: false }
const PAYLOAD_TYPE = number('payload type', 1, 99_999)
const REASON = text('reason that is told')

/** Every fault switch: what it means, how long it lasts, and its parameters. */
export const FAULT_TABLE: { readonly [Name in FaultName]: FaultEntry<Name> } = {
  drop: {
    meaning: 'Cuts connections, now or after so many more messages.',
    lasts: 'until-cleared',
    parameters: {
      afterFrames: number(
        'messages in both directions that each still carries; now when left out',
        1,
        1_000_000,
        true,
      ),
    },
  },
  unreachable: { meaning: 'Cuts newcomers at once.', lasts: 'until-cleared', parameters: {} },
  silence: {
    meaning: 'Passes nothing on; the connection stays open.',
    lasts: 'until-cleared',
    parameters: { direction: choice('which way, seen from the venue', ['in', 'out', 'both']) },
  },
  'half-open': {
    meaning: 'Kills the link without telling anyone: writes succeed, nothing arrives.',
    lasts: 'until-cleared',
    parameters: {},
  },
  delay: {
    meaning: 'Lets messages arrive later.',
    lasts: 'until-cleared',
    parameters: {
      direction: DIRECTION,
      ms: number('milliseconds; of market time under a manual clock', 1, MAX_DELAY_MS),
      payloadTypes: SOME_TYPES,
    },
  },
  duplicate: {
    meaning: 'Lets messages arrive twice.',
    lasts: 'until-cleared',
    parameters: { direction: DIRECTION, payloadTypes: SOME_TYPES },
  },
  reorder: {
    meaning: 'Lets messages arrive in another order.',
    lasts: 'until-cleared',
    parameters: { direction: DIRECTION, window: number('messages that are mixed at a time', 2, 100) },
  },
  truncate: {
    meaning: 'Sends only the first bytes of a message, in either codec, over a socket or WebSocket.',
    lasts: 'until-cleared',
    parameters: {
      bytes: number(
        'bytes that arrive of it as it stands on the socket: with its length, as JSON, with the head of a WebSocket frame',
        1,
        1_000_000,
      ),
      goesOn: flag('the next message follows; the connection ends when left out'),
      payloadTypes: SOME_TYPES,
    },
  },
  lose: {
    meaning: 'Loses messages.',
    lasts: 'until-cleared',
    parameters: { direction: DIRECTION, payloadTypes: TYPES },
  },
  'ticks-stop': {
    meaning: 'Stops the quotes of one symbol while everything else goes on.',
    lasts: 'until-cleared',
    parameters: { symbolId: number('symbol', 1, Number.MAX_SAFE_INTEGER) },
  },
  'token-invalidated': {
    meaning: 'Ends the sessions of a token: 2147, then 2164.',
    lasts: 'at-once',
    parameters: {
      reason: REASON,
      revokes: flag('the tokens are of no use any more, the one for refreshing included'),
    },
  },
  'account-disconnect': {
    meaning: 'Tells that accounts were disconnected (2164) although their sessions live.',
    lasts: 'at-once',
    parameters: {
      accountId: number(
        'one account; left out, each one of the connection',
        1,
        Number.MAX_SAFE_INTEGER,
        true,
      ),
    },
  },
  'client-disconnect': {
    meaning: 'Says goodbye to the application (2148) and ends its connection.',
    lasts: 'at-once',
    parameters: { reason: REASON },
  },
  maintenance: {
    meaning: 'Refuses every request with the end of a maintenance: 2142 in seconds, 50 in milliseconds.',
    lasts: 'until-cleared',
    parameters: {
      carrier: choice('the error that carries it', ['venue', 'proxy']),
      endsAt: number('Unix milliseconds', 0, Number.MAX_SAFE_INTEGER),
    },
  },
  'unanswered-order': {
    meaning: 'Leaves trading requests unanswered.',
    lasts: 'until-cleared',
    parameters: { acts: flag('the request takes effect nevertheless', false) },
  },
  'order-errors-without-ids': {
    meaning: 'Refuses orders (2132) with order and position id 0.',
    lasts: 'until-cleared',
    parameters: {},
  },
  'one-bar-less': {
    meaning: 'Leaves the oldest bar out of answers with bars.',
    lasts: 'until-cleared',
    parameters: {},
  },
  'wrong-has-more': {
    meaning: 'Says the opposite in hasMore, or always the same.',
    lasts: 'until-cleared',
    parameters: { value: flag('what it always says; the opposite when left out') },
  },
  'one-sided-spots': {
    meaning: 'Tells only the side of a quote that changed.',
    lasts: 'until-cleared',
    parameters: {},
  },
  'created-on-full-close': {
    meaning: 'Shows a position as CREATED, not CLOSED, in the fill that closes it.',
    lasts: 'until-cleared',
    parameters: {},
  },
  'unknown-fields': {
    meaning: 'Adds fields that no published schema has.',
    lasts: 'until-cleared',
    parameters: { payloadTypes: SOME_TYPES },
  },
  'unknown-enum-value': {
    meaning: 'Puts a number into an enum field that its enum does not have.',
    lasts: 'until-cleared',
    parameters: {
      payloadType: PAYLOAD_TYPE,
      path: text('field names joined by dots, e.g. order.orderStatus', false),
      value: number('the number', 0, 1_000_000),
    },
  },
  'unknown-payload-type': {
    meaning: 'Sends a message of an unpublished type before each other message.',
    lasts: 'until-cleared',
    parameters: { payloadType: PAYLOAD_TYPE },
  },
  'set-field': {
    meaning: 'Puts a value into a field.',
    lasts: 'until-cleared',
    parameters: {
      payloadType: PAYLOAD_TYPE,
      path: text('field names joined by dots, e.g. trader.frenchRisk', false),
      value: { kind: 'value', meaning: 'the value, as JSON', optional: false },
    },
  },
  'zero-delta-high': {
    meaning: 'Tells bars with a high below their open and close: deltaHigh 0.',
    lasts: 'until-cleared',
    parameters: {},
  },
  'empty-first-history': {
    meaning: 'Answers the first question for bars, ticks or deals on each new connection with nothing.',
    lasts: 'until-cleared',
    parameters: {},
  },
  'rate-limit': {
    meaning: 'Refuses requests with BLOCKED_PAYLOAD_TYPE.',
    lasts: 'until-cleared',
    parameters: {
      payloadTypes: TYPES,
      retryAfterSeconds: number('retryAfter; the broker was seen to send more than 300', 0, 86_400),
    },
  },
  'already-logged-in': {
    meaning: 'Answers AccountAuth, which takes effect, with ALREADY_LOGGED_IN.',
    lasts: 'until-cleared',
    parameters: {},
  },
  refuse: {
    meaning: 'Refuses requests with any code.',
    lasts: 'until-cleared',
    parameters: {
      errorCode: text('code, e.g. CANT_ROUTE_REQUEST', false),
      description: text('text of the error'),
      carrier: choice('the error that carries it; venue when left out', ['venue', 'proxy', 'order'], true),
      payloadTypes: SOME_TYPES,
    },
  },
  'request-ids-copied': {
    meaning: 'Tells the id of a request to every connection of the account.',
    lasts: 'until-cleared',
    parameters: {},
  },
}

/** Names of all faults. */
export const faultNames = Object.keys(FAULT_TABLE) as readonly FaultName[]
