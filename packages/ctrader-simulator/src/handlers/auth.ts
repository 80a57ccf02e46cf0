import {
  ProtoOAClientPermissionScope,
  type ProtoOACtidTraderAccount,
} from '@openclaw-trading/ctrader-client/protocol'
import { traderLoginOf } from '../encode/trader.ts'
import { WALL_TIMER } from '../faults/timer.ts'
import { BAD_TOKEN, endSessions } from '../oauth/grant-book.ts'
import { accountOf, type Venue } from '../venue.ts'
import { type AccountHandler, answer, type Handler, refuse } from './call.ts'

/** ApplicationAuthReq. */
export const applicationAuth: Handler<2100> = call => {
  const { connection, message, venue } = call
  const { clientId, clientSecret } = venue.facts.credentials
  if (connection.applicationAuthorized)
    return refuse(call, {
      errorCode: 'CH_CLIENT_ALREADY_AUTHENTICATED',
      description: 'Client is already authenticated',
    })
  if (message.clientId !== clientId || message.clientSecret !== clientSecret)
    return refuse(call, { errorCode: 'CH_CLIENT_AUTH_FAILURE', description: 'Invalid client id or secret' })
  connection.applicationAuthorized = true
  answer(call, 2101, {})
}

/** VersionReq; in a replay also a barrier, because its answer keeps its place among the messages. */
export const version: Handler<2104> = call => {
  answer(call, 2105, { version: call.venue.facts.version })
  call.venue.versionTold(call.connection, call.clientMsgId)
}

/** GetAccountListByAccessTokenReq. */
export const accountList: Handler<2149> = call => {
  const { grants } = call.venue.facts
  const { accessToken } = call.message
  const scope = grants.check(accessToken)
  if (typeof scope === 'object') return refuse(call, scope)
  answer(call, 2150, {
    accessToken,
    permissionScope: ProtoOAClientPermissionScope[scope === 'trading' ? 'SCOPE_TRADE' : 'SCOPE_VIEW'],
    ctidTraderAccount: call.venue.accounts.map(listedAccount),
  })
}

/** GetCtidProfileByTokenReq: the id of the user, nothing else. */
export const profile: Handler<2151> = call => {
  const { grants, userId } = call.venue.facts
  const scope = grants.check(call.message.accessToken)
  if (typeof scope === 'object') return refuse(call, scope)
  answer(call, 2152, { profile: { userId } })
}

function listedAccount({ facts, deals }: Venue): ProtoOACtidTraderAccount {
  const { ctidTraderAccountId, isLive } = facts
  const { lastClosingAt } = deals
  return {
    ctidTraderAccountId,
    isLive,
    traderLogin: traderLoginOf(ctidTraderAccountId),
    ...(lastClosingAt === undefined
      ? {}
      : { lastClosingDealTimestamp: lastClosingAt, lastBalanceUpdateTimestamp: lastClosingAt }),
    brokerTitleShort: 'openclaw-simulator',
  }
}

/** AccountAuthReq; an account of the live host cannot be reached through this venue, which is a demo host. */
export const accountAuth: Handler<2102> = call => {
  const { connection, message } = call
  const { accessToken, ctidTraderAccountId } = message
  const { grants } = call.venue.facts
  const scope = grants.check(accessToken)
  if (typeof scope === 'object') return refuse(call, scope)
  const venue = accountOf(call.venue, ctidTraderAccountId)
  if (venue === undefined)
    return refuse(call, {
      errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
      description: `Trading account ${ctidTraderAccountId} was not found`,
    })
  if (venue.facts.isLive)
    return refuse(call, { errorCode: 'CANT_ROUTE_REQUEST', description: 'Cannot route request' })
  if (connection.sessions.has(ctidTraderAccountId))
    return refuse(
      { ...call, venue },
      {
        errorCode: 'ALREADY_LOGGED_IN',
        description: 'Trading account is already authorized in this channel',
      },
    )
  if (venue.exchange.accessRights === 'no-login')
    return refuse(call, {
      errorCode: 'RET_ACCOUNT_DISABLED',
      description: 'Login to the account is disabled',
    })
  const refusal = venue.admit(connection)
  if (refusal !== undefined) return refuse(call, refusal)
  connection.enter(ctidTraderAccountId, scope === 'trading')
  grants.join(connection, ctidTraderAccountId, accessToken)
  answer(call, 2103, { ctidTraderAccountId })
}

/** Wall time from the answer to a log-out to the event that completes it. */
export const LOGOUT_MS = 20

/** AccountLogoutReq; AccountDisconnectEvent completes it, unless the account was authorised anew meanwhile. */
export const accountLogout: AccountHandler<2162> = call => {
  const { connection, venue } = call
  const { ctidTraderAccountId, grants } = venue.facts
  answer(call, 2163, { ctidTraderAccountId })
  grants.leave(connection, ctidTraderAccountId)
  connection.sessions.delete(ctidTraderAccountId)
  WALL_TIMER.after(LOGOUT_MS, () => {
    if (connection.sessions.has(ctidTraderAccountId)) return
    connection.send(2164, { ctidTraderAccountId })
    connection.flush()
  })
}

/** RefreshTokenReq; who is authorised under the old token, also on this connection, loses the account. */
export const refreshToken: Handler<2173> = call => {
  const { grants } = call.venue.facts
  const refreshed = grants.refresh(call.message.refreshToken)
  if (refreshed === undefined) return refuse(call, BAD_TOKEN)
  answer(call, 2174, { ...refreshed.tokens, tokenType: 'bearer' })
  endSessions(refreshed.orphans, grants)
}
