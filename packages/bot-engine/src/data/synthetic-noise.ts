import type { Random } from '../ports/random.ts'

// Only + − × ÷ and square roots are used: they are exact in IEEE 754, so a seed gives the same market on every machine.

const SCALE = Math.sqrt(3)

/** A draw with mean 0, variance 1 and nearly normal shape (sum of four uniforms; kurtosis 2.7). */
export function drawNormal(random: Random): number {
  return SCALE * (random.next() + random.next() + random.next() + random.next() - 2)
}

/** A positive draw with mean 1, skewed like a waiting time. */
export function drawWait(random: Random): number {
  return 4 * random.next() * random.next()
}

/** Highest variance, in units of the normal one: a burst has at most 5 times the usual move. */
export const MAX_VARIANCE = 25

/** One step of GARCH(1,1) with mean 1. `shock` is the standardised draw; `reaction` + `memory` < 1. */
export function nextVariance(variance: number, shock: number, reaction: number, memory: number): number {
  const next = 1 - reaction - memory + (reaction * shock * shock + memory) * variance
  return next > MAX_VARIANCE ? MAX_VARIANCE : next
}
