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
  // Words of 32 bits stay in place here: in variables of a closure each new one is an object, which takes three times as long.
  const state = Int32Array.of(seed, Math.floor(seed / 4_294_967_296), 0x9e3779b9, 1)
  const next = (): number => {
    const b = state[1] as number
    const c = state[2] as number
    const count = state[3] as number
    const sum = ((state[0] as number) + b + count) | 0
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + sum
    state[3] = count + 1
    return (sum >>> 0) / 4_294_967_296
  }
  // The first numbers of close seeds are close.
  for (let i = 0; i < 15; i++) next()
  return next
}
