import { ProtoOAClientPermissionScope } from '@openclaw-trading/ctrader-client/protocol'
import { traderLoginOf } from '../encode/trader.ts'
import { BAD_TOKEN, endSessions } from '../oauth/grant-book.ts'
import { answer, type Handler, refuse } from './call.ts'

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
  const { ctidTraderAccountId, grants } = call.venue.facts
  const { accessToken } = call.message
  const scope = grants.check(accessToken)
  if (typeof scope === 'object') return refuse(call, scope)
  answer(call, 2150, {
    accessToken,
    permissionScope: ProtoOAClientPermissionScope[scope === 'trading' ? 'SCOPE_TRADE' : 'SCOPE_VIEW'],
    ctidTraderAccount: [
      {
        ctidTraderAccountId,
        isLive: false,
        traderLogin: traderLoginOf(ctidTraderAccountId),
        brokerTitleShort: 'openclaw-simulator',
      },
    ],
  })
}

/** AccountAuthReq. */
export const accountAuth: Handler<2102> = call => {
  const { connection, message, venue } = call
  const { ctidTraderAccountId, grants } = venue.facts
  const scope = grants.check(message.accessToken)
  if (typeof scope === 'object') return refuse(call, scope)
  if (message.ctidTraderAccountId !== ctidTraderAccountId)
    return refuse(call, {
      errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
      description: `Trading account ${message.ctidTraderAccountId} was not found`,
    })
  if (connection.accountAuthorized)
    return refuse(call, {
      errorCode: 'ALREADY_LOGGED_IN',
      description: 'Trading account is already authorized in this channel',
    })
  const refusal = venue.admit(connection)
  if (refusal !== undefined) return refuse(call, refusal)
  connection.accountAuthorized = true
  grants.join(connection, message.accessToken)
  answer(call, 2103, { ctidTraderAccountId })
}

/** AccountLogoutReq; AccountDisconnectEvent completes it. */
export const accountLogout: Handler<2162> = call => {
  const { connection, venue } = call
  const { ctidTraderAccountId, grants } = venue.facts
  answer(call, 2163, { ctidTraderAccountId })
  grants.leave(connection)
  connection.accountAuthorized = false
  connection.spots.clear()
  connection.send(2164, { ctidTraderAccountId })
}

/** RefreshTokenReq; who is authorised under the old token, also on this connection, loses the account. */
export const refreshToken: Handler<2173> = call => {
  const { ctidTraderAccountId, grants } = call.venue.facts
  const refreshed = grants.refresh(call.message.refreshToken)
  if (refreshed === undefined) return refuse(call, BAD_TOKEN)
  answer(call, 2174, { ...refreshed.tokens, tokenType: 'bearer' })
  endSessions(refreshed.orphans, grants, ctidTraderAccountId)
}
