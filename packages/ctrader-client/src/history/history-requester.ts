import type { AccountLink } from '../account/account-link.ts'
import type { Params, QueryName, Result } from '../protocol/methods.ts'
import type { QueryCall, Requester } from '../session/requests.ts'

const LISTS = ['trendbar', 'tickData', 'deal', 'order', 'depositWithdraw'] as const

/** Asks for the past; right after a reconnect the server's first answer may be empty, and is then asked for once more. */
export class HistoryRequester implements Requester {
  readonly #link: AccountLink
  #doubtful = false

  /** Creates it for one account. */
  constructor(link: AccountLink) {
    this.#link = link
    link.events.on('execution', event => {
      if (event.type === 'resynced') this.#doubtful = true
    })
  }

  async query<M extends QueryName>(method: M, params: Params<M>, options?: QueryCall): Promise<Result<M>> {
    const answer = await this.#link.session.query(method, params, options)
    const doubtful = this.#doubtful
    this.#doubtful = false
    return doubtful && isEmpty(answer) ? this.#link.session.query(method, params, options) : answer
  }
}

function isEmpty(answer: object): boolean {
  const lists: Readonly<Partial<Record<(typeof LISTS)[number], readonly unknown[]>>> = answer
  return LISTS.every(name => (lists[name]?.length ?? 0) === 0)
}
