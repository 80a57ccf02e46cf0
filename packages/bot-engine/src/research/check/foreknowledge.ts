import type { AnyStrategy } from '../../strategy/define.ts'
import { partsOf, type RunData, rowAt, timesOf } from '../data-columns.ts'
import { BaseRates, minutesOf, type RowMinutes } from './base-rates.ts'
import type { CheckRunner } from './check-run.ts'
import { type CheckFinding, finding } from './findings.ts'
import { mirrored } from './mirrored-prices.ts'
import type { Ask } from './watched-strategy.ts'

/** Rows until an entry is judged: what a strategy knows of the future may be the next row, or where the day ends. */
const HORIZONS = [1, 4, 16, 64]
/** Entries that do not overlap; below it a sign test proves nothing at {@link LEAST_Z}. */
const LEAST_ENTRIES = 30
/** Chance alone gets there once in 3.5 million judgements. */
const LEAST_Z = 5
/** Hits above the base rate, as a share of entries: a weak habit in many years of data is significant too. */
const LEAST_EDGE = 0.1

/** What the run on other prices showed. */
export interface Foreknowledge {
  readonly finding: CheckFinding | undefined
  /** The strategy asked for the very same entries on other prices: it reads none of them. */
  readonly isPriceBlind: boolean
}

/**
 * Runs a strategy on other prices at the same times – each return is mirrored or not by a seeded coin, so that the
 * volatility of every hour stays – and asks whether its entries there foretell the true prices. Who reads his feed
 * alone cannot: the coin has cut every tie of direction. Who reads the true prices elsewhere does.
 *
 * Times and sides that are merely equal accuse nobody: a strategy of the clock enters at the same times on any prices.
 */
export async function foreknowledge<S extends AnyStrategy>(
  runner: CheckRunner<S>,
  asks: readonly Ask[],
): Promise<Foreknowledge> {
  const { data } = runner.options
  const entries = entriesOf(asks)
  if (entries.length < LEAST_ENTRIES) return { finding: undefined, isPriceBlind: false }
  const seed = runner.options.cutSeed ?? 1
  const other = await runner.run({ replaced: part => mirrored(part, seed), watch: { withoutStop: true } })
  const control = entriesOf(other.asks)
  return { finding: foretold(control, data), isPriceBlind: isSame(entries, control) }
}

interface Entry {
  readonly at: number
  readonly isBuy: boolean
}

function entriesOf(asks: readonly Ask[]): readonly Entry[] {
  return asks
    .filter(({ text }) => text.startsWith('buy(') || text.startsWith('sell('))
    .map(({ at, text }) => ({ at, isBuy: text.startsWith('buy(') }))
}

function isSame(one: readonly Entry[], other: readonly Entry[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ at, isBuy }, i) => at === other[i]?.at && isBuy === other[i]?.isBuy)
  )
}

/** Sign test of the true moves after the entries against how often such a move comes anyway, at their time of day too. */
function foretold(entries: readonly Entry[], data: RunData): CheckFinding | undefined {
  const moves = movesOf(data)
  for (const rows of HORIZONS) {
    const { hits, expected, variance, count } = judged(entries, moves, rows)
    const z = (hits - expected) / Math.sqrt(variance)
    if (count < LEAST_ENTRIES || !(z >= LEAST_Z) || (hits - expected) / count < LEAST_EDGE) continue
    return finding(
      'outside-data',
      `Data from outside: on other prices at the same times ${hits} of ${count} entries still foretell where the true price lies ${rows} ${rows === 1 ? 'row' : 'rows'} later; ${Math.round(expected)} would by chance (z = ${z.toFixed(1)}). It reads prices that its feeds do not give it, e.g. from a file. Fix: take every price from the feeds: watch the other instrument or timeframe, and read its closed bars.`,
    )
  }
  return undefined
}

interface Moves {
  readonly length: number
  readonly times: Float64Array
  readonly minutes: RowMinutes
  rowAt(at: number): number
  /** Sign of the move from the start of one row to the end of another. */
  sign(first: number, last: number): number
}

function movesOf(data: RunData): Moves {
  const [columns] = partsOf(data)
  const times = columns === undefined ? new Float64Array() : timesOf(columns)
  const minutes = minutesOf(times, columns?.length ?? 0)
  if (columns === undefined) return { length: 0, times, minutes, rowAt: () => 0, sign: () => 0 }
  const [from, to] = columns.type === 'bars' ? [columns.open, columns.close] : [columns.bid, columns.bid]
  // A quote is its own start and end, so the move ends with the next one.
  const shift = columns.type === 'bars' ? 0 : 1
  return {
    length: columns.length - shift,
    times,
    minutes,
    rowAt: at => rowAt(columns, at),
    sign: (first, last) => Math.sign((to[last + shift] as number) - (from[first] as number)),
  }
}

function judged(entries: readonly Entry[], moves: Moves, rows: number) {
  const { length, times, minutes, rowAt: rowOf, sign } = moves
  const signOf = (row: number) => sign(row, row + rows - 1)
  const rates = new BaseRates(times, minutes, Math.max(0, length - rows + 1), signOf)
  const found = { hits: 0, expected: 0, variance: 0, count: 0 }
  // Overlapping spans share their moves: each judged entry begins after the last one ended.
  let free = 0
  for (const { at, isBuy } of entries) {
    const row = rowOf(at)
    const moved = row < free || row + rows > length ? 0 : signOf(row)
    if (moved === 0) continue
    free = row + rows
    const base = rates.shareOf(row, isBuy)
    found.count += 1
    found.expected += base
    found.variance += base * (1 - base)
    if (moved > 0 === isBuy) found.hits += 1
  }
  return found
}
