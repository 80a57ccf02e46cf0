import { randomBytes } from 'node:crypto'
import type { Connection } from '../session/connection.ts'
import type { Credentials, GrantTimes } from '../options.ts'

/** What the token endpoint gives. */
export interface VenueTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** Seconds from now. */
  readonly expiresIn: number
}

/** What a token may do. */
export type VenueScope = 'accounts' | 'trading'

interface Grant {
  readonly accessToken: string
  readonly refreshToken: string
  readonly scope: VenueScope
  /** Wall time; infinite for the token that the venue starts with. */
  readonly expiresAt: number
}

/** An account that a connection authorised with a token. */
export interface TokenUse {
  readonly connection: Connection
  readonly ctidTraderAccountId: number
  readonly accessToken: string
}

interface Code {
  readonly redirectUri: string
  readonly scope: VenueScope
  readonly expiresAt: number
}

const DEFAULT_CODE_LIFE_MS = 60_000
const DEFAULT_TOKEN_LIFE_S = 2_628_000
/** Open codes, and grants, that are kept; the oldest goes first. */
const MAX_KEPT = 1000

/** Every authorisation of the venue's one user, and the connections that use each. */
export class GrantBook {
  /** Refresh token of the grant with which the venue starts; made at random. */
  readonly firstRefreshToken: string
  readonly #codeLifeMs: number
  readonly #tokenLifeS: number
  readonly #codes = new Map<string, Code>()
  /** By access token. */
  readonly #grants = new Map<string, Grant>()
  // As many as connections have accounts: bounded by both.
  #uses: readonly TokenUse[] = []

  /** Begins with the grant of the credentials. */
  constructor({ accessToken }: Credentials, times: GrantTimes = {}) {
    this.#codeLifeMs = times.codeLifeMs ?? DEFAULT_CODE_LIFE_MS
    this.#tokenLifeS = times.tokenLifeSeconds ?? DEFAULT_TOKEN_LIFE_S
    const scope = 'trading'
    const refreshToken = newToken()
    this.firstRefreshToken = refreshToken
    this.#keep({ accessToken, refreshToken, scope, expiresAt: Number.POSITIVE_INFINITY })
  }

  /** The scope of a token that may be used, else the code with which the venue refuses it. */
  check(accessToken: string): VenueScope | { readonly errorCode: string; readonly description: string } {
    const grant = this.#grants.get(accessToken)
    if (grant === undefined) return BAD_TOKEN
    if (grant.expiresAt <= Date.now())
      return { errorCode: 'OA_AUTH_TOKEN_EXPIRED', description: 'Access token is expired' }
    return grant.scope
  }

  /** A code for the token endpoint: once, within its life, with the same redirect address. */
  authorize(redirectUri: string, scope: VenueScope): string {
    const code = newToken()
    put(this.#codes, code, { redirectUri, scope, expiresAt: Date.now() + this.#codeLifeMs })
    return code
  }

  /** Takes a code; `undefined` when it is none, used, too old, or of another redirect address. */
  exchange(code: string, redirectUri: string): VenueTokens | undefined {
    const known = this.#codes.get(code)
    this.#codes.delete(code)
    if (known === undefined || known.expiresAt <= Date.now() || known.redirectUri !== redirectUri)
      return undefined
    return this.#issue(known.scope)
  }

  /**
   * Ends a grant and begins the next; `undefined` when the refresh token is not that of a living grant.
   *
   * A used refresh token is none any more, and using it again does not touch the grant that followed.
   */
  refresh(
    refreshToken: string,
  ): { readonly tokens: VenueTokens; readonly orphans: readonly TokenUse[] } | undefined {
    const grant = [...this.#grants.values()].find(each => each.refreshToken === refreshToken)
    if (grant === undefined) return undefined
    this.#grants.delete(grant.accessToken)
    const orphans = this.#uses.filter(({ accessToken }) => accessToken === grant.accessToken)
    return { tokens: this.#issue(grant.scope), orphans }
  }

  /** Accounts authorised on the named connections; with `revokes` the grants of their tokens end. */
  usesOf(connectionIds: ReadonlySet<string>, revokes: boolean): TokenUse[] {
    const uses = this.#uses.filter(({ connection }) => connectionIds.has(connection.id))
    if (revokes) for (const { accessToken } of uses) this.#grants.delete(accessToken)
    return uses
  }

  /** A grant of its own, as if a user had just consented. */
  grant(scope: VenueScope): VenueTokens {
    return this.#issue(scope)
  }

  /** A connection authorised an account with this token. */
  join(connection: Connection, ctidTraderAccountId: number, accessToken: string): void {
    this.#uses = [...this.#uses, { connection, ctidTraderAccountId, accessToken }]
  }

  /** A connection is gone, or has left an account. */
  leave(connection: Connection, ctidTraderAccountId?: number): void {
    this.#uses = this.#uses.filter(
      use =>
        use.connection !== connection ||
        (ctidTraderAccountId !== undefined && use.ctidTraderAccountId !== ctidTraderAccountId),
    )
  }

  #issue(scope: VenueScope): VenueTokens {
    const tokens = { accessToken: newToken(), refreshToken: newToken() }
    this.#keep({ ...tokens, scope, expiresAt: Date.now() + this.#tokenLifeS * 1000 })
    return { ...tokens, expiresIn: this.#tokenLifeS }
  }

  #keep(grant: Grant): void {
    put(this.#grants, grant.accessToken, grant)
  }
}

/** How the venue refuses a token that it does not know, or that was used up. */
export const BAD_TOKEN = { errorCode: 'CH_ACCESS_TOKEN_INVALID', description: 'Access token is invalid' }

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

function put<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= MAX_KEPT) return
    map.delete(oldest)
  }
}

/** Tells connections that their token has ended, and then that the accounts have left them. */
export function endSessions(
  orphans: readonly TokenUse[],
  book: GrantBook,
  reason = 'Access token was refreshed',
): void {
  for (const connection of new Set(orphans.map(use => use.connection))) {
    const ctidTraderAccountIds = orphans
      .filter(use => use.connection === connection)
      .map(use => use.ctidTraderAccountId)
    connection.send(2147, { ctidTraderAccountIds, reason })
    for (const ctidTraderAccountId of ctidTraderAccountIds) {
      book.leave(connection, ctidTraderAccountId)
      connection.sessions.delete(ctidTraderAccountId)
      connection.send(2164, { ctidTraderAccountId })
    }
    connection.flush()
  }
}
