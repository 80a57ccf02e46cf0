import {
  type Instrument,
  type MarginMethod,
  type Money,
  money,
  NO_CONVERSION,
  POINTS_PER_UNIT,
  pointsToPrice,
  type Quote,
  type Ratio,
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
  /** Market time of the last quote that counted; −1 before the first. */
  quoteAt = -1
  /** In 1/100000. */
  bid = 0
  /** In 1/100000. */
  ask = 0
  readonly #isConverted: boolean
  #quote: Quote | undefined

  /** Creates the state before the first message. @throws {@link EngineError} `invalid-options` */
  constructor(instrument: Instrument, account: RunAccount, label: string) {
    this.#isConverted = needsConversion(instrument, account)
    this.instrument = instrument
    this.account = account
    this.book = new Book(label, instrument, account.balanceMinor, account.digits)
  }

  /** The last quote that counted. */
  get quote(): Quote | undefined {
    if (this.quoteAt < 0) return undefined
    const bid = pointsToPrice(this.bid)
    const ask = pointsToPrice(this.ask)
    const known = this.#quote
    if (known !== undefined && known.at === this.quoteAt && known.bid === bid && known.ask === ask)
      return known
    this.#quote = { type: 'quote', symbolId: this.instrument.id, at: this.quoteAt as UnixMs, bid, ask }
    return this.#quote
  }

  /** Equity in minor units at the last quote. */
  get equityMinor(): number {
    return this.book.equityMinor(this.bid, this.ask, this.#conversion)
  }

  /** Equity in the quote currency of the instrument: what risk is measured against. */
  get equityInQuoteMinor(): number {
    const equity = this.equityMinor
    return this.#isConverted ? (equity * this.bid) / POINTS_PER_UNIT : equity
  }

  /** Quote currency → deposit currency at the last bid, as the venue converts. */
  get #conversion(): Ratio {
    if (!this.#isConverted || this.bid <= 0) return NO_CONVERSION
    return { numerator: BigInt(POINTS_PER_UNIT), denominator: BigInt(this.bid) }
  }

  /** Money as a handler sees it. */
  get accountView(): AccountView {
    const equity = this.equityMinor
    const margin = this.book.marginMinor(this.account, this.#conversion)
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
 * Tells whether money has to be converted by the instrument's own price.
 *
 * Any other way would need the quotes of further symbols: volumes and equity would be wrong without them.
 */
function needsConversion({ name, base, quote }: Instrument, { currency }: RunAccount): boolean {
  if (quote === currency) return false
  if (base === currency) return true
  throw new EngineError(
    'invalid-options',
    `${name} is quoted in ${quote} and the account is in ${currency}: a run cannot convert between them yet. Use an ` +
      `account in ${quote} or ${base}.`,
    { details: { instrument: name, quote, base, currency } },
  )
}
