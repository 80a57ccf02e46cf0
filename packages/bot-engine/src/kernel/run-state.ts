import {
  type ConversionChain,
  conversionRatio,
  findConversionChain,
  type Instrument,
  type MarginMethod,
  type Money,
  money,
  NO_CONVERSION,
  pointsToPrice,
  type Quote,
  type Ratio,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { AccountView } from '../strategy/context.ts'
import { Book } from './book.ts'

/** The account of a run as the broker states it. */
export interface RunAccount {
  readonly currency: string
  /** Decimal digits of its money, 0 to 8. */
  readonly digits: number
  readonly balanceMinor: number
  /** 100 = 1:100. */
  readonly leverage: number
  /** How the margins of the two directions of a symbol make one. Default `sum`. */
  readonly marginMethod?: MarginMethod
}

/** What a run knows at a message: time, quote, book. Plain fields, because each quote writes them. */
export class RunState {
  readonly instrument: Instrument
  readonly account: RunAccount
  readonly book: Book
  /** Market time of the message that is handled. */
  now = 0
  /** From this instant on a message closes a bar, begins a day or runs a timer before it is handled. */
  dueAt = Number.NEGATIVE_INFINITY
  /** Market time of the last quote that counted; −1 before the first. */
  quoteAt = -1
  /** In 1/100000. */
  bid = 0
  /** In 1/100000. */
  ask = 0
  private readonly chain: ConversionChain | undefined
  /** Bids of the instruments that are watched, in 1/100000. */
  private readonly watchedBids = new Map<SymbolId, number>()
  private quoteObject: Quote | undefined

  /** Creates the state before the first message. @throws {@link EngineError} `invalid-options` */
  constructor(
    instrument: Instrument,
    account: RunAccount,
    label: string,
    watched: readonly Instrument[] = [],
  ) {
    this.chain = conversionChain(instrument, watched, account)
    this.instrument = instrument
    this.account = account
    this.book = new Book(label, instrument, account)
  }

  /** The account is not in the quote currency of the instrument. */
  get isConverted(): boolean {
    return this.chain !== undefined
  }

  /** The last quote that counted. */
  get quote(): Quote | undefined {
    if (this.quoteAt < 0) return undefined
    const bid = pointsToPrice(this.bid)
    const ask = pointsToPrice(this.ask)
    const known = this.quoteObject
    if (known !== undefined && known.at === this.quoteAt && known.bid === bid && known.ask === ask)
      return known
    this.quoteObject = this.newQuote()
    return this.quoteObject
  }

  /** Takes a quote. */
  take(at: number, bid: number, ask: number): void {
    this.now = at
    this.quoteAt = at
    this.bid = bid
    this.ask = ask
  }

  /** Takes the bid of an instrument that is watched. */
  watch(symbolId: SymbolId, bid: number): void {
    this.watchedBids.set(symbolId, bid)
  }

  /**
   * The last quote that counted as an object of its own, to be asked only when there is one.
   *
   * It is kept nowhere, so that V8 makes none at all for a handler that only reads it.
   */
  newQuote(): Quote {
    const bid = pointsToPrice(this.bid)
    const ask = pointsToPrice(this.ask)
    return { type: 'quote', symbolId: this.instrument.id, at: this.quoteAt as UnixMs, bid, ask }
  }

  /** Equity in minor units at the last quote. */
  get equityMinor(): number {
    // Most accounts are in the quote currency.
    if (this.chain === undefined) return this.book.equityMinor(this.bid, this.ask)
    const conversion = this.conversion()
    // Without a rate open profit counts as 0, as without a quote.
    if (conversion === undefined) return this.book.equityMinor(0, 0)
    return this.book.equityMinor(this.bid, this.ask, conversion)
  }

  /** Equity in the quote currency of the instrument: what risk is measured against; 0 without a rate. */
  get equityInQuoteMinor(): number {
    const equity = this.equityMinor
    if (this.chain === undefined) return equity
    const conversion = this.conversion()
    if (conversion === undefined) return 0
    return (equity * Number(conversion.denominator)) / Number(conversion.numerator)
  }

  /** Quote currency → deposit currency at the last bids, as the venue converts; `undefined` before the first of each. */
  private conversion(): Ratio | undefined {
    return this.chain === undefined ? NO_CONVERSION : conversionRatio(this.chain, this.bidOf)
  }

  private readonly bidOf = (symbolId: SymbolId): number | undefined =>
    symbolId === this.instrument.id ? this.bid : this.watchedBids.get(symbolId)

  /** Money as a handler sees it. */
  get accountView(): AccountView {
    const equity = this.equityMinor
    const margin = this.book.marginMinor(this.account, this.conversion())
    return {
      balance: this.money(this.book.balanceMinor),
      equity: this.money(equity),
      freeMargin: this.money(equity - margin),
    }
  }

  /** Money of the account. */
  money(minor: number): Money {
    return money(minor, this.account.digits, this.account.currency)
  }
}

/**
 * The way from the quote to the deposit currency, over the instrument itself and those that are watched; `undefined`
 * when there is nothing to convert.
 *
 * Any other way would need the quotes of further symbols: volumes and equity would be wrong without them.
 */
function conversionChain(
  instrument: Instrument,
  watched: readonly Instrument[],
  { currency }: RunAccount,
): ConversionChain | undefined {
  const { name, base, quote } = instrument
  if (quote === currency) return undefined
  const chain = findConversionChain(quote, currency, [instrument, ...watched])
  if (chain !== undefined) return chain
  throw new EngineError(
    'invalid-options',
    `${name} is quoted in ${quote} and the account is in ${currency}: no symbols of the run lead from one to the other. ` +
      `Add a feed of a symbol that does, or use an account in ${quote} or ${base}.`,
    { details: { instrument: name, quote, base, currency } },
  )
}
