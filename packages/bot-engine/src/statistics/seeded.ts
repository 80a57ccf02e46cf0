import { checkOption } from './sample.ts'

/**
 * Uniform numbers in [0, 1) with 32 bits each, from a seed of 32 bits (sfc32: 128 bits of state).
 *
 * Resampling draws up to 10^9 numbers; a generator with 32 bits of state would repeat itself.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function seededUniform(seed: number): () => number {
  checkOption('seed', seed, Number.isSafeInteger(seed) && seed >= 0, 'a whole number from 0')
  let a = seed >>> 0
  let b = Math.floor(seed / 4_294_967_296) >>> 0
  let c = 0x9e3779b9
  let count = 1
  const next = (): number => {
    const sum = (a + b + count) >>> 0
    count = (count + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0
    return sum / 4_294_967_296
  }
  // The first numbers of close seeds are close.
  for (let i = 0; i < 15; i++) next()
  return next
}
