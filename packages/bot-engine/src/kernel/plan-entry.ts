import {
  type ClientOrderId,
  type Distance,
  type Instrument,
  type Lots,
  type Order,
  type OrderAmendment,
  type OrderRequest,
  type Protection,
  type Pips,
  pipsToPoints,
  pointsToPips,
  pointsToPrice,
  type Price,
  type PricedTerms,
  priceToPoints,
  roundPoints,
  type Side,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Command } from '../ports/broker.ts'
import type { Entry } from '../strategy/context.ts'
import { AMENDMENT_FIELDS, ENTRY_FIELDS, unknownField } from '../strategy/known-names.ts'
import { isPlainEntry } from './plain-entry.ts'
import type { RunState } from './run-state.ts'

/** Computes a volume from risk; implemented by `risk/sizing.ts` and handed in, so that the kernel knows no policy. */
export type SizeEntry = (sizing: {
  readonly instrument: Instrument
  readonly equityMinor: number
  readonly digits: number
  readonly riskPercent: number
  readonly stopPoints: number
}) => { readonly type: 'sized'; readonly volume: Lots } | Unsized

/** Why risk gives no volume. */
interface Unsized {
  readonly type: 'none'
  readonly reason: string
}

/** What the entries of a run are planned with. */
export interface EntryPlanning {
  readonly state: Pick<RunState, 'instrument' | 'account' | 'quoteAt' | 'bid' | 'ask' | 'equityInQuoteMinor'>
  readonly label: string
  readonly size: SizeEntry
  /** Replaces the volume of every entry. */
  volume: Lots | undefined
}

/** An order to send, or why there is none. */
export type PlannedEntry = Extract<Command, { readonly type: 'place' }> | string

type Placed = Exclude<PlannedEntry, string>['request']

/** What the types of orders share. */
interface OrderBase {
  type: OrderRequest['type']
  readonly symbolId: Instrument['id']
  readonly side: Side
  readonly volume: Lots
  readonly label: string
  readonly clientOrderId: ClientOrderId
  stopLoss?: Price | Distance
  takeProfit?: Price | Distance
  trailing?: boolean
  guaranteed?: boolean
}

/** What the types of orders do not share. */
type Terms = {
  [T in OrderRequest['type']]: { readonly type: T } & Partial<Extract<OrderRequest, { type: T }>>
}[OrderRequest['type']]

/**
 * Turns an entry into an order: prices and distances rounded to the instrument's digits, volume by risk or as stated.
 *
 * Risk is measured from the order's own price to the stop.
 */
export function planEntry(
  entry: Entry,
  side: Side,
  clientOrderId: ClientOrderId,
  planning: EntryPlanning,
): PlannedEntry {
  const { label, state } = planning
  const { instrument } = state
  const isPlain = isPlainEntry(entry)
  const pricePoints = isPlain ? undefined : entryPoints(entry, side, state)
  const problem = isPlain ? undefined : problemOf(entry, pricePoints, instrument)
  if (problem !== undefined) return problem
  const { stopLoss, takeProfit } = entry
  const below = side === 'buy' ? -1 : 1
  const stop = stopLoss === undefined ? undefined : plannedLevel(instrument, stopLoss, pricePoints, below)
  const target =
    takeProfit === undefined ? undefined : plannedLevel(instrument, takeProfit, pricePoints, -below)
  const stopPoints = stop?.points
  const targetPoints = target?.points
  if ((stopPoints !== undefined && !(stopPoints > 0)) || (targetPoints !== undefined && !(targetPoints > 0)))
    return `a stop or target distance of ${instrument.name} is not above 0 after rounding`
  const volume = planning.volume ?? entry.volume ?? sizeByRisk(entry, stopPoints, planning)
  if (typeof volume === 'object') return volume.reason
  // Assigned, not spread: a spread costs about a microsecond, and a backtest makes hundreds of thousands of entries.
  const request: OrderBase = { type: 'market', symbolId: instrument.id, side, volume, label, clientOrderId }
  if (stop !== undefined) request.stopLoss = stop.sent
  if (target !== undefined) request.takeProfit = target.sent
  if (!isPlain) addTerms(request, entry, pricePoints, instrument)
  return { type: 'place', request: request as Placed }
}

