import type { BarColumns, TickColumns } from '../../data/columns.ts'
import { mapColumns, mapParts, type RunData } from '../data-columns.ts'

/** One coin for all that happens within a minute: what several instruments do together they still do together. */
const COIN_MS = 60_000
/** Prices looked at for the step in which they are quoted. */
const LOOKED_AT = 200

/**
 * Other prices at the same times: the return of each row goes the other way, or not, by a seeded coin. Its size stays
 * where it was, so every hour moves as it did; the direction of what is to come is in none of them. Nothing is changed
 * in place.
 */
export function mirrored(data: RunData, seed: number): RunData {
  return mapParts(data, columns =>
    columns.type === 'bars' ? mirroredBars(columns, seed) : mirroredTicks(columns, seed),
  )
}

function mirroredBars(bars: BarColumns, seed: number): BarColumns {
  const { length, openedAt, open, high, low, close } = bars
  const step = stepOf(close, length)
  const made = {
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
  }
  let before = open[0] as number
  // In logarithms and unrounded, so that no error of a row reaches the next one.
  let level = Math.log(before)
  for (let row = 0; row < length; row++) {
    const sign = coin(openedAt[row] as number, seed)
    const price = (value: number): number => rounded(level + sign * Math.log(value / before), step)
    const [top, bottom] = sign > 0 ? [high, low] : [low, high]
    const own = { open: price(open[row] as number), close: price(close[row] as number) }
    made.open[row] = own.open
    made.close[row] = own.close
    made.high[row] = price(top[row] as number)
    made.low[row] = price(bottom[row] as number)
    level += sign * Math.log((close[row] as number) / before)
    before = close[row] as number
  }
  return mapColumns(bars, length, (column, name) =>
    name in made ? made[name as keyof typeof made] : column,
  ) as BarColumns
}

function mirroredTicks(ticks: TickColumns, seed: number): TickColumns {
  const { length, at, bid, ask } = ticks
  const step = stepOf(bid, length)
  const made = { bid: new Float64Array(length), ask: new Float64Array(length) }
  let before = bid[0] as number
  let level = Math.log(before)
  for (let row = 0; row < length; row++) {
    const price = bid[row] as number
    if (price !== before) level += coin(at[row] as number, seed) * Math.log(price / before)
    before = price
    const own = rounded(level, step)
    made.bid[row] = own
    made.ask[row] = own + ((ask[row] as number) - price)
  }
  return mapColumns(ticks, length, (column, name) =>
    name in made ? made[name as keyof typeof made] : column,
  ) as TickColumns
}

/** The widest decimal step on which all prices looked at lie, in points. */
function stepOf(prices: Float64Array, length: number): number {
  const looked = prices.subarray(0, Math.min(length, LOOKED_AT))
  return [100_000, 10_000, 1000, 100, 10].find(step => looked.every(price => price % step === 0)) ?? 1
}

function rounded(level: number, step: number): number {
  return Math.max(step, Math.round(Math.exp(level) / step) * step)
}

/** +1 or −1, the same for all instants of a minute; the mixing steps are those of MurmurHash3. */
function coin(at: number, seed: number): 1 | -1 {
  let mixed = Math.imul(Math.floor(at / COIN_MS) | 0, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) & 1) === 0 ? 1 : -1
}
