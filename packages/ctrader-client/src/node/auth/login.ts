import { randomBytes } from 'node:crypto'
import { authorizeUrl, readCode, type TokenScope } from '../../oauth/authorize-url.ts'
import type { TokenRecord } from '../../oauth/grant.ts'
import type { Secret } from '../../oauth/secret.ts'
import { exchangeCode } from '../../oauth/token.ts'
import { listenForCode } from '../callback-listener.ts'
import { type AuthSettings, tokenEndpointOf, tokenSourceOf } from './settings.ts'

/** How to log in. */
export interface LoginOptions {
  readonly scope: TokenScope
  /** Tells the person which page to open; the address carries no secret. */
  readonly onAuthorizeUrl: (url: string) => void
  /** Asks the person for what the browser was sent to, instead of listening for it. */
  readonly paste?: () => Promise<string>
  /** Wall time for the person. Default 120,000; at most 300,000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/**
 * Gets a pair of tokens with the consent of a person, and stores it before anyone uses it.
 *
 * @throws CTraderError `token-invalid`, `request-timeout`, `listen-failed`, `invalid-argument`, the errors of
 *   `exchangeCode` and of the token file
 */
export async function login(settings: AuthSettings, options: LoginOptions): Promise<TokenRecord> {
  const endpoint = tokenEndpointOf(settings)
  // A token file that cannot be used is told before a person goes to the broker.
  await settings.tokens.load()
  const state = randomBytes(24).toString('base64url')
  const { authorizeUrl: page, redirectUri } = settings
  const { clientId } = endpoint
  const url = authorizeUrl({ clientId, redirectUri, scope: options.scope, state, authorizeUrl: page })
  const code = await codeFor(settings, options, { url, state })
  const grant = await exchangeCode(endpoint, { code, redirectUri })
  return tokenSourceOf(settings).adopt(grant)
}

async function codeFor(
  { redirectUri }: AuthSettings,
  { paste, onAuthorizeUrl, signal, timeoutMs }: LoginOptions,
  { url, state }: { readonly url: string; readonly state: string },
): Promise<Secret> {
  if (paste !== undefined) {
    onAuthorizeUrl(url)
    return readCode(await paste(), state)
  }
  const listener = await listenForCode({
    redirectUri,
    state,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  })
  try {
    onAuthorizeUrl(url)
    return await listener.code
  } finally {
    await listener.close()
  }
}
