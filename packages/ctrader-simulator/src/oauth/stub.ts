import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SimulatorError } from '../errors.ts'
import type { Logger } from '../options.ts'
import type { VenueFacts } from '../venue.ts'
import { BAD_TOKEN, endSessions, type VenueTokens } from './grant-book.ts'

/** The venue's consent page and token endpoint, over plain HTTP on this machine. */
export interface OAuthStub {
  /** Begin of their addresses; `/apps/auth` and `/apps/token` follow. */
  readonly url: string
  /** Frees the port. */
  close(): Promise<void>
}

/** Starts it on a free port. @throws {@link SimulatorError} `listen-failed` */
export async function startOAuthStub(facts: VenueFacts, host: string, logger: Logger): Promise<OAuthStub> {
  const server = createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    const { method, url = '' } = request
    const asked = URL.canParse(url, 'http://venue') ? new URL(url, 'http://venue') : undefined
    // Never the query: it holds secrets.
    logger.debug({ path: asked?.pathname }, 'oauth request')
    if (method !== 'GET' || asked === undefined) json(response, 405, { errorCode: 'METHOD_NOT_ALLOWED' })
    else if (asked.pathname === '/apps/auth') consent(facts, asked.searchParams, response)
    else if (asked.pathname === '/apps/token') token(facts, asked.searchParams, response)
    else json(response, 404, { errorCode: 'NOT_FOUND' })
  })
  await listen(server, host)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function listen(server: Server, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new SimulatorError('listen-failed', `The token endpoint cannot listen on ${host}. Check the host.`, {
          cause,
          details: { host },
        }),
      ),
    )
    server.listen({ host, port: 0 }, resolve)
  })
}

/** The user of the venue always consents; like the broker's page, it does not give `state` back. */
function consent(facts: VenueFacts, query: URLSearchParams, response: ServerResponse): void {
  const redirectUri = query.get('redirect_uri') ?? ''
  const scope = query.get('scope')
  if (query.get('client_id') !== facts.credentials.clientId)
    return json(response, 400, { errorCode: 'CH_OA_CLIENT_NOT_FOUND' })
  if (!URL.canParse(redirectUri) || (scope !== 'trading' && scope !== 'accounts'))
    return json(response, 400, { errorCode: 'INVALID_REQUEST' })
  const target = new URL(redirectUri)
  target.searchParams.set('code', facts.grants.authorize(redirectUri, scope))
  response.writeHead(302, { location: target.href, 'cache-control': 'no-store' }).end()
}

/** Refusals come with status 200, as the broker's do. */
function token(facts: VenueFacts, query: URLSearchParams, response: ServerResponse): void {
  const { credentials, grants } = facts
  const value = (name: string): string => query.get(name) ?? ''
  if (value('client_id') !== credentials.clientId || value('client_secret') !== credentials.clientSecret)
    return refuse(response, 'CH_CLIENT_AUTH_FAILURE', 'Invalid client id or secret')
  switch (value('grant_type')) {
    case 'authorization_code': {
      const tokens = grants.exchange(value('code'), value('redirect_uri'))
      if (tokens === undefined)
        return refuse(response, 'ACCESS_DENIED', 'Access denied. Make sure the code is valid')
      return give(response, tokens)
    }
    case 'refresh_token': {
      const refreshed = grants.refresh(value('refresh_token'))
      if (refreshed === undefined) return refuse(response, BAD_TOKEN.errorCode, BAD_TOKEN.description)
      give(response, refreshed.tokens)
      return endSessions(refreshed.orphans, grants)
    }
    default:
      return refuse(response, 'INVALID_REQUEST', 'Unknown grant type')
  }
}

function give(response: ServerResponse, { accessToken, expiresIn, refreshToken }: VenueTokens): void {
  json(response, 200, {
    accessToken,
    tokenType: 'bearer',
    expiresIn,
    refreshToken,
    errorCode: null,
    description: null,
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: expiresIn,
  })
}

function refuse(response: ServerResponse, errorCode: string, description: string): void {
  json(response, 200, { errorCode, description })
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
