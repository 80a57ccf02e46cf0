import type { ClientOrderId, RefusedRequest } from '@openclaw-trading/trading-model'

/** Our requests whose refusal may still come, those without an answer in time included; of more the oldest are forgotten. */
const MAX_REMEMBERED_REQUESTS = 1024

/** What a trading request is about: the order that it places, or the position that it changes. */
export interface RequestSubject {
  readonly clientOrderId?: ClientOrderId
  readonly refused?: RefusedRequest
}

/** What our trading requests are about, by the id that a refusal names. */
export class RequestSubjects {
  readonly #subjects = new Map<string, RequestSubject>()

  /** Remembers what a request is about: its refusal names only the request. */
  remember(clientMsgId: string, subject: RequestSubject): void {
    if (this.#subjects.size >= MAX_REMEMBERED_REQUESTS) {
      const [oldest] = this.#subjects.keys()
      if (oldest !== undefined) this.#subjects.delete(oldest)
    }
    this.#subjects.set(clientMsgId, subject)
  }

  /** Forgets a request of which no refusal can come any more. */
  forget(clientMsgId: string): void {
    this.#subjects.delete(clientMsgId)
  }

  /** What the refused request was about. */
  of(clientMsgId: string | undefined): RequestSubject | undefined {
    return clientMsgId === undefined ? undefined : this.#subjects.get(clientMsgId)
  }
}
