import type { Position, UnixMs } from '@openclaw-trading/trading-model'
import type { AccountLink } from '../account/account-link.ts'
import { decodePosition } from '../decode/position.ts'
import { type Deal, decodePastOrder, type PastOrder } from '../decode/records.ts'
import { invalid } from '../encode/invalid.ts'
import type { AccountHistory } from '../history/account-history.ts'
import { type TimeRange, WEEK_MS } from '../history/range.ts'
import type { CallOptions } from '../options.ts'
import type { ProtoOAOrder, ProtoOAPosition, ProtoOAReconcileRes } from '../protocol/generated/messages.js'
import type { FoundOrder, OrderSearch } from './order-options.ts'

const HOUR_MS = 3_600_000

/** Looks for an order among the pending ones, the positions, the order list and the deals. */
export async function findOrder(
  link: AccountLink,
  history: AccountHistory,
  search: OrderSearch,
  options: CallOptions,
): Promise<FoundOrder | undefined> {
  if (search.clientOrderId === undefined && search.label === undefined)
    throw invalid('search', 'empty', 'a clientOrderId or a label')
  const { book } = await link.book(options)
  const position = positionIn(link, book, search)
  const order = pendingIn(link, book, search) ?? (await newestInList(link, history, search, options))
  if (order !== undefined) {
    const { deals } = await history.order(order.id, options)
    return { order, deals, ...(position === undefined ? {} : { position }) }
  }
  if (position === undefined) return undefined
  const deals: Deal[] = []
  for await (const deal of history.dealsOf(position.id, options)) deals.push(deal)
  return { position, deals }
}

function positionIn(link: AccountLink, book: ProtoOAReconcileRes, search: OrderSearch): Position | undefined {
  const raw = book.position?.find(
    ({ tradeData }) => tradeData.volume > 0 && isMeant(tradeData, tradeData.comment, search),
  )
  return raw === undefined
    ? undefined
    : decodePosition(raw, link.known(raw.tradeData.symbolId), link.currency)
}

function pendingIn(link: AccountLink, book: ProtoOAReconcileRes, search: OrderSearch): PastOrder | undefined {
  const raw = book.order?.find(order => isMeant(order.tradeData, order.clientOrderId, search))
  return raw === undefined ? undefined : decodePastOrder(raw, link.known(raw.tradeData.symbolId))
}

async function newestInList(
  link: AccountLink,
  history: AccountHistory,
  search: OrderSearch,
  options: CallOptions,
): Promise<PastOrder | undefined> {
  // The list is dated by the server; its clock need not be ours, and a simulated one is years away.
  const now = link.now
  const from = (search.since ?? Math.max(0, now - HOUR_MS)) as UnixMs
  // A market may be silent for long while the server's time goes on: an order of last week is cancelled on a Saturday.
  const range = { from, to: (Math.max(now, from) + WEEK_MS) as UnixMs }
  let found: PastOrder | undefined
  const listed = new Set<number>()
  for await (const order of history.orders(range, options)) {
    listed.add(order.id)
    if (mayBeMeant(order.closing, search) && isMeant(order, order.clientOrderId, search)) found = order
  }
  return found ?? (await newestByDeals(history, range, listed, search, options))
}

/** A list that lags behind its deals must not make an order that has executed look absent. */
async function newestByDeals(
  history: AccountHistory,
  range: TimeRange,
  listed: Set<number>,
  search: OrderSearch,
  options: CallOptions,
): Promise<PastOrder | undefined> {
  let found: PastOrder | undefined
  for await (const { orderId, closing } of history.deals(range, options)) {
    if (!mayBeMeant(closing !== undefined, search) || listed.has(orderId)) continue
    listed.add(orderId)
    const { order } = await history.order(orderId, options)
    if (isMeant(order, order.clientOrderId, search)) found = order
  }
  return found
}

/** On a netted account an entry may do nothing but reduce, and be booked as a closing: its own id tells it from one. */
function mayBeMeant(isClosing: boolean, { clientOrderId }: OrderSearch): boolean {
  return !isClosing || clientOrderId !== undefined
}

/** A position keeps no client order id, but the comment, which is the same. */
function isMeant(
  thing: Pick<ProtoOAPosition['tradeData'] & ProtoOAOrder['tradeData'], 'label'>,
  ownId: string | undefined,
  { clientOrderId, label }: OrderSearch,
): boolean {
  return (
    (clientOrderId === undefined || ownId === clientOrderId) && (label === undefined || thing.label === label)
  )
}
