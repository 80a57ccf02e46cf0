import {
  addMoney,
  type ConversionChain,
  conversionChain,
  conversionRate,
  conversionRatio,
  type Instrument,
  type LeverageTier,
  type Lots,
  money,
  type Money,
  type Position,
  positionId,
  type PositionId,
  type Price,
  priceToPoints,
  type Ratio,
  subtractMoney,
  type SymbolId,
  symbolId,
  type UnrealisedProfit,
  unrealisedProfit,
} from '@openclaw-trading/trading-model'
import type { AccountLink } from '../account/account-link.ts'
import { required } from '../decode/presence.ts'
import { decodeLeverageTiers } from '../decode/leverage.ts'
import { decodeMarginCall, type MarginCall } from '../decode/trader.ts'
import { encodeOrderVolume } from '../encode/order.ts'
import { invalid } from '../encode/invalid.ts'
import { firstQuotes } from '../market/first-quote.ts'
import { KeptHolds } from '../market/kept-holds.ts'
import type { CallOptions } from '../options.ts'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { marginOf } from './margin.ts'
import type { AccountEquity, Conversion, ExpectedMargin, PositionProfit } from './money-records.ts'

/** What positions and volumes of one account are worth. */
export class AccountMoney {
  readonly #link: AccountLink
  readonly #watched = new KeptHolds<number>()
  readonly #tiers = new Map<number, Promise<readonly LeverageTier[]>>()
  readonly #chains = new Map<string, Promise<ConversionChain>>()

  /** Creates it for one account. */
  constructor(link: AccountLink) {
    this.#link = link
  }