function addTerms(
  request: OrderBase,
  entry: Entry,
  pricePoints: number | undefined,
  instrument: Instrument,
): void {
  if (entry.trailing === true) request.trailing = true
  if (entry.guaranteed === true) request.guaranteed = true
  Object.assign(request, termsOf(entry, pricePoints, instrument))
}

/**
 * An amendment that states everything, so that nothing depends on what the broker keeps: prices and distances rounded
 * to the instrument's digits.
 *
 * @throws {@link EngineError} `invalid-options` for what is no price
 */
export function planAmendment(
  amendment: OrderAmendment,
  { terms, volume }: Order & { readonly terms: PricedTerms },
  instrument: Instrument,
): OrderAmendment {
  const { stopLoss, takeProfit, expiresAt, price = terms.price, slippage = terms.slippage } = amendment
  const { trigger = terms.trigger } = amendment
  const unknown = unknownField(amendment, AMENDMENT_FIELDS)
  if (unknown !== undefined) throw new EngineError('invalid-options', `An amendment ${unknown}`)
  const problem = flagProblem(amendment)
  if (problem !== undefined) throw new EngineError('invalid-options', `${problem}. State a stopLoss.`)
  for (const level of [price, stopLoss, takeProfit])
    if (typeof level === 'number' && !(roundedPoints(instrument, level) > 0))
      throw new EngineError(
        'invalid-options',
        `${level} is not a price of ${instrument.name}. Pass one above 0.`,
      )
  return {
    volume: amendment.volume ?? volume,
    price: pointsToPrice(roundedPoints(instrument, price)),
    ...(slippage !== undefined && { slippage: roundedPips(instrument, slippage) }),
    ...(trigger !== undefined && { trigger }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(stopLoss !== undefined && { stopLoss: roundedLevel(instrument, stopLoss) }),
    ...(takeProfit !== undefined && { takeProfit: roundedLevel(instrument, takeProfit) }),
    ...flagsOf(amendment),
  }
}

const MARKET: Terms = { type: 'market' }
const MARKET_ON_OPEN: Terms = { type: 'market', timeInForce: { type: 'market-on-open' } }

/**
 * The price that the entry names, in points, or what a market order would meet now: the ask of a buy, the bid of a sell;
 * `undefined` before the first quote.
 */
function entryPoints(
  entry: Entry,
  side: Side,
  { instrument, quoteAt, bid, ask }: EntryPlanning['state'],
): number | undefined {
  const price = entry.limit ?? entry.stop
  if (price !== undefined) return roundedPoints(instrument, price)
  if (quoteAt < 0) return undefined
  return side === 'buy' ? ask : bid
}

/** What is wrong with the flags of a protection: a stop that follows the market, or is guaranteed, is a stop. */
export function flagProblem({ stopLoss, trailing, guaranteed }: Protection<unknown>): string | undefined {
  if (stopLoss !== undefined || (trailing !== true && guaranteed !== true)) return undefined
  return `a ${trailing === true ? 'trailing' : 'guaranteed'} stop needs a stop loss`
}

/** The flags of a protection that are set. */
export function flagsOf({
  trailing,
  guaranteed,
}: Protection<unknown>): Pick<Protection, 'trailing' | 'guaranteed'> {
  return {
    ...(trailing === true && { trailing }),
    ...(guaranteed === true && { guaranteed }),
  }
}

/** Why the venue could not take the order as it is; the order would be lost on its way otherwise. */
function problemOf(
  entry: Entry,
  pricePoints: number | undefined,
  instrument: Instrument,
): string | undefined {
  const { limit, stop, slippage, stopLoss, takeProfit } = entry
  const price = limit ?? stop
  const problem = fieldProblem(entry) ?? flagProblem(entry)
  if (problem !== undefined) return problem
  if (price !== undefined && !(Number.isFinite(pricePoints) && Number(pricePoints) > 0))
    return `${price} is not a price of ${instrument.name}`
  if (slippage !== undefined && !(pipsToPoints(instrument, slippage) >= 0))
    return `a slippage of ${slippage} pips is below 0`
  if (slippage !== undefined && pricePoints === undefined)
    return 'there is no quote yet that a slippage could be measured from'
  if (price === undefined && (typeof stopLoss === 'number' || typeof takeProfit === 'number'))
    return 'a market order takes its stop and target as a distance'
  return timeProblem(entry)
}

/** What only a compiler would have said: a field of another name, or two of which one would be left aside. */
function fieldProblem(entry: Entry): string | undefined {
  const unknown = unknownField(entry, ENTRY_FIELDS)
  if (unknown !== undefined) return `an entry ${unknown}`
  const { volume, riskPercent, limit, stop, slippage, trigger } = entry
  if (volume !== undefined && riskPercent !== undefined)
    return 'it states a volume and a riskPercent: state one of them'
  if (limit !== undefined && stop !== undefined) return 'it states a limit and a stop: state one of them'
  if (limit !== undefined && slippage !== undefined)
    return 'a limit has no slippage: it fills at its price or better'
  return trigger !== undefined && stop === undefined ? 'only an order with a stop has a trigger' : undefined
}

function timeProblem({ limit, stop, slippage, timeInForce }: Entry): string | undefined {
  const waits = timeInForce?.type ?? 'gtc'
  if (waits === 'market-on-open' && (limit ?? stop ?? slippage) !== undefined)
    return 'only a market order waits for the open: state no limit, stop or slippage'
  if (timeInForce !== undefined && waits !== 'market-on-open' && limit === undefined && stop === undefined)
    return `a market order is not ${waits}: leave timeInForce out, or state a limit`
  if (stop !== undefined && (waits === 'ioc' || waits === 'fok')) return `a stop cannot be ${waits}: it waits`
  if (timeInForce?.type === 'gtd' && !Number.isSafeInteger(timeInForce.expiresAt))
    return `the expiry ${timeInForce.expiresAt} is not a time in whole milliseconds`
  return undefined
}

function termsOf(entry: Entry, pricePoints: number | undefined, instrument: Instrument): Terms {
  if (entry.limit === undefined && entry.stop === undefined && entry.slippage === undefined)
    return entry.timeInForce?.type === 'market-on-open' ? MARKET_ON_OPEN : MARKET
  const slippage = entry.slippage === undefined ? undefined : roundedPips(instrument, entry.slippage)
  const { timeInForce } = entry
  const price = pointsToPrice(pricePoints ?? 0)
  const time = timeInForce === undefined ? {} : { timeInForce }
  if (entry.limit !== undefined) return { type: 'limit', limitPrice: price, ...time }
  const trigger = entry.trigger === undefined ? {} : { trigger: entry.trigger }
  if (entry.stop !== undefined)
    return slippage === undefined
      ? { type: 'stop', stopPrice: price, ...trigger, ...time }
      : { type: 'stop-limit', stopPrice: price, slippage, ...trigger, ...time }
  return slippage === undefined ? MARKET : { type: 'market-range', basePrice: price, slippage }
}

/** A level of an entry. */
interface PlannedLevel {
  /** From the entry to the level, above 0 on its right side; `undefined` before a quote. */
  readonly points: number | undefined
  readonly sent: Price | Distance
}

/** Rounds a level of an entry; `direction` is +1 for a level above the entry. */
function plannedLevel(
  instrument: Instrument,
  level: Price | Distance,
  pricePoints: number | undefined,
  direction: number,
): PlannedLevel {
  if (typeof level === 'object') {
    const points = pipsToPoints(instrument, level.pips)
    return { points, sent: { pips: pointsToPips(instrument, points) } }
  }
  const rounded = roundedPoints(instrument, level)
  const points = pricePoints === undefined ? undefined : (rounded - pricePoints) * direction
  return { points, sent: pointsToPrice(rounded) }
}

function roundedPoints(instrument: Instrument, price: Price): number {
  return roundPoints(instrument, priceToPoints(price))
}

function roundedPips(instrument: Instrument, distance: Pips): Pips {
  return pointsToPips(instrument, pipsToPoints(instrument, distance))
}

/** A level as it is sent. */
function roundedLevel(instrument: Instrument, level: Price | Distance): Price | Distance {
  if (typeof level === 'object') return { pips: roundedPips(instrument, level.pips) }
  return pointsToPrice(roundedPoints(instrument, level))
}

function sizeByRisk(
  { riskPercent }: Entry,
  stopPoints: number | undefined,
  { state, size }: EntryPlanning,
): Lots | Unsized {
  if (riskPercent === undefined || stopPoints === undefined)
    return { type: 'none', reason: 'sizing by risk needs riskPercent and a stop loss' }
  const { instrument, account, equityInQuoteMinor: equityMinor } = state
  const sized = size({ instrument, equityMinor, digits: account.digits, riskPercent, stopPoints })
  return sized.type === 'none' ? sized : sized.volume
}
