import { unixMs } from '@openclaw-trading/trading-model'
import type { CTraderClient } from './client.ts'
import { CTraderError } from './errors.ts'
import type { TokenGrant } from './oauth/grant.ts'
import { Secret } from './oauth/secret.ts'
import { isToken } from './oauth/token.ts'
import type { CallOptions } from './options.ts'

/**
 * Trades a refresh token for a new pair over a connection; accounts authorised under the old pair lose it.
 *
 * Fits `createTokenSource({ refresh })`; do not call it beside one, because a refresh token can be used once.
 *
 * @throws {@link CTraderError} `token-invalid`, `connection-lost`, `request-timeout`, `protocol-violation`
 * @see ProtoOARefreshTokenReq
 */
export async function refreshOverConnection(
  client: CTraderClient,
  refreshToken: Secret,
  options: CallOptions = {},
): Promise<TokenGrant> {
  const issuedAt = unixMs(Date.now())
  const answer = await client.request('refreshToken', { refreshToken: refreshToken.reveal() }, options)
  const life = Number(answer.expiresIn)
  if (!isToken(answer.accessToken) || !isToken(answer.refreshToken) || !(life > 0))
    throw new CTraderError(
      'protocol-violation',
      'The answer to refreshToken is no pair of tokens with a lifetime. Report it.',
      { payloadType: 2174 },
    )
  return {
    accessToken: new Secret(answer.accessToken),
    refreshToken: new Secret(answer.refreshToken),
    issuedAt,
    expiresAt: unixMs(issuedAt + Math.floor(life * 1000)),
  }
}
