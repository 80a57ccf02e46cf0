import type { AccountLink } from '../account/account-link.ts'
import { isCTraderError } from '../errors.ts'
import type { Params, QueryName, Result } from '../protocol/methods.ts'
import type { QueryCall, Requester } from '../session/requests.ts'

/** Losses in a row that one request outlives: with the default timeout of 15 s it is given up after a minute. */
export const MAX_REPEATS = 3

/**
 * Asks again when the link breaks before the answer, once it is back: reading changes nothing, so that it may be repeated.
 *
 * Each time has the whole timeout of the call, which includes the wait for the link. It ends at once when nothing will come
 * back: the client is closed, does not reconnect or replays, or the account is lost.
 */
export class RepeatingRequester implements Requester {
  readonly #link: Pick<AccountLink, 'session' | 'lostBy'>

  /** Creates it for one account. */
  constructor(link: Pick<AccountLink, 'session' | 'lostBy'>) {
    this.#link = link
  }

  async query<M extends QueryName>(
    method: M,
    params: Params<M>,
    options: QueryCall = {},
  ): Promise<Result<M>> {
    for (let repeats = 0; ; repeats++) {
      try {
        return await this.#link.session.query(method, params, options)
      } catch (error) {
        if (repeats >= MAX_REPEATS || !isCTraderError(error, 'connection-lost')) throw error
        if (!this.#comesBack() || options.signal?.aborted === true) throw error
      }
    }
  }

  #comesBack(): boolean {
    const { session, lostBy } = this.#link
    return session.restores && !session.closed && session.replay === undefined && lostBy === undefined
  }
}
