import type { ProtoErrorCode, ProtoOAErrorCode } from '../protocol/generated/messages.js'

/** Every code of the protocol; the server may send others. */
type KnownCode = Extract<keyof typeof ProtoOAErrorCode | keyof typeof ProtoErrorCode, string>

const NEW_TOKEN = 'Get a new access token.'
const OUR_FAULT = 'The request does not fit the protocol: compare it with the documentation of the method.'
const LATER = 'Nothing was done; ask again in a few seconds.'

/** What to do about each code of the protocol. A code that the type has and this lacks does not compile. */
const ADVICE: Readonly<Record<KnownCode, string>> = {
  UNKNOWN_ERROR: 'The server gives no reason: look at the account before the same request is sent again.',
  UNSUPPORTED_MESSAGE: OUR_FAULT,
  INVALID_REQUEST: OUR_FAULT,
  TIMEOUT_ERROR: 'The broker did not finish in time: ask again.',
  ENTITY_NOT_FOUND: 'What the request names does not exist: read the ids anew.',
  CANT_ROUTE_REQUEST:
    'Demo accounts are on the demo servers only, live ones on the live servers; or the broker is down.',
  FRAME_TOO_LONG: 'Ask for less at a time, e.g. fewer symbols.',
  MARKET_CLOSED: 'Wait until the instrument is open: isOpen(instrument, at).',
  CONCURRENT_MODIFICATION: LATER,
  BLOCKED_PAYLOAD_TYPE: 'Ask again after retryAfterMs.',
  OA_AUTH_TOKEN_EXPIRED: NEW_TOKEN,
  ACCOUNT_NOT_AUTHORIZED: 'Authorise the account on this connection: client.authorize(id, token).',
  RET_NO_SUCH_LOGIN: 'Pass an account id from accounts(); the broker has none of this id.',
  ALREADY_LOGGED_IN: 'The account is authorised on this connection already: go on.',
  RET_ACCOUNT_DISABLED: 'Ask the broker why the account is disabled.',
  CH_CLIENT_AUTH_FAILURE:
    'Check the client id and the client secret; a new application must have been approved first.',
  CH_CLIENT_NOT_AUTHENTICATED: 'Authenticate the application on this connection first.',
  CH_CLIENT_ALREADY_AUTHENTICATED: 'The application is authenticated on this connection already: go on.',
  CH_ACCESS_TOKEN_INVALID: NEW_TOKEN,
  CH_SERVER_NOT_REACHABLE:
    'The broker’s server is not reachable from its own proxy; ask again in a few seconds.',
  CH_CTID_TRADER_ACCOUNT_NOT_FOUND: 'Pass the account id from accounts(), not the login that people see.',
  CH_OA_CLIENT_NOT_FOUND: 'Check the client id.',
  REQUEST_FREQUENCY_EXCEEDED: 'Ask again after retryAfterMs.',
  SERVER_IS_UNDER_MAINTENANCE: 'Wait until the maintenance is over.',
  CHANNEL_IS_BLOCKED:
    'The broker has blocked this connection: ask its support for the reason before connecting again.',
  CONNECTIONS_LIMIT_EXCEEDED: 'Close connections of this application: accounts can share one per host.',
  WORSE_GSL_NOT_ALLOWED: 'A guaranteed stop may only be moved so that less can be lost.',
  SYMBOL_HAS_HOLIDAY: 'Wait until the holiday is over: nextOpen(instrument, at).',
  NOT_SUBSCRIBED_TO_SPOTS: 'Subscribe to the quotes of the symbol first.',
  ALREADY_SUBSCRIBED: 'The subscription is there already: go on.',
  SYMBOL_NOT_FOUND: 'Read the symbols anew: ids differ from broker to broker.',
  UNKNOWN_SYMBOL: 'Read the symbols anew: ids differ from broker to broker.',
  INCORRECT_BOUNDARIES: 'Ask for a shorter or earlier time range; most histories allow one week a request.',
  NO_QUOTES: 'Wait for the first quote of the symbol.',
  NOT_ENOUGH_MONEY: 'Use a smaller volume.',
  MAX_EXPOSURE_REACHED: 'Close something of the symbol first, or use a smaller volume.',
  POSITION_NOT_FOUND: 'It is closed already: take a snapshot.',
  ORDER_NOT_FOUND: 'It is filled, cancelled or expired: take a snapshot.',
  POSITION_NOT_OPEN: 'It is closed, or its order has not filled yet: take a snapshot.',
  POSITION_LOCKED: 'Another request is changing the position; wait for its outcome.',
  TOO_MANY_POSITIONS: 'Close positions or cancel orders first.',
  TRADING_BAD_VOLUME: 'Round the volume with roundVolume(instrument, …) and keep to its minimum and maximum.',
  TRADING_BAD_STOPS: 'Check the levels against the current bid and ask.',
  TRADING_BAD_PRICES:
    'Check the price against the current bid and ask, and round it with roundPrice(instrument, …).',
  TRADING_BAD_STAKE: 'Check the stake of the spread-betting account against the symbol’s minimum.',
  PROTECTION_IS_TOO_CLOSE_TO_MARKET: 'Keep the levels at the least distances that instrument.costs states.',
  TRADING_BAD_EXPIRATION_DATE:
    'Pass an expiry in the future, in milliseconds; a market that never closes has no open to wait for.',
  PENDING_EXECUTION: 'The order is being executed: wait for its outcome.',
  TRADING_DISABLED: 'The broker takes no orders for the symbol or the account now.',
  TRADING_NOT_ALLOWED:
    'Either the token has the scope "accounts", which only reads: log in for "trading" (ctrader auth login --scope trading). ' +
    'Or the broker lets the account only look or only close (account.details.rights): ask the broker.',
  UNABLE_TO_CANCEL_ORDER: 'It may be filling: wait for its outcome, or take a snapshot.',
  UNABLE_TO_AMEND_ORDER: 'It may be filling: wait for its outcome, or take a snapshot.',
  SHORT_SELLING_NOT_ALLOWED: 'Only buy orders open positions in this instrument.',
  NOT_SUBSCRIBED_TO_PNL: 'The broker has withdrawn this service: poll the unrealised profit instead.',
}

/** What to do about a refusal with a code; a general word for a code that the protocol does not list. */
export function adviceOn(serverCode: string): string {
  return Object.hasOwn(ADVICE, serverCode)
    ? ADVICE[serverCode as KnownCode]
    : 'Look the code up in the protocol and change the request.'
}
