import type {
  Bar,
  DealId,
  OrderId,
  PositionId,
  Quote,
  SymbolId,
  Timeframe,
} from '@openclaw-trading/trading-model'
import type { AccountLink } from '../account/account-link.ts'
import { required } from '../decode/presence.ts'
import {
  type CashMovement,
  type Deal,
  type DealOffsets,
  decodeCashMovement,
  decodeOffset,
  decodePastDeal,
  decodePastOrder,
  executed,
  type OrderDetails,
  type PastOrder,
  type Tick,
} from '../decode/records.ts'
import { invalid } from '../encode/invalid.ts'
import type { CallOptions } from '../options.ts'
import type { ProtoOADeal, ProtoOAOrder } from '../protocol/generated/messages.js'
import { BarHistory } from './bars.ts'
import { HistoryRequester } from './history-requester.ts'
import { RepeatingRequester } from './repeating-requester.ts'
import type { TimeRange } from './range.ts'
import { mergeTicks, priceBefore, readTicks, type SideTicks } from './ticks.ts'
import { type Page, type Paging, readAll, readRange } from './windows.ts'

/**
 * The past of an account and of its symbols.
 *
 * Every list is an async iterable, oldest first, that asks for the next page when its reader gets there. Nothing is
 * told twice, whatever the server repeats at the edges of its pages. A loss of the link does not end a list: the page on its
 * way is asked for again when the link is back, at most 3 times in a row, each within the call's timeout.
 *
 * To go on later, drop every record of the last time that was read, and start the next range at that time: several may share
 * it, and some of them may not have been read. Most of these requests count against the historical limit of 5 a second.
 */
export class AccountHistory {
  readonly #link: AccountLink
  readonly #on: HistoryRequester
  /** For what is no list. */
  readonly #records: RepeatingRequester
  readonly #bars: BarHistory

  /** For {@link Account.history}. */
  constructor(link: AccountLink) {
    this.#link = link
    this.#on = new HistoryRequester(link)
    this.#records = new RepeatingRequester(link)
    this.#bars = new BarHistory(this.#on, link.id)
  }

  /**
   * Bars that open in a range. The last one may still be forming; bars without ticks do not exist. They are bid bars.
   *
   * @throws {@link CTraderError} `invalid-argument`, `request-refused`, `rate-limited`, `connection-lost`
   * @see ProtoOAGetTrendbarsReq
   */
  bars(
    symbol: SymbolId,
    timeframe: Timeframe,
    range: TimeRange,
    options: CallOptions = {},
  ): AsyncIterableIterator<Bar> {
    return this.#bars.bars(symbol, timeframe, range, options)
  }

  /**
   * The newest bars, oldest first; the last one is the one in progress where the server serves it.
   *
   * @param count how many, from 1
   */
  latest(
    symbol: SymbolId,
    timeframe: Timeframe,
    count: number,
    options: CallOptions = {},
  ): Promise<readonly Bar[]> {
    return this.#bars.latest(symbol, timeframe, count, options)
  }

