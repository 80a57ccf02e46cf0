import type { ClientOrderId, ExecutionEvent, UnixMs } from '@openclaw-trading/trading-model'
import type { Broker, SubmitOutcome } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { IntentLedger, OpenIntent } from '../ports/intent-ledger.ts'
import type { Logger } from '../ports/logger.ts'

/** Between two looks that count as two: what was on its way at the first has arrived by the second. */
export const LOOK_EVERY_MS = 5000
/** Between looks once the first few have found nothing and nothing has changed. */
const LATER_LOOKS_EVERY_MS = 30_000
const EARLY_LOOKS = 4
/** Looks in a row that must find nothing. */
const LOOKS = 2
/**
 * The same for an entry of an earlier session: they take 50 s. Its process may have written the last bytes at its very
 * end, or stand still and not be dead; a broker drops a link that says nothing for 30 s.
 */
const LOOKS_OF_PAST = 6
/** The span that the broker's lists tell whole; what is older cannot be proved absent by them. */
const PROVABLE_MS = 604_800_000
/** Entries of earlier sessions that are looked for; each look is a few requests of history. */
export const MAX_PAST_ENTRIES = 20
/** How far before the decision the past is read: the broker dates orders by its own clock. */
const MARGIN_MS = 60_000

const TOO_OLD =
  'it is more than a week old, so that the lists of the broker cannot prove it absent: look for it there'

/** What {@link Doubts} need and tell. */
export interface DoubtsOptions {
  readonly broker: Broker
  readonly ledger: IntentLedger
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly logger?: Logger | undefined
  /** Market time of the last message; 0 before the first. */
  readonly now: () => number
  /** The book may be wrong now: what is found, or not found, counts for nothing. */
  readonly isStale: () => boolean
  /** No request is on its way that a renewed link would put in doubt too. */
  readonly mayRenew: () => boolean
  /** What became of an entry is known by the broker's records, not by an event. */
  readonly onSettled: (id: ClientOrderId, found: 'arrived' | 'absent') => void
  /** {@link Doubts.reason} has changed. */
  readonly onChange: () => void
}

/** An entry whose outcome is not known. */
export interface UnsettledEntry {
  readonly id: ClientOrderId
  /** Market time of its decision. */
  readonly at: UnixMs
  /** The run cannot learn it: a person has to look at the broker. */
  readonly isLeft: boolean
}

interface Unheard extends Pick<OpenIntent, 'at' | 'seenAs'> {
  /** The past is read from here. */
  readonly since: UnixMs
  /** An earlier session has sent it. */
  readonly isPast: boolean
  /** The link that it left on is closed: it cannot arrive by it any more. */
  isCut: boolean
  /** The book was told anew since. */
  isTold: boolean
  isFound: boolean
  /** Looks in a row that found nothing. */
  fruitless: number
  /** A person was told that the lists cannot settle it. */
  isLeft: boolean
}

/**
 * What a run does not know of its own orders; while there is anything, it opens nothing.
 *
 * An entry without an answer is never sent again. Evidence is sought instead: the broker's book, order list and deals.
 * Found without having been heard of, the account is told anew, and then it has arrived. Found nowhere on the link that
 * it left on, that link is closed for a new one, because it may still come by it; two looks after that, five seconds
 * apart, that find nothing either, prove it absent. The link of an entry of an earlier session is closed, so six looks
 * over 50 s are enough, while the broker's lists reach back to it. Where they do not, what a person has seen decides
 * after the same looks; what they show outweighs it.
 */
export class Doubts {
  readonly #options: DoubtsOptions
  /** Entries of which nobody knows whether they arrived. */
  readonly #unheard = new Map<ClientOrderId, Unheard>()
  /** Of earlier sessions, and not looked for. */
  #notSought: readonly UnsettledEntry[] = []
  #lasting: string | undefined
  #isSeeking = false
  #looks = 0
  /** Counts losses: a look that one has interrupted is void. */
  #round = 0

  /** Creates them without any. */
  constructor(options: DoubtsOptions) {
    this.#options = options
  }

