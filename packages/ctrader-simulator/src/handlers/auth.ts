import { ProtoOAClientPermissionScope } from '@openclaw-trading/ctrader-client/protocol'
import { traderLoginOf } from '../encode/trader.ts'
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
  const { ctidTraderAccountId, credentials } = call.venue.facts
  if (call.message.accessToken !== credentials.accessToken) return refuse(call, BAD_TOKEN)
  answer(call, 2150, {
    accessToken: credentials.accessToken,
    permissionScope: ProtoOAClientPermissionScope.SCOPE_TRADE,
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
  const { ctidTraderAccountId, credentials } = venue.facts
  if (message.accessToken !== credentials.accessToken) return refuse(call, BAD_TOKEN)
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
  answer(call, 2103, { ctidTraderAccountId })
}

/** AccountLogoutReq; AccountDisconnectEvent completes it. */
export const accountLogout: Handler<2162> = call => {
  const { connection, venue } = call
  const { ctidTraderAccountId } = venue.facts
  answer(call, 2163, { ctidTraderAccountId })
  connection.accountAuthorized = false
  connection.spots.clear()
  connection.send(2164, { ctidTraderAccountId })
}

const BAD_TOKEN = { errorCode: 'CH_ACCESS_TOKEN_INVALID', description: 'Access token is invalid' }