  /** Every change of one side of a symbol. @throws as {@link AccountHistory.bars} @see ProtoOAGetTickDataReq */
  ticks(
    symbolId: SymbolId,
    side: Tick['side'],
    range: TimeRange,
    options: CallOptions = {},
  ): AsyncIterableIterator<Tick> {
    return readTicks(this.#on, { accountId: this.#link.id, symbolId, side }, range, options)
  }

  /**
   * Quotes made of the ticks of both sides; a side that has not ticked yet has its price from before the range.
   *
   * @throws as {@link AccountHistory.bars}
   */
  quotes(symbolId: SymbolId, range: TimeRange, options: CallOptions = {}): AsyncIterableIterator<Quote> {
    const of = (side: Tick['side']): SideTicks => {
      const query = { accountId: this.#link.id, symbolId, side }
      return {
        ticks: readTicks(this.#on, query, range, options),
        priceBefore: () => priceBefore(this.#on, query, range, options),
      }
    }
    return mergeTicks(symbolId, of('bid'), of('ask'))
  }

  /** Executions of a range; refused and missed ones, which executed nothing, are left out. @see ProtoOADealListReq */
  deals(range: TimeRange, options: CallOptions = {}): AsyncIterableIterator<Deal> {
    return this.#decoded(
      onlyExecuted(
        readRange(
          range,
          dealPaging((from, to) => this.#askDeals(from, to, options)),
        ),
      ),
      deal => this.#deal(deal, options),
    )
  }

  /** Every execution of a position, however old. @see ProtoOADealListByPositionIdReq */
  dealsOf(id: PositionId, options: CallOptions = {}): AsyncIterableIterator<Deal> {
    const ask = async (_from: number | undefined, to: number | undefined): Promise<Page<ProtoOADeal>> => {
      const params = { ctidTraderAccountId: this.#link.id, positionId: id, ...until(to) }
      const { deal = [], hasMore = false } = await this.#on.query('dealListByPositionId', params, options)
      return { records: deal, hasMore }
    }
    return this.#decoded(onlyExecuted(readAll(dealPaging(ask))), deal => this.#deal(deal, options))
  }

  /** Orders that changed in a range, whatever became of them. @see ProtoOAOrderListReq */
  orders(range: TimeRange, options: CallOptions = {}): AsyncIterableIterator<PastOrder> {
    const ask = async (from: number | undefined, to: number | undefined): Promise<Page<ProtoOAOrder>> => {
      const params = { ctidTraderAccountId: this.#link.id, ...since(from), ...until(to) }
      const { order = [], hasMore = false } = await this.#on.query('orderList', params, options)
      return { records: order, hasMore }
    }
    return this.#decoded(readRange(range, orderPaging(ask)), order => this.#order(order, options))
  }

  /** Every order of a position, also its protective ones. @see ProtoOAOrderListByPositionIdReq */
  ordersOf(id: PositionId, options: CallOptions = {}): AsyncIterableIterator<PastOrder> {
    const ask = async (_from: number | undefined, to: number | undefined): Promise<Page<ProtoOAOrder>> => {
      const params = { ctidTraderAccountId: this.#link.id, positionId: id, ...until(to) }
      const { order = [], hasMore = false } = await this.#on.query('orderListByPositionId', params, options)
      return { records: order, hasMore }
    }
    return this.#decoded(readAll(orderPaging(ask)), order => this.#order(order, options))
  }

  /** Money that came and went without a trade. @see ProtoOACashFlowHistoryListReq */
  async *cashFlow(range: TimeRange, options: CallOptions = {}): AsyncIterableIterator<CashMovement> {
    // Its answer does not say that there is more, and nobody says how long it may be: as long as the longest so far.
    let longest = 0
    const paging: Paging<CashMovement> = {
      name: 'cash movements',
      ask: async (from = range.from, to = range.to) => {
        const params = { ctidTraderAccountId: this.#link.id, fromTimestamp: from, toTimestamp: to }
        const { depositWithdraw = [] } = await this.#on.query('cashFlowHistoryList', params, options)
        const records = depositWithdraw.map(cash => decodeCashMovement(cash, this.#link.currency))
        longest = Math.max(longest, records.length)
        return { records, hasMore: records.length > 0 && records.length === longest }
      },
      idOf: cash => cash.id,
      atOf: cash => cash.at,
      order: (a, b) => a.id - b.id,
    }
    yield* readRange(range, paging)
  }

  /** One order with its executions. @throws {@link CTraderError} `request-refused` (`ORDER_NOT_FOUND`) @see ProtoOAOrderDetailsReq */
  async order(id: OrderId, options: CallOptions = {}): Promise<OrderDetails> {
    const params = { ctidTraderAccountId: this.#link.id, orderId: id }
    const { order, deal = [] } = await this.#records.query('orderDetails', params, options)
    return {
      order: await this.#order(required(order, 'order'), options),
      deals: await Promise.all(
        deal
          .filter(executed)
          .sort((a, b) => a.executionTimestamp - b.executionTimestamp)
          .map(one => this.#deal(one, options)),
      ),
    }
  }

  /**
   * Which deals closed a deal of this symbol, and which it closed.
   *
   * @see ProtoOADealOffsetListReq
   */
  async offsets(id: DealId, symbolId: SymbolId, options: CallOptions = {}): Promise<DealOffsets> {
    const params = { ctidTraderAccountId: this.#link.id, dealId: id }
    const { offsetBy = [], offsetting = [] } = await this.#records.query('dealOffsetList', params, options)
    const [instrument] = await this.#link.catalogue.ensure([symbolId], options, this.#records)
    if (instrument === undefined) throw invalid('symbolId', symbolId, 'the symbol of the deal')
    return {
      closedBy: offsetBy.map(offset => decodeOffset(offset, instrument)),
      closes: offsetting.map(offset => decodeOffset(offset, instrument)),
    }
  }

  async #askDeals(
    from: number | undefined,
    to: number | undefined,
    options: CallOptions,
  ): Promise<Page<ProtoOADeal>> {
    const params = { ctidTraderAccountId: this.#link.id, ...since(from), ...until(to) }
    const { deal = [], hasMore = false } = await this.#on.query('dealList', params, options)
    return { records: deal, hasMore }
  }

  async *#decoded<Wire, T>(
    records: AsyncIterableIterator<Wire>,
    decode: (record: Wire) => Promise<T>,
  ): AsyncIterableIterator<T> {
    for await (const record of records) yield await decode(record)
  }

  async #deal(deal: ProtoOADeal, options: CallOptions): Promise<Deal> {
    const symbol = required(deal.symbolId, 'deal.symbolId') as SymbolId
    await this.#link.catalogue.ensure([symbol], options, this.#records)
    return decodePastDeal(deal, this.#link.known(symbol), this.#link.currency)
  }

  async #order(order: ProtoOAOrder, options: CallOptions): Promise<PastOrder> {
    const symbol = required(order.tradeData?.symbolId, 'order.tradeData.symbolId') as SymbolId
    await this.#link.catalogue.ensure([symbol], options, this.#records)
    return decodePastOrder(order, this.#link.known(symbol))
  }
}

async function* onlyExecuted(deals: AsyncIterableIterator<ProtoOADeal>): AsyncIterableIterator<ProtoOADeal> {
  for await (const deal of deals) if (executed(deal)) yield deal
}

type Ask<T> = Paging<T>['ask']

function dealPaging(ask: Ask<ProtoOADeal>): Paging<ProtoOADeal> {
  return {
    name: 'deals',
    ask,
    idOf: deal => required(deal.dealId, 'deal.dealId'),
    atOf: deal => required(deal.executionTimestamp, 'deal.executionTimestamp'),
    order: (a, b) => a.dealId - b.dealId,
  }
}

function orderPaging(ask: Ask<ProtoOAOrder>): Paging<ProtoOAOrder> {
  return {
    name: 'orders',
    ask,
    idOf: order => required(order.orderId, 'order.orderId'),
    atOf: order => order.utcLastUpdateTimestamp ?? order.tradeData?.openTimestamp ?? 0,
    order: (a, b) => a.orderId - b.orderId,
  }
}

function since(from: number | undefined): { readonly fromTimestamp?: number } {
  return from === undefined ? {} : { fromTimestamp: from }
}

function until(to: number | undefined): { readonly toTimestamp?: number } {
  return to === undefined ? {} : { toTimestamp: to }
}
