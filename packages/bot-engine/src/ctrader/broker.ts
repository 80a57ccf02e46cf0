import {
  type Account,
  type AnyCTraderError,
  type CallOptions,
  CTraderError,
  type CTraderClient,
  deliveryOf,
  isCTraderError,
  watchQuotes,
} from '@openclaw-trading/ctrader-client'
import type {
  AccountSnapshot,
  ClientOrderId,
  Bar,
  ExecutionEvent,
  Instrument,
  MarketEvent,
  Quote,
  RefusedRequest,
  SymbolId,
  Timeframe,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type {
  Broker,
  BrokerEnd,
  BrokerFeed,
  Command,
  Decision,
  QuoteSilence,
  SubmitOutcome,
} from '../ports/broker.ts'
import { readPastClosings } from './past-closings.ts'
import { translated } from './translated.ts'
import { ReplayDecision } from './decision.ts'
import { loadHistory } from './history.ts'

type Listener = (event: MarketEvent | ExecutionEvent) => void

/** Executions that may come before the run starts; more means that it never will. */
export const MAX_EARLY_EXECUTIONS = 10_000
/** How a venue that replays says that its data is over. */
const REPLAY_ENDED = 'replay-ended'

/**
 * The cTrader account of a live run.
 *
 * A position keeps the label and the comment of its order, not its client order id. So the run's label goes out as it
 * is (`Position.label` tells a run its own positions), and our order id goes into `clientOrderId` and the comment.
 */
export class CTraderBroker implements Broker {
  readonly ended: Promise<BrokerEnd>
  readonly onStale?: Broker['onStale'] & object
  readonly renew?: Broker['renew'] & object
  readonly onQuoteSilence?: Broker['onQuoteSilence'] & object
  readonly pastClosings?: Broker['pastClosings'] & object
  readonly hasOrder?: Broker['hasOrder'] & object
  readonly #client: CTraderClient
  readonly #account: Account
  readonly #staleAfterMs: number | undefined
  readonly #early: ExecutionEvent[] = []
  #listener: Listener | undefined
  #started = false
  #stale: { readonly reason: string; readonly linkClosed: boolean } | undefined
  #onStale: (reason: string, linkClosed: boolean) => void = () => {}
  #onQuoteSilence: ((change: QuoteSilence) => void) | undefined
  /** Hears of a quote before the run does. */
  #watch: ((event: Quote | ExecutionEvent) => void) | undefined
  #resolveEnded: (end: BrokerEnd) => void = () => {}

  /** Takes a connected client over; it is closed with the broker. */
  constructor(client: CTraderClient, account: Account, staleAfterMs?: number) {
    this.#client = client
    this.#account = account
    this.#staleAfterMs = staleAfterMs
    this.ended = new Promise(resolve => {
      this.#resolveEnded = resolve
    })
    account.onMarket(event => {
      if (event.type === 'resynced') this.#stale = undefined
      this.#watch?.(event)
      if (this.#listener !== undefined) this.#listener(event)
      else if (!this.#started && event.type !== 'quote') this.#keepEarly(event)
    })
    client.on('server-disconnecting', ({ reason = '' }) => {
      if (reason.startsWith(REPLAY_ENDED)) this.#resolveEnded({ type: 'data-ended' })
    })
    client.on('closed', cause =>
      this.#resolveEnded(cause === undefined ? { type: 'closed' } : { type: 'connection-lost', cause }),
    )
    client.on('account-lost', (id, cause) => {
      if (id === account.id) this.#lose('it cannot be authorised any more', cause)
    })
    if (client.replay !== undefined) return
    client.on('state', state => {
      if (state.type === 'waiting') this.#becomeStale(`the connection is lost (${state.cause.message})`, true)
    })
    client.on('account-suspended', id => {
      if (id === account.id) this.#becomeStale('the account is authorised anew', false)
    })
    this.onStale = listener => {
      this.#onStale = listener
      const stale = this.#stale
      if (stale !== undefined) queueMicrotask(() => listener(stale.reason, stale.linkClosed))
    }
    this.renew = (what, reason) => {
      if (what === 'link') client.renew(reason)
      else account.resync()
    }
    this.onQuoteSilence = listener => {
      this.#onQuoteSilence = listener
    }
    this.pastClosings = (since, known, options) =>
      translated('read the deal history', () => readPastClosings(account, since, known, options))
    this.hasOrder = async (id, since, options) => {
      const found = await translated('look for an order', () =>
        account.findOrder({ clientOrderId: id, since }, options),
      )
      return found !== undefined
    }
  }

  async instrument(name: string, options: CallOptions = {}): Promise<Instrument> {
    try {
      return await this.#account.instrument(name, options)
    } catch (cause) {
      if (isCTraderError(cause, 'invalid-argument'))
        throw new EngineError('unknown-symbol', `The broker has no symbol "${name}". ${adviceOf(cause)}`, {
          cause,
          details: { name },
        })
      return translated('load the symbol', () => Promise.reject(cause))
    }
  }

  snapshot(options: CallOptions = {}): Promise<AccountSnapshot> {
    return translated('take a snapshot', () => this.#account.snapshot(options))
  }

  async history(
    symbol: SymbolId,
    timeframe: Timeframe,
    count: number,
    options: CallOptions = {},
  ): Promise<{ readonly closed: readonly Bar[]; readonly forming?: Bar }> {
    // A replay has no past, and its count of messages begins with the run's own subscription.
    if (this.#client.replay !== undefined) return { closed: [] }
    return translated('load the history', () => loadHistory(this.#account, symbol, timeframe, count, options))
  }

  async start(
    feeds: readonly BrokerFeed[],
    onEvent: Listener,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    this.#started = true
    for (const event of this.#early.splice(0)) onEvent(event)
    if (signal.aborted) return
    this.#listener = onEvent
    signal.addEventListener('abort', () => this.#stopListening(), { once: true })
    const symbols = feeds.map(feed => feed.symbolId)
    try {
      await translated('subscribe to quotes', () => this.#account.subscribe(symbols, { signal }))
      if (this.#onQuoteSilence !== undefined) await this.#watchQuotes(symbols, signal)
    } catch (error) {
      this.#stopListening()
      throw error
    }
  }

  async #watchQuotes(symbols: readonly SymbolId[], signal: AbortSignal): Promise<void> {
    const instruments = await translated('load the symbols', () =>
      this.#account.instrumentsOf(symbols, { signal }),
    )
    if (signal.aborted) return
    // No message tells the time while nothing comes: from the last one on our own clock counts.
    let heardMs = performance.now()
    const source = {
      onMarket: (listener: (event: Quote | ExecutionEvent) => void) => {
        this.#watch = event => {
          heardMs = performance.now()
          listener(event)
        }
        return () => {
          this.#watch = undefined
        }
      },
    }
    const watch = watchQuotes(source, {
      instruments,
      marketTime: () => {
        const last = this.#account.marketTime
        return last === undefined ? undefined : ((last + performance.now() - heardMs) as UnixMs)
      },
      onChange: ({ symbolId, isStale, silentMs }) =>
        this.#onQuoteSilence?.({ symbolId, isSilent: isStale, silentMs }),
      ...(this.#staleAfterMs === undefined ? {} : { staleAfterMs: this.#staleAfterMs }),
    })
    signal.addEventListener('abort', () => watch.stop(), { once: true })
  }

  decide(): Decision {
    return ReplayDecision.take(this.#client.replay)
  }

  async submit(
    command: Command,
    { signal, decision, id, withdrawal }: Parameters<Broker['submit']>[1],
  ): Promise<SubmitOutcome> {
    const clientMsgId = decision instanceof ReplayDecision ? decision.clientMsgId : undefined
    const submission = this.#account.submit(command, {
      signal,
      ...(clientMsgId === undefined ? {} : { clientMsgId }),
      ...(id === undefined ? {} : { requestId: id }),
      ...(withdrawal === undefined ? {} : { withdrawal }),
    })
    void submission.sent.then(() => decision.release())
    try {
      await submission.accepted
      return { type: 'accepted' }
    } catch (cause) {
      return this.#outcomeOf(cause, command, id)
    }
  }

  async close(): Promise<void> {
    this.#stopListening()
    await this.#client.close()
    this.#resolveEnded({ type: 'closed' })
  }

  #stopListening(): void {
    this.#started = true
    this.#listener = undefined
  }

  #keepEarly(event: ExecutionEvent): void {
    if (this.#early.length < MAX_EARLY_EXECUTIONS) this.#early.push(event)
    else this.#lose(`${MAX_EARLY_EXECUTIONS} executions came before the run started`)
  }

  #outcomeOf(cause: unknown, command: Command, id: ClientOrderId | undefined): SubmitOutcome {
    // The broker's own refusals have come as events already.
    if (isCTraderError(cause, 'order-rejected')) return { type: 'rejected', reason: cause.details.serverCode }
    if (!isCTraderError(cause) || deliveryOf(cause) !== 'not-sent')
      return { type: 'unknown', cause, ...(isCTraderError(cause, 'connection-lost') && { linkClosed: true }) }
    const reason = `not-sent: ${cause.message}`
    this.#tellRejected(command, reason, id)
    return { type: 'rejected', reason }
  }

  /** Refused before sending: told as an event too, so that every refusal reaches the run in the same way. */
  #tellRejected(command: Command, reason: string, id: ClientOrderId | undefined): void {
    this.#listener?.({
      type: 'order-rejected',
      // Our clock may be ahead of the market's.
      at: this.#account.marketTime ?? (0 as UnixMs),
      isUndated: true,
      reason,
      ...(command.type === 'place' ? { clientOrderId: command.request.clientOrderId } : {}),
      ...refusedOf(command, id),
    })
  }

  #becomeStale(reason: string, linkClosed: boolean): void {
    // A login on the new link does not bring the old one back.
    this.#stale = { reason, linkClosed: linkClosed || this.#stale?.linkClosed === true }
    this.#onStale(reason, linkClosed)
  }

  #lose(what: string, cause?: unknown): void {
    const error = new CTraderError(
      'connection-lost',
      `The account is lost: ${what}. Connect again.`,
      { delivery: 'unknown' },
      { cause },
    )
    this.#resolveEnded({ type: 'connection-lost', cause: error })
    void this.#client.close()
  }
}

/** What was asked of a position. */
function refusedOf(command: Command, id: ClientOrderId | undefined): { readonly refused?: RefusedRequest } {
  if (command.type !== 'close' && command.type !== 'set-protection') return {}
  const volume = command.type === 'close' ? command.volume : undefined
  const { type, positionId } = command
  return {
    refused: { type, positionId, ...(id !== undefined && { id }), ...(volume !== undefined && { volume }) },
  }
}

function adviceOf(error: AnyCTraderError): string {
  return error.message.slice(error.message.indexOf('. ') + 2)
}
