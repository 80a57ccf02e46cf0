import {
  type ClientOrderId,
  type Distance,
  type Instrument,
  type Lots,
  type OrderRequest,
  pipsToPoints,
  pointsToPips,
  type Side,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Entry } from '../strategy/context.ts'

/** Computes a volume from risk; implemented by `risk/sizing.ts` and handed in, so that the kernel knows no policy. */
export type SizeEntry = (sizing: {
  readonly instrument: Instrument
  readonly equityMinor: number
  readonly digits: number
  readonly riskPercent: number
  readonly stopPoints: number
}) => { readonly type: 'sized'; readonly volume: Lots } | { readonly type: 'none'; readonly reason: string }

/** What an entry is planned with. */
export interface EntryPlanning {
  readonly id: ClientOrderId
  readonly instrument: Instrument
  readonly label: string
  readonly equityMinor: number
  readonly digits: number
  readonly size: SizeEntry
  /** Replaces the volume of every entry. */
  readonly volume: Lots | undefined
}

type MarketRequest = Extract<OrderRequest, { type: 'market' }> & { readonly clientOrderId: ClientOrderId }

/** An order to send, or why there is none. */
export type PlannedEntry =
  | { readonly type: 'order'; readonly request: MarketRequest }
  | { readonly type: 'none'; readonly reason: string }

/**
 * Turns an entry into an order: distances rounded to the instrument's digits, volume by risk or as stated.
 *
 * @throws {@link EngineError} `invalid-options` for what is not built yet
 */
export function planEntry(entry: Entry, side: Side, planning: EntryPlanning): PlannedEntry {
  if (entry.limit !== undefined || entry.stop !== undefined)
    throw notBuilt('Entries with a limit or stop price')
  if (entry.trailing === true) throw notBuilt('Trailing stops')
  const { instrument } = planning
  const stopPoints = distancePoints(instrument, entry.stopLoss)
  const targetPoints = distancePoints(instrument, entry.takeProfit)
  if ((stopPoints !== undefined && !(stopPoints > 0)) || (targetPoints !== undefined && !(targetPoints > 0)))
    return {
      type: 'none',
      reason: `a stop or target distance of ${instrument.name} is not above 0 after rounding`,
    }
  const sized = sizeOf(entry, stopPoints, planning)
  if (sized.type === 'none') return sized
  const request: { -readonly [K in keyof MarketRequest]: MarketRequest[K] } = {
    type: 'market',
    symbolId: instrument.id,
    side,
    volume: sized.volume,
    label: planning.label,
    clientOrderId: planning.id,
  }
  if (stopPoints !== undefined) request.stopLoss = { pips: pointsToPips(instrument, stopPoints) }
  if (targetPoints !== undefined) request.takeProfit = { pips: pointsToPips(instrument, targetPoints) }
  return { type: 'order', request }
}

/** The error of everything a strategy may say but no run can do yet. */
export function notBuilt(what: string): EngineError {
  return new EngineError(
    'invalid-options',
    `${what} are not built yet. Use market orders with a fixed stop and target.`,
  )
}

function distancePoints(instrument: Instrument, level: Distance | undefined): number | undefined {
  return level === undefined ? undefined : pipsToPoints(instrument, level.pips)
}

function sizeOf(
  entry: Entry,
  stopPoints: number | undefined,
  planning: EntryPlanning,
): ReturnType<SizeEntry> {
  const volume = planning.volume ?? entry.volume
  if (volume !== undefined) return { type: 'sized', volume }
  if (entry.riskPercent === undefined || stopPoints === undefined)
    return { type: 'none', reason: 'sizing by risk needs riskPercent and a stop loss' }
  const { instrument, equityMinor, digits, size } = planning
  return size({ instrument, equityMinor, digits, riskPercent: entry.riskPercent, stopPoints })
}
