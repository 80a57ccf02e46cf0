/** A line through values and the height of zero, in the box 0…width by 0…height with y pointing down. */
export interface SparkPath {
  /** SVG path data; '' without values. */
  readonly line: string
  /** y of the value 0. */
  readonly zero: number
}

/** Draws values at equal distances; zero is always within the box. */
export function sparkPath(values: readonly number[], width: number, height: number): SparkPath {
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const span = high - low || 1
  const y = (value: number) => Math.round((height - ((value - low) / span) * height) * 10) / 10
  const x = (index: number) => Math.round((index / Math.max(1, values.length - 1)) * width * 10) / 10
  const line = values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('')
  return { line, zero: y(0) }
}

/** Running sums, starting from 0. */
export function runningSums(values: readonly number[]): number[] {
  const sums = [0]
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value)
  return sums
}
