import { QuoteFilter, type QuoteDefect, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { createRandom, type Random } from '../random.ts'

/** What is wrong with a quote that was put in. */
export const DEFECTS = [
  'zero',
  'absent-side',
  'not-a-number',
  'negative',
  'crossed',
  'ten-sigma-spike',
  'single-tick-spike',
  'stale-stamp',
  'future-stamp',
  'out-of-order',
  'duplicate',
  'wrong-symbol-or-digits',
] as const

/** One of {@link DEFECTS}. */
export type Defect = (typeof DEFECTS)[number]

/** What a filter may call each of them. In a stretch that waits for confirmation a time may be all that is wrong. */
export const NAMES: Readonly<Record<Defect, readonly QuoteDefect[]>> = {
  zero: ['zero'],
  'absent-side': ['absent-side'],
  'not-a-number': ['not-a-number'],
  negative: ['negative'],
  crossed: ['crossed'],
  'ten-sigma-spike': ['spike'],
  'single-tick-spike': ['spike'],
  'stale-stamp': ['stale', 'out-of-order', 'future', 'spike'],
  'future-stamp': ['future', 'spike'],
  'out-of-order': ['out-of-order', 'future', 'spike'],
  duplicate: ['duplicate'],
  'wrong-symbol-or-digits': ['spike', 'off-grid'],
}

/** Quotes with bad ones between them; no row of the clean ones is missing or changed. */
export interface DirtyTicks {
  readonly ticks: TickColumns
  /** By row: place in {@link DEFECTS} of one that was put in, 255 of a row of the recording. */
  readonly inserted: Uint8Array
}

/** Marks a row of the recording. */
export const RECORDED = 255
/** Before so many rows nobody knows what is usual. */
const FIRST_ROW = 1000

const SPIKES: readonly Defect[] = ['ten-sigma-spike', 'single-tick-spike']

/**
 * Puts `share` of each defect between the rows of clean quotes.
 *
 * No spike is put where the recording itself jumps (`isDoubtful`): one that lands on the last believed price looks like
 * the end of a false alarm, and nobody could tell.
 */
export function withDefects(
  clean: TickColumns,
  seed: number,
  share: number,
  isDoubtful: (row: number) => boolean,
): DirtyTicks {
  const random = createRandom(seed)
  const most = Math.ceil(clean.length * (1 + share * DEFECTS.length * 1.2)) + 100
  const [at, bid, ask] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)]
  const inserted = new Uint8Array(most).fill(RECORDED)
  const sigma = rollingSigma(clean)
  let length = 0
  const push = (row: readonly [number, number, number], kind: number): void => {
    ;[at[length], bid[length], ask[length]] = row
    inserted[length] = kind
    length += 1
  }
  for (let row = 0; row < clean.length; row++) {
    const quote = [clean.at[row], clean.bid[row], clean.ask[row]] as [number, number, number]
    push(quote, RECORDED)
    const sigmaNow = sigma()
    if (row < FIRST_ROW || random.uint32() / 2 ** 32 >= share * DEFECTS.length) continue
    const kind = random.below(DEFECTS.length)
    if (SPIKES.includes(DEFECTS[kind] as Defect) && isDoubtful(row)) continue
    push(spoiled(DEFECTS[kind] as Defect, quote, sigmaNow, random), kind)
  }
  const cut = (column: Float64Array) => column.subarray(0, length)
  return {
    ticks: { type: 'ticks', symbolId: clean.symbolId, length, at: cut(at), bid: cut(bid), ask: cut(ask) },
    inserted: inserted.subarray(0, length),
  }
}

