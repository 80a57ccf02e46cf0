import type { UnixMs } from '@openclaw-trading/trading-model'
import type { Secret } from './secret.ts'

/** The pair of tokens of one authorisation. */
export interface TokenGrant {
  readonly accessToken: Secret
  /** Can be used once: the answer brings a new pair and ends this one. */
  readonly refreshToken: Secret
  readonly issuedAt: UnixMs
  /** End of the access token, some 30 days after its issue; the refresh token does not expire. */
  readonly expiresAt: UnixMs
}

/** A pair as it is stored. */
export interface TokenRecord extends TokenGrant {
  /** Whole number from 1; every new pair has the next one. */
  readonly generation: number
}

/** Where the newest pair is kept; one for all processes that use the grant. */
export interface TokenStore {
  /** The newest pair, `undefined` before the first login. */
  load(): Promise<TokenRecord | undefined>
  /** Replaces the pair; durable when it resolves. */
  save(record: TokenRecord): Promise<void>
}

/** What became of the refresh token of a generation. */
export type RefreshState =
  /** Nobody has used it. */
  | { readonly type: 'free' }
  /** Someone is using it right now. */
  | { readonly type: 'held'; readonly owner: string }
  /** It must not be sent again: the server refused it, or whoever sent it cannot tell what came of it. */
  | { readonly type: 'spent'; readonly outcome: 'refused' | 'unknown'; readonly owner: string }

/** The right to use a refresh token. */
export interface RefreshClaim {
  /** The new pair is stored, or the token was certainly not used. */
  release(): Promise<void>
  /** The token must not be sent again. */
  spend(outcome: 'refused' | 'unknown'): Promise<void>
}

/**
 * Decides who may send the refresh token of a generation.
 *
 * It is lock and write-ahead mark in one: a claim is durable before the token is sent, and that of an owner who died is
 * never handed on, because nobody can know whether the server has taken the token.
 */
export interface RefreshLock {
  /** Claims a generation, or tells why not. At most one caller holds a claim. */
  claim(generation: number): Promise<RefreshClaim | Exclude<RefreshState, { readonly type: 'free' }>>
  /** Looks without claiming. */
  inspect(generation: number): Promise<RefreshState>
  /** A login has replaced this generation: nothing about it, or older ones, matters any more. */
  forget(generation: number): Promise<void>
}

/** A store that ends with the process: for tests, and for a program that logs in anew each time. */
export function memoryTokenStore(initial?: TokenRecord): TokenStore {
  let stored = initial
  return {
    load: () => Promise.resolve(stored),
    save(record) {
      stored = record
      return Promise.resolve()
    },
  }
}

/** A lock for one process. */
export function memoryRefreshLock(): RefreshLock {
  const states = new Map<number, Exclude<RefreshState, { readonly type: 'free' }>>()
  const owner = 'this process'
  return {
    claim(generation) {
      const state = states.get(generation)
      if (state !== undefined) return Promise.resolve(state)
      states.set(generation, { type: 'held', owner })
      return Promise.resolve({
        release: async () => void states.delete(generation),
        spend: async outcome => void states.set(generation, { type: 'spent', outcome, owner }),
      })
    },
    inspect: generation => Promise.resolve(states.get(generation) ?? { type: 'free' }),
    async forget(generation) {
      for (const key of states.keys()) if (key <= generation) states.delete(key)
    },
  }
}
