import { CTraderError } from '../errors.ts'
import { Secret } from './secret.ts'

/** What a token may do: `accounts` reads, `trading` also trades. */
export type TokenScope = 'accounts' | 'trading'

/** Where the broker asks its user for consent. */
export const AUTHORIZE_URL = 'https://id.ctrader.com/my/settings/openapi/grantingaccess/'

/** What the consent page is asked for. */
export interface AuthorizeRequest {
  readonly clientId: string
  /** One of those registered with the application, to the letter. */
  readonly redirectUri: string
  readonly scope: TokenScope
  /** A random text; the broker does not send it back, but if something comes back it must be this. */
  readonly state: string
  /** Another page than {@link AUTHORIZE_URL}: a simulator's. */
  readonly authorizeUrl?: string
}

/** The page on which a person allows access; it carries no secret. @throws {@link CTraderError} `invalid-argument` */
export function authorizeUrl(request: AuthorizeRequest): string {
  const url = safeUrl(request.authorizeUrl ?? AUTHORIZE_URL, 'authorizeUrl')
  const { clientId, redirectUri, scope, state } = request
  const query = { client_id: clientId, redirect_uri: redirectUri, scope, product: 'web', state }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

/**
 * Reads what the broker sent a person back with: the whole address, or only its code.
 *
 * @throws {@link CTraderError} `token-invalid` when consent was refused or the state is another one, `invalid-argument`
 */
export function readCode(text: string, state: string): Secret {
  const pasted = text.trim()
  if (!/[?&=/]/.test(pasted)) return codeOf(pasted)
  const query = pasted.includes('?') ? pasted.slice(pasted.indexOf('?') + 1) : pasted
  return codeFrom(new URLSearchParams(query.replace(/#.*$/, '')), state)
}

/** The code among the parameters of a redirect. @throws the errors of {@link readCode} */
export function codeFrom(query: URLSearchParams, state: string): Secret {
  const returned = query.getAll('state')
  if (returned.some(value => value !== state))
    throw new CTraderError(
      'token-invalid',
      'The answer belongs to another login: its state differs. Start the login again.',
      { accountIds: [], serverCode: 'STATE_MISMATCH' },
    )
  const refusal = query.get('error') ?? query.get('errorCode')
  if (refusal !== null)
    throw new CTraderError(
      'token-invalid',
      `Access was not granted: ${/^[\w-]{1,64}$/.test(refusal) ? refusal : 'refused'}. Start the login again and allow access.`,
      { accountIds: [], serverCode: 'ACCESS_NOT_GRANTED' },
    )
  const codes = query.getAll('code')
  if (codes.length !== 1) throw badCode()
  return codeOf(codes[0] ?? '')
}

function codeOf(text: string): Secret {
  if (!/^[\w.~+%-]{1,2048}$/.test(text)) throw badCode()
  return new Secret(text)
}

function badCode(): CTraderError<'invalid-argument'> {
  return new CTraderError(
    'invalid-argument',
    'This is no authorisation code. Paste the whole address that the browser was sent to, or the text after "code=".',
    { path: 'code', expected: 'letters, digits and -._~+% only' },
  )
}

/** An address to which secrets may go: https, or http on this machine. @throws {@link CTraderError} `invalid-argument` */
export function safeUrl(text: string, path: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe =
    url !== undefined &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) &&
    url.username === '' &&
    url.password === ''
  if (!isSafe)
    throw new CTraderError(
      'invalid-argument',
      `${path} is not an https address; plain http is allowed on this machine only. Correct it.`,
      { path, expected: 'https://…, or http://127.0.0.1:<port>/…' },
    )
  return url
}

/** Tells whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
