import {
  type Account,
  type AnyCTraderError,
  type CallOptions,
  CTraderError,
  type CTraderClient,
  isCTraderError,
} from '@openclaw-trading/ctrader-client'
import type {
  AccountSnapshot,
  Bar,
  ExecutionEvent,
  Instrument,
  MarketEvent,
  SymbolId,
  Timeframe,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Broker, BrokerEnd, BrokerFeed, Command, Decision, SubmitOutcome } from '../ports/broker.ts'
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
  readonly #client: CTraderClient
  readonly #account: Account
  readonly #early: ExecutionEvent[] = []
  #listener: Listener | undefined
  #started = false
  #resolveEnded: (end: BrokerEnd) => void = () => {}

  /** Takes a connected client over; it is closed with the broker. */
  constructor(client: CTraderClient, account: Account) {
    this.#client = client
    this.#account = account
    this.ended = new Promise(resolve => {
      this.#resolveEnded = resolve
    })
    account.onMarket(event => {
      if (this.#listener !== undefined) this.#listener(event)
      else if (!this.#started && event.type !== 'quote') this.#keepEarly(event)
    })
    client.on('server-disconnecting', ({ reason = '' }) => {
      if (reason.startsWith(REPLAY_ENDED)) this.#resolveEnded({ type: 'data-ended' })
    })
    client.on('closed', cause =>
      this.#resolveEnded(cause === undefined ? { type: 'closed' } : { type: 'connection-lost', cause }),
    )
    client.on('account-disconnected', ({ ctidTraderAccountId }) => {
      if (ctidTraderAccountId === account.id) void this.#checkAuthorisation()
    })
    client.on('tokens-invalidated', ({ ctidTraderAccountIds = [], reason }) => {
      if (ctidTraderAccountIds.includes(account.id))
        this.#lose(`the access token was invalidated (${reason ?? 'no reason given'})`)
    })
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
    } catch (error) {
      this.#stopListening()
      throw error
    }
  }

  decide(): Decision {
    return ReplayDecision.take(this.#client.replay)
  }

  async submit(
    command: Command,
    { signal, decision }: { readonly signal: AbortSignal; readonly decision: Decision },
  ): Promise<SubmitOutcome> {
    const clientMsgId = decision instanceof ReplayDecision ? decision.clientMsgId : undefined
    const submission = this.#account.submit(command, {
      signal,
      ...(clientMsgId === undefined ? {} : { clientMsgId }),
    })
    void submission.sent.then(() => decision.release())
    try {
      await submission.accepted
      return { type: 'accepted' }
    } catch (cause) {
      return this.#outcomeOf(cause, command)
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

  #outcomeOf(cause: unknown, command: Command): SubmitOutcome {
    // The broker's own refusals have come as events already.
    if (isCTraderError(cause, 'order-rejected')) return { type: 'rejected', reason: cause.details.serverCode }
    if (!isCTraderError(cause) || !wasNotSent(cause)) return { type: 'unknown', cause }
    const reason = `not-sent: ${cause.message}`
    this.#tellRejected(command, reason)
    return { type: 'rejected', reason }
  }

  /** Refused before sending: told as an event too, so that every refusal reaches the run in the same way. */
  #tellRejected(command: Command, reason: string): void {
    this.#listener?.({
      type: 'order-rejected',
      at: this.#account.marketTime ?? (Date.now() as UnixMs),
      reason,
      ...(command.type === 'place' ? { clientOrderId: command.request.clientOrderId } : {}),
    })
  }

  /** Such events have been spurious: only a refused request proves that the account is gone. */
  async #checkAuthorisation(): Promise<void> {
    try {
      await this.#client.request('trader', { ctidTraderAccountId: this.#account.id })
    } catch (cause) {
      this.#lose('the account is no longer authorised', cause)
    }
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

/** Whether it is certain that the broker has not got the command. */
function wasNotSent(error: AnyCTraderError): boolean {
  if (error.code === 'invalid-argument' || error.code === 'rate-limited') return true
  return (
    (error.code === 'connection-lost' || error.code === 'request-timeout') &&
    error.details.delivery === 'not-sent'
  )
}

function adviceOf(error: AnyCTraderError): string {
  return error.message.slice(error.message.indexOf('. ') + 2)
}
