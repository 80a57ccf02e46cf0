import type { AccountLink } from '../account/account-link.ts'
import type { Params, QueryName, Result } from '../protocol/methods.ts'
import type { QueryCall, Requester } from '../session/requests.ts'
import { RepeatingRequester } from './repeating-requester.ts'

const LISTS = ['trendbar', 'tickData', 'deal', 'order', 'depositWithdraw'] as const

/**
 * Asks for the past, again after a loss; right after a reconnect the server's first answer may be empty, and is then asked
 * for once more.
 *
 * Several may be on their way at once, and all of them be answered too early: each that was sent before the first of
 * them was settled is doubtful, and so is one that a reconnect has overtaken.
 */
export class HistoryRequester implements Requester {
  readonly #on: RepeatingRequester
  #doubtful = false
  /** Counts snapshots: what was asked before one proves nothing after it. */
  #round = 0

  /** Creates it for one account. */
  constructor(link: AccountLink) {
    this.#on = new RepeatingRequester(link)
    link.events.on('execution', event => {
      if (event.type !== 'resynced') return
      this.#doubtful = true
      this.#round += 1
    })
  }

  async query<M extends QueryName>(method: M, params: Params<M>, options?: QueryCall): Promise<Result<M>> {
    const wasDoubtful = this.#doubtful
    const round = this.#round
    const answer = await this.#on.query(method, params, options)
    const isDoubtful = wasDoubtful || this.#round !== round
    const asksAgain = isDoubtful && isEmpty(answer)
    const last = asksAgain ? await this.#on.query(method, params, options) : answer
    if (this.#round === round) this.#doubtful = false
    return last
  }
}

function isEmpty(answer: object): boolean {
  const lists: Readonly<Partial<Record<(typeof LISTS)[number], readonly unknown[]>>> = answer
  return LISTS.every(name => (lists[name]?.length ?? 0) === 0)
}
