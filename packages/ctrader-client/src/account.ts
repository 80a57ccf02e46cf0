import type {
  AccountId,
  AccountSnapshot,
  ExecutionEvent,
  Fill,
  Instrument,
  Lots,
  Order,
  OrderAmendment,
  OrderId,
  OrderRequest,
  Position,
  PositionId,
  PositionProtection,
  Quote,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { decodeDeal } from './decode/deal.ts'
import { decodeOrder } from './decode/order.ts'
import { decodePosition } from './decode/position.ts'
import { required } from './decode/presence.ts'
import { type AccountMode, decodeTrader, type TraderState } from './decode/trader.ts'
import { invalid } from './encode/invalid.ts'
import type { AnyCTraderError } from './errors.ts'
import { BarHistory } from './history.ts'
import { InstrumentCatalogue } from './instruments.ts'
import { type MarketListener, MarketStream } from './market-stream.ts'
import {
  type AccessToken,
  type CallOptions,
  DEFAULT_BUFFER_SIZE,
  type Logger,
  type StreamOptions,
} from './options.ts'
import type * as wire from './protocol/generated/messages.js'
import { loginAccount, resolveToken, succeedAlso } from './session/login.ts'
import type { CommandCall, Requester } from './session/requests.ts'
import type { Session } from './session/session.ts'
import { EventBuffer } from './stream/event-buffer.ts'
import { encodeCommand, type OrderCommand, type Submission, submit, type WireCommand } from './submission.ts'

/** A trading account in the words of the model; made by {@link CTraderClient.authorize}. */
export class Account {
  readonly id: AccountId
  /** Deposit currency, as the broker names it. */
  readonly currency: string
  /** How positions of one symbol live together. */
  readonly mode: AccountMode
  /** Bars of the past. */
  readonly history: BarHistory
  readonly #session: Session
  readonly #catalogue: InstrumentCatalogue
  readonly #stream: MarketStream
  readonly #subscribed = new Set<SymbolId>()
  readonly #buffers = new Set<{ end(error: unknown): void }>()
  #stopKeeping: () => void = () => {}
  #lostBy: AnyCTraderError | undefined

  private constructor(
    id: AccountId,
    session: Session,
    catalogue: InstrumentCatalogue,
    trader: TraderState,
    logger: Logger,
  ) {
    this.id = id
    this.currency = trader.balance.currency
    this.mode = trader.mode
    this.history = new BarHistory(session, id)
    this.#session = session
    this.#catalogue = catalogue
    this.#stream = new MarketStream({ session, accountId: id, currency: this.currency, catalogue, logger })
  }

  /** Authorises an account and keeps it so. For {@link CTraderClient.authorize}. */
  static async authorize(
    id: AccountId,
    token: AccessToken,
    session: Session,
    logger: Logger,
    options: CallOptions,
  ): Promise<Account> {
    const loaded: Account[] = []
    // Before the login: a loss between login and here must not leave it out.
    const stopKeeping = session.keep({
      id,
      token,
      suspend() {
        for (const account of loaded) account.#stream.suspend()
      },
      async resume(on) {
        for (const account of loaded) await account.#resume(on)
      },
      lose(error) {
        for (const account of loaded) account.#lose(error)
      },
    })
    try {
      await loginAccount(session, id, await resolveToken(token), options)
      const account = await Account.#load(id, session, logger, options)
      account.#stopKeeping = stopKeeping
      loaded.push(account)
      return account
    } catch (error) {
      stopKeeping()
      throw error
    }
  }

  static async #load(
    id: AccountId,
    session: Session,
    logger: Logger,
    options: CallOptions,
  ): Promise<Account> {
    const [catalogue, answer] = await Promise.all([
      InstrumentCatalogue.load(session, id, options),
      session.query('trader', { ctidTraderAccountId: id }, options),
    ])
    const trader = required(answer.trader, 'trader')
    const currency = catalogue.assetName(trader.depositAssetId)
    return new Account(
      id,
      session,
      catalogue,
      decodeTrader(trader, required(currency, 'the deposit asset')),
      logger,
    )
  }

  /** Time of the last timestamped message of this account; `undefined` before the first. */
  get marketTime(): UnixMs | undefined {
    return this.#stream.marketTime
  }

  /** The instrument of a name, exactly as the broker writes it. @throws {@link CTraderError} `invalid-argument` */
  instrument(name: string, options: CallOptions = {}): Promise<Instrument> {
    return this.#catalogue.byName(name, options)
  }

  /** Every enabled instrument; with thousands of them this takes many requests. */
  instruments(options: CallOptions = {}): Promise<readonly Instrument[]> {
    return this.#catalogue.all(options)
  }

  /** Positions, pending orders and balance as the server has them now. @see ProtoOAReconcileReq, ProtoOATraderReq */
  async snapshot(options: CallOptions = {}): Promise<AccountSnapshot> {
    const params = { ctidTraderAccountId: this.id }
    const [book, answer] = await Promise.all([
      this.#session.query('reconcile', params, options),
      this.#session.query('trader', params, options),
    ])
    const snapshot = await this.#read(book, required(answer.trader, 'trader'), this.#session, options)
    this.#stream.reset(snapshot)
    return snapshot
  }

  async #read(
    book: wire.ProtoOAReconcileRes,
    owner: wire.ProtoOATrader,
    on: Requester,
    options: CallOptions,
  ): Promise<AccountSnapshot> {
    const open = (book.position ?? []).filter(position => position.tradeData?.volume > 0)
    const pending = book.order ?? []
    const symbols = [...open, ...pending].map(
      ({ tradeData }) => required(tradeData?.symbolId, 'tradeData.symbolId') as SymbolId,
    )
    await this.#catalogue.ensure(symbols, options, on)
    const trader = decodeTrader(owner, this.currency)
    return {
      at: this.marketTime ?? (Date.now() as UnixMs),
      balance: trader.balance,
      leverage: trader.leverage,
      positions: open.map(position =>
        decodePosition(position, this.#known(position.tradeData.symbolId), this.currency),
      ),
      orders: pending.map(order => decodeOrder(order, this.#known(order.tradeData.symbolId))),
    }
  }

  /** The account is authorised anew: what became of it, and then its quotes again. */
  async #resume(on: Requester): Promise<void> {
    const params = { ctidTraderAccountId: this.id }
    // One after the other: executions behind the book are told after it, and each states the balance anew.
    const book = await on.query('reconcile', params, { onAnswer: () => this.#stream.hold() })
    const { trader } = await on.query('trader', params)
    this.#stream.resync(await this.#read(book, required(trader, 'trader'), on, {}))
    if (this.#subscribed.size > 0) await this.#askForQuotes(on, [...this.#subscribed], {})
  }

  #lose(error: AnyCTraderError): void {
    this.#lostBy = error
    this.#stream.close()
    for (const buffer of [...this.#buffers]) buffer.end(error)
    this.#session.events.emit('account-lost', this.id, error)
  }

  /**
   * Delivers every quote and every execution of this account in one order: the wire's.
   *
   * Called synchronously inside the read, one event per message, never conflated; executions include those of other
   * clients of the account. The listener must not throw.
   *
   * @returns what ends it
   */
  onMarket(listener: MarketListener): () => void {
    return this.#stream.listen(listener)
  }

  /** Asks for quotes; symbols asked for before cost nothing. Resolves when the server has queued it. */
  async subscribe(symbols: readonly SymbolId[], options: CallOptions = {}): Promise<void> {
    await this.#catalogue.ensure(symbols, options)
    const fresh = [...new Set(symbols)].filter(symbol => !this.#subscribed.has(symbol))
    if (fresh.length === 0) return
    await this.#askForQuotes(this.#session, fresh, options)
    for (const symbol of fresh) this.#subscribed.add(symbol)
  }

  #askForQuotes(on: Requester, symbolId: SymbolId[], options: CallOptions): Promise<void> {
    const params = { ctidTraderAccountId: this.id, symbolId, subscribeToSpotTimestamp: true }
    return succeedAlso('ALREADY_SUBSCRIBED', on.query('subscribeSpots', params, options))
  }

  /** Quotes of some symbols; they go on after a loss of the connection, with the first one that is whole again. */
  async *quotes(symbols: readonly SymbolId[], options: StreamOptions = {}): AsyncIterableIterator<Quote> {
    const wanted = new Set(symbols)
    const buffer = this.#buffer<Quote>('quotes', options, (event, push) => {
      if (event.type === 'quote' && wanted.has(event.symbolId)) push(event)
    })
    await this.subscribe(symbols, options.signal === undefined ? {} : { signal: options.signal })
    yield* buffer
  }

  /**
   * Executions of the account; fails with `buffer-overflow` rather than lose one.
   *
   * Where some may have been missed, `resynced` comes with a snapshot, before anything that happened after it.
   */
  executions(options: StreamOptions = {}): AsyncIterableIterator<ExecutionEvent> {
    return this.#buffer<ExecutionEvent>('executions', options, (event, push) => {
      if (event.type !== 'quote') push(event)
    })
  }

  /** Sends a trading request and lets the caller choose what to wait for; the calls below are made of it. */
  submit(command: OrderCommand, options: CommandCall = {}): Submission {
    const own = command.type === 'place' ? command.request.clientOrderId : undefined
    const book = {
      accountId: this.id,
      instrument: (id: SymbolId) => this.#catalogue.get(id),
      position: (id: PositionId) => this.#stream.position(id),
      order: (id: OrderId) => this.#stream.order(id),
    }
    return submit(this.#session, () => encodeCommand(command, book), {
      ...options,
      load: async () => {
        await this.#loadFor(command, options)
        return this.#checked(encodeCommand(command, book), command)
      },
      onId: clientMsgId => {
        if (own !== undefined) this.#stream.remember(clientMsgId, own)
      },
      onOver: clientMsgId => this.#stream.forget(clientMsgId),
    })
  }

  /**
   * Places an order: resolves when a market order is filled, or a pending one accepted.
   *
   * Volume must be a multiple of `instrument.volumeStep`. Market orders take protection as a distance only.
   *
   * @returns the order as the broker reported it; `cancelled` when it could not be filled
   * @throws {@link CTraderError} `invalid-argument`, `order-rejected`, `rate-limited`, or `connection-lost` /
   *   `request-timeout`: with `delivery: 'unknown'` call {@link Account.snapshot} before placing another
   * @see ProtoOANewOrderReq, ProtoOAExecutionEvent, ProtoOAOrderErrorEvent
   */
  async placeOrder(request: OrderRequest, options: CallOptions = {}): Promise<Order> {
    return this.#orderOf(await this.submit({ type: 'place', request }, options).done)
  }

  /** Cancels a pending order. @throws as {@link Account.placeOrder} @see ProtoOACancelOrderReq */
  async cancelOrder(id: OrderId, options: CallOptions = {}): Promise<Order> {
    return this.#orderOf(await this.submit({ type: 'cancel', orderId: id }, options).done)
  }

  /**
   * Changes a pending order: volume, price and slippage left out stay, expiry and levels left out are removed.
   *
   * @throws as {@link Account.placeOrder} @see ProtoOAAmendOrderReq
   */
  async amendOrder(id: OrderId, amendment: OrderAmendment, options: CallOptions = {}): Promise<Order> {
    return this.#orderOf(await this.submit({ type: 'amend-order', orderId: id, amendment }, options).done)
  }

  /** Replaces the whole set: a level left out is removed. @throws as {@link Account.placeOrder} @see ProtoOAAmendPositionSLTPReq */
  async setProtection(
    id: PositionId,
    protection: PositionProtection,
    options: CallOptions = {},
  ): Promise<Position> {
    const event = await this.submit({ type: 'set-protection', positionId: id, protection }, options).done
    const position = required(event.position, 'position')
    return decodePosition(position, this.#known(position.tradeData.symbolId), this.currency)
  }

  /** Closes a position, or a part of it. @throws as {@link Account.placeOrder} @see ProtoOAClosePositionReq */
  async closePosition(id: PositionId, options: CallOptions & { readonly volume?: Lots } = {}): Promise<Fill> {
    const { volume, ...call } = options
    const event = await this.submit(
      { type: 'close', positionId: id, ...(volume === undefined ? {} : { volume }) },
      call,
    ).done
    const deal = required(event.deal, 'deal')
    return decodeDeal(deal, this.#known(deal.symbolId), this.currency)
  }

  /** Stops the streams; the account stays authorised on the connection until that ends, and is not restored. */
  close(): void {
    this.#stopKeeping()
    this.#stream.close()
  }

  #known(symbol: number): Instrument {
    return required(this.#catalogue.get(symbol as SymbolId), 'a known symbol')
  }

  #orderOf(event: wire.ProtoOAExecutionEvent): Order {
    const order = required(event.order, 'order')
    return decodeOrder(order, this.#known(order.tradeData.symbolId))
  }

  async #loadFor(command: OrderCommand, options: CallOptions): Promise<void> {
    if (command.type === 'place') await this.#catalogue.ensure([command.request.symbolId], options)
    else await this.snapshot(options)
  }

  #checked(wire: WireCommand | undefined, command: OrderCommand): WireCommand {
    if (wire !== undefined) return wire
    if ('orderId' in command)
      throw invalid('orderId', command.orderId, 'the id of an order that waits for a price: snapshot()')
    throw invalid(
      'positionId',
      'positionId' in command ? command.positionId : '?',
      'the id of an open position: snapshot()',
    )
  }

  #buffer<T extends Quote | ExecutionEvent>(
    stream: string,
    { signal, bufferSize }: StreamOptions,
    select: (event: Quote | ExecutionEvent, push: (event: T) => void) => void,
  ): EventBuffer<T> {
    const stop = this.onMarket(event => select(event, chosen => buffer.push(chosen)))
    const onClosed = (cause: unknown): void => buffer.end(cause)
    const onAbort = (): void => buffer.end()
    const buffer = new EventBuffer<T>(stream, bufferSize ?? DEFAULT_BUFFER_SIZE, () => {
      stop()
      this.#buffers.delete(buffer)
      this.#session.events.off('closed', onClosed)
      signal?.removeEventListener('abort', onAbort)
    })
    this.#session.events.on('closed', onClosed)
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#buffers.add(buffer)
    if (this.#lostBy !== undefined) buffer.end(this.#lostBy)
    else if (signal?.aborted === true) buffer.end()
    return buffer
  }
}
