import type {
  AccountId,
  AccountSnapshot,
  Instrument,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { EventEmitter } from 'eventemitter3'
import type { AccountEvents } from './account-events.ts'
import { tellNotices } from './account-notices.ts'
import { decodeOrder } from '../decode/order.ts'
import { decodePosition } from '../decode/position.ts'
import { required } from '../decode/presence.ts'
import { decodeTrader, type TraderState } from '../decode/trader.ts'
import { type AnyCTraderError, CTraderError, isCTraderError } from '../errors.ts'
import { InstrumentCatalogue } from './instruments.ts'
import type { BookReading } from './known-book.ts'
import { LiveMarket } from '../market/live-market.ts'
import { MarketStream } from '../market/market-stream.ts'
import type { AccessToken, CallOptions, Logger } from '../options.ts'
import type * as wire from '../protocol/generated/messages.js'
import { loginAccount, resolveToken } from '../session/login.ts'
import type { Requester } from '../session/requests.ts'
import type { Session } from '../session/session.ts'

/** What the parts of an account share: its session, its instruments, and what the server tells of it. */
export class AccountLink {
  readonly id: AccountId
  readonly session: Session
  readonly catalogue: InstrumentCatalogue
  readonly stream: MarketStream
  readonly live: LiveMarket
  readonly logger: Logger
  readonly events = new EventEmitter<AccountEvents>()
  #trader: TraderState
  #lostBy: AnyCTraderError | undefined
  #stopKeeping: () => void = () => {}
  #isRecovering = false
  /** Something was missed that no snapshot asked for so far is sure to tell. */
  #isBehind = false
  readonly #stopNotices: () => void

  private constructor(
    id: AccountId,
    session: Session,
    catalogue: InstrumentCatalogue,
    trader: TraderState,
    logger: Logger,
  ) {
    this.id = id
    this.session = session
    this.catalogue = catalogue
    this.logger = logger
    this.#trader = trader
    const { currency } = trader.balance
    this.stream = new MarketStream({
      session,
      accountId: id,
      currency,
      catalogue,
      logger,
      onUnreadable: cause => session.events.emit('execution-undecodable', id, cause),
    })
    this.live = new LiveMarket({
      session,
      accountId: id,
      catalogue,
      logger,
      events: this.events,
      marketTime: () => this.now,
      bidOf: symbol => this.stream.bidOf(symbol),
    })
    this.stream.listen(event => {
      if (event.type === 'quote') this.events.emit('quote', this.live.gaps.told(event))
      else this.events.emit('execution', event)
    })
    this.#stopNotices = tellNotices(this)
  }

  /** Authorises an account and keeps it so. */
  static async open(
    id: AccountId,
    token: AccessToken,
    session: Session,
    logger: Logger,
    options: CallOptions,
  ): Promise<AccountLink> {
    const loaded: AccountLink[] = []
    // Before the login: a loss between login and here must not leave it out.
    const stopKeeping = session.keep({
      id,
      token,
      suspend() {
        for (const link of loaded) link.#suspend()
      },
      async resume(on) {
        for (const link of loaded) await link.#resume(on)
      },
      lose(error) {
        for (const link of loaded) link.#lose(error)
      },
    })
    try {
      await loginAccount(session, id, await resolveToken(token), options)
      const link = await AccountLink.#load(id, session, logger, options)
      link.#stopKeeping = stopKeeping
      loaded.push(link)
      return link
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
  ): Promise<AccountLink> {
    const [catalogue, answer] = await Promise.all([
      InstrumentCatalogue.load(session, id, options),
      session.query('trader', { ctidTraderAccountId: id }, options),
    ])
    const owner = required(answer.trader, 'trader')
    const currency = required(catalogue.assetName(owner.depositAssetId), 'the deposit asset')
    return new AccountLink(id, session, catalogue, decodeTrader(owner, currency), logger)
  }

  /** Deposit currency. */
  get currency(): string {
    return this.#trader.balance.currency
  }

  /** The account as last told. */
  get trader(): TraderState {
    return this.#trader
  }

  /** What took the account away for good. */
  get lostBy(): AnyCTraderError | undefined {
    return this.#lostBy
  }

  /** Market time, or the wall's before the first message. */
  get now(): UnixMs {
    return this.stream.marketTime ?? (Date.now() as UnixMs)
  }

  /** An instrument whose record is loaded. @throws {@link CTraderError} `protocol-violation` */
  known(symbol: number): Instrument {
    return required(this.catalogue.get(symbol as SymbolId), 'a known symbol')
  }

  /** Positions, pending orders and the account as the server has them. */
  async book(options: CallOptions): Promise<{
    readonly book: wire.ProtoOAReconcileRes
    readonly snapshot: AccountSnapshot
  }> {
    const params = { ctidTraderAccountId: this.id }
    let reading: BookReading | undefined
    let isOver = false
    const onAnswer = (): void => {
      if (!isOver) reading = this.stream.follow()
    }
    try {
      const [book, { trader }] = await Promise.all([
        this.session.query('reconcile', params, { ...options, onAnswer }),
        this.session.query('trader', params, options),
      ])
      const snapshot = await this.#read(book, required(trader, 'trader'), this.session, options)
      reading?.done(snapshot)
      return { book, snapshot }
    } finally {
      isOver = true
      reading?.end()
    }
  }

  /** Stops everything; the account stays authorised on the connection until that ends. */
  close(): void {
    this.#stopKeeping()
    this.#stop()
  }

  /** Something was missed though the link stands. */
  resync(): void {
    const { session } = this
    if (session.restores) session.restore(this.id)
    else if (session.replay === undefined) void this.recover()
  }

  /** Something was missed though the link stands, and no session restores the account: takes a snapshot and tells it. */
  async recover(): Promise<void> {
    this.#isBehind = true
    if (this.#isRecovering) return
    this.#isRecovering = true
    while (this.#isBehind) {
      this.#isBehind = false
      await this.#recoverOnce()
    }
    this.#isRecovering = false
  }

  async #recoverOnce(): Promise<void> {
    const params = { ctidTraderAccountId: this.id }
    try {
      const book = await this.session.query('reconcile', params, { onAnswer: () => this.stream.pause() })
      const { trader } = await this.session.query('trader', params)
      const snapshot = await this.#read(book, required(trader, 'trader'), this.session, {})
      if (this.stream.paused) this.stream.resync(snapshot)
    } catch (error) {
      this.stream.unpause()
      this.logger.error({ accountId: this.id, reason: String(error) }, 'no snapshot after a hole')
      if (isCTraderError(error, 'buffer-overflow')) this.#isBehind = true
      // Nobody else would ask again, and nobody must go on with a book that has a hole.
      else if (this.#lostBy === undefined && !this.session.closed) this.#lose(noSnapshot(error))
    }
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
    await this.catalogue.ensure(symbols, options, on)
    this.takeTrader(owner)
    const { balance, leverage, marginMode } = this.#trader
    return {
      at: this.now,
      balance,
      leverage,
      ...(marginMode === 'sum' ? {} : { marginMethod: marginMode }),
      positions: open.map(position =>
        decodePosition(position, this.known(position.tradeData.symbolId), this.currency),
      ),
      orders: pending.map(order => decodeOrder(order, this.known(order.tradeData.symbolId))),
    }
  }

  /** Takes a new record of the account. */
  takeTrader(owner: wire.ProtoOATrader): TraderState {
    this.#trader = decodeTrader(owner, this.currency)
    return this.#trader
  }

  #suspend(): void {
    this.stream.suspend()
    this.live.suspend()
  }

  /** The account is authorised anew: what became of it, and then its market again. */
  async #resume(on: Requester): Promise<void> {
    const params = { ctidTraderAccountId: this.id }
    // One after the other: executions behind the book are told after it, and each states the balance anew.
    const book = await on.query('reconcile', params, { onAnswer: () => this.stream.hold() })
    const { trader } = await on.query('trader', params)
    this.stream.resync(await this.#read(book, required(trader, 'trader'), on, {}))
    await this.live.resume(on)
  }

  #lose(error: AnyCTraderError): void {
    this.#lostBy = error
    this.#stop()
    this.events.emit('lost', error)
    this.session.events.emit('account-lost', this.id, error)
  }

  #stop(): void {
    this.stream.close()
    this.live.close()
    this.#stopNotices()
  }
}

function noSnapshot(cause: unknown): AnyCTraderError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CTraderError(
    'connection-lost',
    `Executions were missed, and no snapshot could be taken (${reason}). Connect again.`,
    { delivery: 'unknown' },
    { cause },
  )
}