  async expectedMargin(id: SymbolId, volume: Lots, options: CallOptions): Promise<ExpectedMargin> {
    const instrument = await this.#instrument(id, options)
    const cents = encodeOrderVolume(instrument, volume)
    const params = { ctidTraderAccountId: this.#link.id, symbolId: id, volume: [cents] }
    const { margin = [], moneyDigits } = await this.#link.session.query('expectedMargin', params, options)
    const found = required(margin.find(one => one.volume === cents) ?? margin[0], 'margin')
    const { currency } = this.#link
    return {
      volume,
      buy: decodeMoney(required(found.buyMargin, 'margin.buyMargin'), moneyDigits, currency),
      sell: decodeMoney(required(found.sellMargin, 'margin.sellMargin'), moneyDigits, currency),
    }
  }

  async leverageTiers(id: SymbolId, options: CallOptions): Promise<readonly LeverageTier[]> {
    const { leverageId } = await this.#instrument(id, options)
    if (leverageId === undefined) return []
    return remembered(this.#tiers, leverageId, async () => {
      const params = { ctidTraderAccountId: this.#link.id, leverageId }
      const { leverage } = await this.#link.session.query('getDynamicLeverage', params, options)
      return decodeLeverageTiers(required(leverage, 'leverage').tiers ?? [])
    })
  }

  async conversion(from: string, to: string, options: CallOptions): Promise<Conversion> {
    const chain = await this.#chain(from, to, options)
    const bids = await this.#bids(chain, options)
    const rate = required(
      conversionRate(chain, id => bids.get(id)),
      'a price of each symbol of the conversion',
    )
    return { chain, rate, at: this.#link.now }
  }

  async profit(position: Position, options: CallOptions): Promise<UnrealisedProfit> {
    const instrument = await this.#instrument(position.symbolId, options)
    const chain = await this.#chain(instrument.quote, this.#link.currency, options)
    await this.#watch([instrument.id, ...chain.steps.map(step => step.symbolId)], options)
    const quotes = await firstQuotes(this.#link, [instrument.id], options)
    const quote = required(quotes.get(instrument.id), 'quote')
    return unrealisedProfit(instrument, position, quote, await this.#ratio(chain, options))
  }

  async unrealizedProfits(options: CallOptions): Promise<readonly PositionProfit[]> {
    const params = { ctidTraderAccountId: this.#link.id }
    const answer = await this.#link.session.query('getPositionUnrealizedPnL', params, options)
    const { positionUnrealizedPnL = [], moneyDigits } = answer
    const { currency } = this.#link
    return positionUnrealizedPnL.map(profit => ({
      positionId: positionId(required(profit.positionId, 'positionUnrealizedPnL.positionId')),
      gross: decodeMoney(required(profit.grossUnrealizedPnL, 'grossUnrealizedPnL'), moneyDigits, currency),
      net: decodeMoney(required(profit.netUnrealizedPnL, 'netUnrealizedPnL'), moneyDigits, currency),
    }))
  }

  async equity(options: CallOptions): Promise<AccountEquity> {
    const [{ book, snapshot }, profits] = await Promise.all([
      this.#link.book(options),
      this.unrealizedProfits(options),
    ])
    const { balance } = snapshot
    const open = new Set<PositionId>(snapshot.positions.map(({ id }) => id))
    const equity = profits
      .filter(profit => open.has(profit.positionId))
      .reduce((sum, { net }) => addMoney(sum, rescaled(net, balance.digits)), balance)
    const margin = marginOf(book.position ?? [], this.#link.trader.marginMode, balance)
    return {
      balance,
      equity,
      margin,
      freeMargin: subtractMoney(equity, margin),
      ...(margin.minor > 0 ? { marginLevelPercent: (equity.minor / margin.minor) * 100 } : {}),
    }
  }

  async marginCalls(options: CallOptions): Promise<readonly MarginCall[]> {
    const params = { ctidTraderAccountId: this.#link.id }
    const { marginCall = [] } = await this.#link.session.query('marginCallList', params, options)
    return marginCall.map(decodeMarginCall)
  }

  async setMarginCall(number: number, thresholdPercent: number, options: CallOptions): Promise<void> {
    if (![1, 2, 3].includes(number)) throw invalid('number', number, '1, 2 or 3')
    if (!(Number.isFinite(thresholdPercent) && thresholdPercent > 0))
      throw invalid('thresholdPercent', thresholdPercent, 'a percentage above 0')
    const marginCall = { marginCallType: 60 + number, marginLevelThreshold: thresholdPercent }
    await this.#link.session.query(
      'marginCallUpdate',
      { ctidTraderAccountId: this.#link.id, marginCall },
      options,
    )
  }

  async #ratio(chain: ConversionChain, options: CallOptions): Promise<Ratio> {
    const bids = await this.#bids(chain, options)
    const pointsOf = (id: SymbolId): number | undefined => {
      const bid = bids.get(id)
      return bid === undefined ? undefined : priceToPoints(bid)
    }
    return required(conversionRatio(chain, pointsOf), 'a price of each symbol of the conversion')
  }

  async #bids(chain: ConversionChain, options: CallOptions): Promise<ReadonlyMap<SymbolId, Price>> {
    const symbols = chain.steps.map(step => step.symbolId)
    await this.#watch(symbols, options)
    const quotes = await firstQuotes(this.#link, symbols, options)
    return new Map([...quotes].map(([id, { bid }]) => [id, bid]))
  }

  /** Rates that are asked for once are asked for again: these symbols stay subscribed with the account. */
  async #watch(symbols: readonly SymbolId[], options: CallOptions): Promise<void> {
    await this.#link.catalogue.ensure(symbols, options)
    const { spots } = this.#link.live.subscriptions
    await this.#watched.keep(symbols, fresh => spots.takeEach(fresh, options))
  }

  #chain(from: string, to: string, options: CallOptions): Promise<ConversionChain> {
    if (from === to) return Promise.resolve({ from, to, steps: [] })
    return remembered(this.#chains, `${from} ${to}`, async () => {
      const { catalogue, session, id } = this.#link
      const params = {
        ctidTraderAccountId: id,
        firstAssetId: catalogue.assetId(from),
        lastAssetId: catalogue.assetId(to),
      }
      const { symbol = [] } = await session.query('symbolsForConversion', params, options)
      const steps = symbol.map(light => ({
        id: symbolId(light.symbolId),
        base: catalogue.assetName(light.baseAssetId ?? 0) ?? '',
        quote: catalogue.assetName(light.quoteAssetId ?? 0) ?? '',
      }))
      return required(conversionChain(from, to, steps), `a way from ${from} to ${to}`)
    })
  }

  async #instrument(id: SymbolId, options: CallOptions): Promise<Instrument> {
    const [instrument] = await this.#link.catalogue.ensure([id], options)
    return required(instrument, 'a known symbol')
  }
}

/** Amounts of one account may come with different digits. */
function rescaled(amount: Money, digits: number): Money {
  if (amount.digits === digits) return amount
  return money(Math.round(amount.minor * 10 ** (digits - amount.digits)), digits, amount.currency)
}

/** The answer of before, or a new one; one that failed is asked for again. */
function remembered<K, V>(known: Map<K, Promise<V>>, key: K, load: () => Promise<V>): Promise<V> {
  const before = known.get(key)
  if (before !== undefined) return before
  const loading = load()
  known.set(key, loading)
  loading.catch(() => known.delete(key))
  return loading
}
