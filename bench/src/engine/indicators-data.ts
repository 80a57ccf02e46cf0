import type { Sample } from '../row.ts'

/** A bar as the rows push it. */
export interface BenchBar {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** Prices of a random walk around 1300; the ring is pushed again and again. */
export const RING = 4096

/**
 * What a contestant updates: each function pushes `count` inputs in a loop of its own, as a strategy has a call of its
 * own, and returns the last value.
 */
export interface Contestant {
  sma20(closes: Float64Array, count: number): number
  ema20(closes: Float64Array, count: number): number
  rsi14(closes: Float64Array, count: number): number
  atr14(bars: readonly BenchBar[], count: number): number
  /** The upper band. */
  bb20(closes: Float64Array, count: number): number
}

/** Pushes inputs into each indicator, after as many as the compiler wants, and prints updates a second. */
export function measureIndicators(contestant: () => Contestant): void {
  const count = Number(process.argv[2])
  const bars = walk()
  const closes = Float64Array.from(bars, bar => bar.close)
  const warm = contestant()
  const figures: Record<string, number> = {}
  const results: string[] = []
  const note = (name: string, push: (count: number) => number): void => {
    // Whole rings, so that everyone ends at the same input.
    push(16 * RING)
    const startedAt = process.hrtime.bigint()
    const result = push(count - (count % RING))
    figures[name] = count / (Number(process.hrtime.bigint() - startedAt) / 1e9)
    results.push(result.toFixed(1))
  }
  note('sma20', inputs => warm.sma20(closes, inputs))
  note('ema20', inputs => warm.ema20(closes, inputs))
  note('rsi14', inputs => warm.rsi14(closes, inputs))
  note('atr14', inputs => warm.atr14(bars, inputs))
  note('bb20', inputs => warm.bb20(closes, inputs))
  const sample: Sample = { figures, check: results.join(' ') }
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}

function walk(): BenchBar[] {
  let state = 1
  const uniform = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
  let close = 1300
  return Array.from({ length: RING }, () => {
    const open = close
    close += uniform() - 0.5
    return { open, high: Math.max(open, close) + uniform(), low: Math.min(open, close) - uniform(), close }
  })
}