function spoiled(
  defect: Defect,
  [at, bid, ask]: readonly [number, number, number],
  sigma: number,
  random: Random,
): [number, number, number] {
  const sign = random.below(2) === 0 ? 1 : -1
  // On the grid of three digits, so that the size alone is wrong.
  const move = (points: number) => sign * Math.ceil(points / 100) * 100
  switch (defect) {
    case 'zero':
      return [at, 0, 0]
    case 'absent-side':
      return random.pick([
        [at, Number.NaN, ask],
        [at, bid, Number.NaN],
        [at, bid, 0],
        [at, 0, ask],
      ])
    case 'not-a-number':
      return random.pick([
        [at, Number.NaN, Number.NaN],
        [at, bid, Number.POSITIVE_INFINITY],
        [Number.NaN, bid, ask],
      ])
    case 'negative':
      return [at, -bid, random.below(2) === 0 ? ask : -ask]
    case 'crossed':
      return [at, ask + 100 * (1 + random.below(50)), bid]
    case 'ten-sigma-spike':
      return [at, bid + move(10 * sigma), ask + move(10 * sigma)]
    case 'single-tick-spike': {
      const size = move(bid * (0.002 + random.below(1000) / 20_000))
      return random.below(2) === 0 ? [at, bid + size, ask + size] : [at, bid - Math.abs(size), ask]
    }
    case 'stale-stamp':
      return [at - 60_000 - random.below(86_400_000), bid, ask]
    case 'future-stamp':
      return [at + 3_600_000 + random.below(86_400_000), bid, ask]
    case 'out-of-order':
      return [at - 1 - random.below(900), bid, ask]
    case 'duplicate':
      return [at, bid, ask]
    case 'wrong-symbol-or-digits':
      return random.pick([
        [at, 138_700, 138_712],
        [at, bid / 10, ask / 10],
        [at, bid + 37, ask + 37],
      ])
  }
}

/** The greater of the standard deviations of the last 100, 300 and 1,000 moves of bid and ask; one row further a call. */
function rollingSigma({ bid, ask }: TickColumns): () => number {
  const windows = [100, 300, 1000].map(rows => ({ squares: new Float64Array(rows), sum: 0 }))
  let row = 0
  return () => {
    const moveOf = (side: Float64Array) => (row === 0 ? 0 : (side[row] as number) - (side[row - 1] as number))
    const square = (moveOf(bid) ** 2 + moveOf(ask) ** 2) / 2
    for (const window of windows) {
      const place = row % window.squares.length
      window.sum += square - (window.squares[place] as number)
      window.squares[place] = square
    }
    row += 1
    const variances = windows.map(({ squares, sum }) => Math.max(0, sum) / Math.min(row, squares.length))
    return Math.sqrt(Math.max(...variances))
  }
}

/** What a filter lets pass, and what it calls the rest. */
export interface Filtered {
  readonly ticks: TickColumns
  /** By row of the input; `undefined`: it passed. */
  readonly verdicts: readonly (QuoteDefect | undefined)[]
  /** Market time from the first quote in doubt to the one that was believed, each [from, to). */
  readonly doubts: readonly (readonly [number, number])[]
  readonly passed: number
}

/** A filter under test: the real one, or one with a fault. */
export type Check = (at: number, bid: number, ask: number) => QuoteDefect | undefined

/** Runs quotes through a filter. */
export function filtered(
  ticks: TickColumns,
  digits: number,
  wrap: (check: Check) => Check = check => check,
): Filtered {
  const filter = new QuoteFilter({ instrument: { digits } })
  const check = wrap((at, bid, ask) => filter.check(at, bid, ask))
  const kept = {
    at: new Float64Array(ticks.length),
    bid: new Float64Array(ticks.length),
    ask: new Float64Array(ticks.length),
  }
  const verdicts: (QuoteDefect | undefined)[] = new Array(ticks.length)
  const doubts: [number, number][] = []
  let passed = 0
  let doubtfulSince: number | undefined
  for (let row = 0; row < ticks.length; row++) {
    const [at, bid, ask] = [ticks.at[row], ticks.bid[row], ticks.ask[row]] as [number, number, number]
    const verdict = check(at, bid, ask)
    verdicts[row] = verdict
    if (verdict === undefined) {
      kept.at[passed] = at
      kept.bid[passed] = bid
      kept.ask[passed] = ask
      passed += 1
      if (doubtfulSince !== undefined && at > doubtfulSince) doubts.push([doubtfulSince, at])
      doubtfulSince = undefined
    } else if (filter.isDoubtful && verdict === 'spike') doubtfulSince ??= at
  }
  const cut = (column: Float64Array) => column.subarray(0, passed)
  return {
    ticks: {
      type: 'ticks',
      symbolId: ticks.symbolId,
      length: passed,
      at: cut(kept.at),
      bid: cut(kept.bid),
      ask: cut(kept.ask),
    },
    verdicts,
    doubts,
    passed,
  }
}
