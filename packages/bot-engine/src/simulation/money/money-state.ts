import {
  type MarginMethod,
  multiplyRatios,
  NO_CONVERSION,
  type Ratio,
  ratioToNumber,
  type Side,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { grossMinor, minorPerUnit } from '../../profit.ts'
import { Converter } from './conversion.ts'
import { checkCurrency, commissionMinor } from './costs.ts'
import type { ExchangeOptions } from '../exchange-options.ts'
import type { ExchangeAccount, ExchangeDeal, ExchangePosition } from '../exchange-types.ts'
import { MarginRules } from './leverage.ts'
import { totalMarginMinor } from './margin.ts'
import { firstChargeAt } from './swap.ts'
import type { Market } from '../matching/matching.ts'
import type { Markets } from '../matching/markets.ts'
import type { OpenPosition } from '../matching/open-position.ts'
import type { OpenPositions } from '../matching/open-positions.ts'
import type { Ledger } from './ledger.ts'

/** Money of the open positions: conversion, margin, equity, and when swap is charged next. */
export class MoneyState {
  /** When swap is charged next; `Infinity`: never. */
  nextSwapAt = Number.POSITIVE_INFINITY
  /** Positions whose margin moved because others came or went, and of which nothing has been told. */
  readonly marginChanged = new Set<OpenPosition>()
  readonly converter: Converter
  private readonly account: ExchangeAccount
  private readonly method: MarginMethod
  private readonly margins: MarginRules
  private readonly markets: Markets
  private readonly open: Pick<OpenPositions, 'list'>
  private readonly ledger: Pick<Ledger, 'balanceMinor'>

  /** Creates it over the markets and positions of a venue. @throws {@link EngineError} `invalid-options` */
  constructor(
    { account, instruments, untraded }: Pick<ExchangeOptions, 'instruments' | 'untraded' | 'account'>,
    markets: Markets,
    open: Pick<OpenPositions, 'list'>,
    ledger: Pick<Ledger, 'balanceMinor'>,
  ) {
    this.account = account
    this.method = account.marginMethod ?? 'sum'
    this.markets = markets
    this.open = open
    this.ledger = ledger
    this.converter = new Converter(instruments, id => markets.find(id)?.bid ?? 0)
    this.margins = new MarginRules(account, this.converter)
    for (const instrument of instruments)
      if (untraded?.includes(instrument.id) !== true) checkCurrency(instrument, account, this.converter)
  }

  /** Notes on a position that opens when it is charged first, and the prices that its margin keeps. */
  begin(position: OpenPosition, market: Market, at: number): void {
    const { money, instrument } = market
    if (money.isCharged) position.nextSwapAt = firstChargeAt(instrument, this.account.swapFree === true, at)
    if (money.isPlain) return
    const { depositPrices, dollarPrices } = this.margins.prices(market)
    position.depositPrices = depositPrices
    position.dollarPrices = dollarPrices
  }

  /** Gives every position of one symbol and direction its margin anew; to be called when the volume of one moved. What is closed is no longer among them. */
  allocateMargin(position: OpenPosition, market: Market): void {
    const { money } = market
    if (money.tiers !== undefined) this.allocateTiers(position, market)
    else if (money.isPlain && position.depositPrices.length === 0)
      position.usedMarginMinor = money.marginMinor(position.entryPoints, position.volumeCents)
    else position.usedMarginMinor = this.margins.plain(market, position)
  }

  private allocateTiers(position: OpenPosition, market: Market): void {
    const side = this.sideOf(position.symbolId, position.side)
    for (const [index, margin] of this.margins.margins(market, side).entries()) {
      const other = side[index]
      if (other === undefined || other.usedMarginMinor === margin) continue
      other.usedMarginMinor = margin
      if (other !== position) this.marginChanged.add(other)
    }
  }

  /** To be called when a position that pays swap came or went, or its charge moved. */
  scheduleSwap(): void {
    this.nextSwapAt = Number.POSITIVE_INFINITY
    const open = this.open.list
    for (let i = 0; i < open.length; i++) {
      const { nextSwapAt } = open[i] as OpenPosition
      if (nextSwapAt !== undefined && nextSwapAt < this.nextSwapAt) this.nextSwapAt = nextSwapAt
    }
  }

  /** Margin that an opening fill would add, in minor units. */
  requiredMarginMinor(market: Market, side: Side, volumeCents: number, pricePoints: number): number {
    const { money } = market
    const usedMarginMinor = money.isPlain
      ? money.marginMinor(pricePoints, volumeCents)
      : this.addedMarginMinor(market, side, volumeCents, pricePoints)
    if (this.method === 'sum') return usedMarginMinor
    return this.offsetMarginMinor({ symbolId: market.instrument.id, side, usedMarginMinor })
  }

  /** What the margin of one more position adds where both directions of a symbol do not simply add up. */
  private offsetMarginMinor(added: Pick<OpenPosition, 'symbolId' | 'side' | 'usedMarginMinor'>): number {
    const open = this.open.list
    return totalMarginMinor(this.method, [...open, added]) - totalMarginMinor(this.method, open)
  }

  /** Margin of one more position where it is not plain. */
  private addedMarginMinor(market: Market, side: Side, volumeCents: number, pricePoints: number): number {
    const { money, instrument } = market
    const added = { side, volumeCents, entryPoints: pricePoints, ...this.margins.prices(market) }
    return money.tiers === undefined
      ? this.margins.plain(market, added)
      : (this.margins.margins(market, [...this.sideOf(instrument.id, side), added]).at(-1) ?? 0)
  }

  /** Margin of what is open, in minor units. */
  marginMinor(): number {
    return totalMarginMinor(this.method, this.open.list)
  }

  /** Gross of a position at the prevailing quote in minor units; 0 before a quote. */
  grossMinor({
    symbolId,
    side,
    entryPoints,
    volumeCents,
  }: Pick<ExchangePosition, 'symbolId' | 'side' | 'entryPoints' | 'volumeCents'>): number {
    const market = this.markets.get(symbolId)
    if (market.at < 0) return 0
    const conversion = this.toDeposit(market)
    return grossMinor(
      side,
      entryPoints,
      market.exitPoints(side),
      volumeCents,
      this.account.digits,
      conversion,
    )
  }

  /** Gross, swap and opening commission of a position in minor units. */
  netMinor(position: OpenPosition): number {
    return this.grossMinor(position) + position.swapMinor + position.commissionMinor
  }

  /** Balance and what is open, in minor units at the prevailing quotes. */
  equityMinor(): number {
    let equity = this.ledger.balanceMinor
    const open = this.open.list
    for (let i = 0; i < open.length; i++) equity += this.netMinor(open[i] as OpenPosition)
    return equity
  }

  /** {@link equityMinor} in doubles, for a first look. */
  roughEquity(): number {
    let equity = this.ledger.balanceMinor
    const perUnit = minorPerUnit(this.account.digits)
    const open = this.open.list
    for (let i = 0; i < open.length; i++) {
      const position = open[i] as OpenPosition
      const { side, entryPoints, volumeCents, swapMinor, commissionMinor } = position
      const market = this.markets.get(position.symbolId)
      const difference = (market.exitPoints(side) - entryPoints) * (side === 'buy' ? 1 : -1)
      const rate = market.money.isHome ? 1 : ratioToNumber(this.toDeposit(market))
      equity += (difference * volumeCents * perUnit * rate) / 1e7
      equity += swapMinor + commissionMinor
    }
    return equity
  }

  /** Money free for new positions, in minor units, at the prevailing quotes. */
  freeMarginMinor(): number {
    if (this.open.list.length === 0) return this.ledger.balanceMinor
    return this.equityMinor() - this.marginMinor()
  }

  /** Tells whether the prices of every conversion that an order needs are known. */
  hasConversions({ instrument, money }: Market): boolean {
    const { currency } = this.account
    const pairs: [string, string][] = [[instrument.quote, currency]]
    const { commission, minCommission, rollover } = instrument.costs
    if (commission.type.startsWith('usd') || rollover !== undefined) pairs.push(['USD', currency])
    if (commission.type === 'usd-per-million' || money.tiers !== undefined)
      pairs.push([instrument.quote, 'USD'])
    if (minCommission !== undefined) pairs.push([minCommission.currency, currency])
    return pairs.every(
      ([from, to]) =>
        from === to ||
        this.converter.chain(from, to) === undefined ||
        this.converter.ratio(from, to) !== undefined,
    )
  }

  /** Factor from the quote currency of a market to the deposit currency at the prevailing quotes. */
  toDeposit({ instrument, money }: Market): Ratio {
    return money.isHome
      ? NO_CONVERSION
      : (this.converter.ratio(instrument.quote, this.account.currency) ?? NO_CONVERSION)
  }

  /** Commission of a deal that is not plain, in minor units of the account; 0 or negative. */
  commissionMinor({ instrument }: Market, volumeCents: number, price: number): number {
    const { currency, digits } = this.account
    return commissionMinor(instrument, volumeCents, price, digits, { converter: this.converter, currency })
  }

  private sideOf(symbolId: SymbolId, side: Side): readonly OpenPosition[] {
    return this.open.list.filter(open => open.symbolId === symbolId && open.side === side)
  }

  /** Puts the rates on a deal, only where they are not the price: the quote currency is neither the deposit currency nor the dollar. */
  addRates(deal: { -readonly [K in keyof ExchangeDeal]: ExchangeDeal[K] }, market: Market): void {
    const { quote, base } = market.instrument
    const price = { numerator: BigInt(deal.pricePoints), denominator: 100_000n }
    if (quote !== this.account.currency)
      deal.marginRate = ratioToNumber(multiplyRatios(price, this.toDeposit(market)))
    if (quote === 'USD') return
    const dollars = base === 'USD' ? undefined : this.converter.ratio(quote, 'USD')
    if (dollars !== undefined) deal.dollarRate = ratioToNumber(multiplyRatios(price, dollars))
    else if (base === 'USD') deal.dollarRate = 1
  }
}