  /** The first of them. */
  get reason(): string | undefined {
    const [first] = this.#unheard
    if (this.#lasting !== undefined || first === undefined) return this.#lasting
    const [id, entry] = first
    if (!entry.isPast) return `the outcome of ${id} is not known`
    const known = `the outcome of ${id}, of an earlier session, is not known`
    if (this.#isProvable(entry)) return known
    return `${known}; ${entry.seenAs === undefined ? TOO_OLD : `a person saw it as ${entry.seenAs}, the broker is asked first`}`
  }

  /** The entries that it is about, those that are looked for first. */
  get unsettled(): readonly UnsettledEntry[] {
    const sought = [...this.#unheard].map(([id, { at, isLeft }]) => ({ id, at, isLeft }))
    return [...sought, ...this.#notSought]
  }

  /** Something that only a person can clear up. */
  add(reason: string): void {
    this.#lasting ??= reason
  }

  /** An entry, decided at `at`, whose answer was lost. */
  addEntry(id: ClientOrderId, at: UnixMs, { linkClosed = false }: { readonly linkClosed?: boolean }): void {
    this.#expect({ id, at }, { isPast: false, isCut: linkClosed, isTold: false })
    this.#options.onChange()
  }

  /**
   * Reads which entries earlier sessions have written down as on their way, before the first message. A ledger that cannot
   * be read is a doubt that lasts: positions are there to be closed all the same.
   *
   * @returns those that are looked for; what else is open only a person can clear up
   */
  async readPast(): Promise<readonly ClientOrderId[]> {
    const { ledger, logger } = this.#options
    try {
      return this.#addPast(await ledger.unresolved())
    } catch (err) {
      logger?.error({ err }, 'entries of earlier sessions cannot be read')
      const why = err instanceof Error ? err.message : String(err)
      this.add(`the entries of earlier sessions cannot be read: ${why}`)
      return []
    }
  }

  #addPast(intents: readonly OpenIntent[]): readonly ClientOrderId[] {
    const entries = intents.filter(({ command }) => command.type === 'place')
    const sought = new Set(this.#sought(entries))
    const left = entries.filter(entry => !sought.has(entry))
    this.#notSought = left.map(({ id, at }) => ({ id, at, isLeft: true }))
    const ids = left.slice(0, 5).map(({ id }) => id)
    if (left.length > 0)
      this.add(`${left.length} order(s) of earlier sessions have no outcome (${ids.join(', ')})`)
    // The account that the run begins with was told after their link was closed.
    for (const entry of sought) this.#expect(entry, { isPast: true, isCut: true, isTold: true })
    return entries.map(({ id }) => id)
  }

  /** Few enough to look for: all, or those of which a person has said something. */
  #sought(entries: readonly OpenIntent[]): readonly OpenIntent[] {
    if (this.#options.broker.hasOrder === undefined) return []
    if (entries.length <= MAX_PAST_ENTRIES) return entries
    return entries.filter(({ seenAs }) => seenAs !== undefined).slice(0, MAX_PAST_ENTRIES)
  }

  #expect(
    { id, at, seenAs }: Pick<OpenIntent, 'id' | 'at' | 'seenAs'>,
    link: Pick<Unheard, 'isPast' | 'isCut' | 'isTold'>,
  ): void {
    const since = Math.max(0, at - MARGIN_MS) as UnixMs
    const word = seenAs === undefined ? {} : { seenAs }
    this.#unheard.set(id, { at, since, ...word, ...link, isFound: false, fruitless: 0, isLeft: false })
    this.#looks = 0
    if (!this.#isSeeking) void this.#seek()
  }

  /** An event may tell what became of one. */
  heard(event: ExecutionEvent): void {
    const id =
      'order' in event && event.order !== undefined
        ? event.order.clientOrderId
        : event.type === 'order-rejected'
          ? event.clientOrderId
          : undefined
    if (id === undefined || !this.#unheard.delete(id)) return
    const outcome: SubmitOutcome =
      event.type === 'order-rejected' ? { type: 'rejected', reason: event.reason } : { type: 'accepted' }
    this.#settle(id, outcome)
  }

  /** The book is void from here on; with `linkClosed` also the link of what is on its way. */
  lost(linkClosed: boolean): void {
    this.#round += 1
    this.#looks = 0
    for (const entry of this.#unheard.values()) {
      entry.isCut ||= linkClosed
      entry.fruitless = 0
      entry.isTold = false
    }
  }

  /** The book was told anew, and what was closed meanwhile. @throws what the broker throws */
  async returned(): Promise<void> {
    for (const entry of this.#unheard.values()) entry.isTold = true
    for (const [id, entry] of [...this.#unheard]) {
      const round = this.#round
      if ((await this.#find(id, entry)) && this.#round === round) this.#arrived(id, entry)
    }
  }

  async #seek(): Promise<void> {
    const { clock, signal, logger, isStale, now } = this.#options
    this.#isSeeking = true
    while (this.#unheard.size > 0 && !signal.aborted) {
      // Before the first message the time of the market is not known, and with it not the period to read.
      if (!isStale() && now() > 0)
        try {
          this.#looks += 1
          for (const [id, entry] of [...this.#unheard]) await this.#look(id, entry)
        } catch (err) {
          logger?.warn({ err }, 'no evidence of an entry could be read')
        }
      const waitMs = this.#looks > EARLY_LOOKS ? LATER_LOOKS_EVERY_MS : LOOK_EVERY_MS
      await clock.sleep(waitMs, signal).catch(() => undefined)
    }
    this.#isSeeking = false
  }

  async #look(id: ClientOrderId, entry: Unheard): Promise<void> {
    const { broker, isStale } = this.#options
    // Who cannot look finds nothing, and that is no evidence.
    if (broker.hasOrder === undefined) return
    const round = this.#round
    const found = await this.#find(id, entry)
    if (this.#round !== round || isStale() || !this.#unheard.has(id)) return
    // What the book was told before may be without it, and a strategy that waits for it has heard nothing yet.
    if (found && broker.renew !== undefined)
      return broker.renew('account', `${id} has arrived, and nothing was heard of it`)
    if (found) return this.#arrived(id, entry)
    this.#missed(id, entry)
  }

  /** One look more has found nothing. */
  #missed(id: ClientOrderId, entry: Unheard): void {
    const { broker, mayRenew, onSettled, logger } = this.#options
    entry.fruitless += 1
    if (entry.fruitless < (entry.isPast ? LOOKS_OF_PAST : LOOKS)) return
    const isProvable = this.#isProvable(entry)
    if (!isProvable && entry.seenAs === undefined) {
      if (!entry.isLeft) logger?.warn({ id }, `no trace of an entry; ${TOO_OLD}`)
      entry.isLeft = true
      return
    }
    // What was filled and closed a while ago has left the records too: only a person can know.
    if (!isProvable && entry.seenAs === 'filled') return this.#arrived(id, entry)
    if (entry.isCut && entry.isTold) {
      this.#unheard.delete(id)
      onSettled(id, 'absent')
      return this.#settle(id, { type: 'absent' })
    }
    if (mayRenew()) broker.renew?.('link', `${id} has no answer and is not to be found`)
  }

  /** The broker's lists reach back to it. */
  #isProvable({ since }: Unheard): boolean {
    return this.#options.now() - since < PROVABLE_MS
  }

  /** Looks for evidence of one. */
  async #find(id: ClientOrderId, entry: Unheard): Promise<boolean> {
    const { broker, signal } = this.#options
    entry.isFound ||= (await broker.hasOrder?.(id, entry.since, { signal })) === true
    return entry.isFound
  }

  /** One was found, or seen by a person; with the book told anew, it has arrived. */
  #arrived(id: ClientOrderId, { isTold }: Unheard): void {
    if (!isTold || !this.#unheard.delete(id)) return
    this.#options.onSettled(id, 'arrived')
    this.#settle(id, { type: 'accepted' })
  }

  #settle(id: ClientOrderId, outcome: Parameters<IntentLedger['resolve']>[1]): void {
    const { ledger, logger, onChange } = this.#options
    ledger.resolve(id, outcome).catch(err => logger?.error({ id, err }, 'intent not written'))
    onChange()
  }
}
