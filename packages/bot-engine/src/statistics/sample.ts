import { EngineError } from '../errors.ts'

/** Numbers in a row: an array or a typed array. */
export type Numbers = ArrayLike<number>

/** Refuses a sample with a value that is no finite number. @throws {@link EngineError} `data-invalid` */
export function checkNumbers(name: string, values: Numbers): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new EngineError(
        'data-invalid',
        `${name} holds ${values[i]} at index ${i}. Leave out what was not measured before computing statistics.`,
        { details: { name, index: i, value: String(values[i]) } },
      )
}

/** Refuses an option outside its range. @throws {@link EngineError} `invalid-options` */
export function checkOption(name: string, value: number, isAllowed: boolean, range: string): void {
  if (!isAllowed || Number.isNaN(value))
    throw new EngineError('invalid-options', `${name} is ${value}. Use ${range}.`, {
      details: { [name]: String(value) },
    })
}

/** Refuses an error rate that is not strictly between 0 and 1. @throws {@link EngineError} `invalid-options` */
export function checkRate(name: string, value: number): void {
  checkOption(name, value, value > 0 && value < 1, 'a share between 0 and 1, both excluded')
}

/** Columns of equal length; returns that length. @throws {@link EngineError} `data-invalid` */
export function checkColumns(name: string, columns: readonly Numbers[]): number {
  const rows = columns[0]?.length ?? 0
  columns.forEach((column, i) => {
    if (column.length !== rows)
      throw new EngineError(
        'data-invalid',
        `${name} has ${column.length} rows in column ${i} and ${rows} in column 0. Give every column the same periods.`,
        { details: { name, column: i, rows: column.length, expected: rows } },
      )
    checkNumbers(`${name}[${i}]`, column)
  })
  return rows
}

/** Sum ÷ count; NaN of nothing. */
export function meanOf(values: Numbers): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum / values.length
}

/** Sum of squared distances from `center`. */
export function squaresAround(values: Numbers, center: number): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - center) ** 2
  return sum
}

/**
 * Sample standard deviation (n − 1); `undefined` below two values, 0 if all are equal.
 *
 * Equal values are told apart from nearly equal ones exactly: the rounding of the mean makes no deviation of its own.
 */
export function deviationOf(values: Numbers): number | undefined {
  if (values.length < 2) return undefined
  if (isConstant(values)) return 0
  return Math.sqrt(squaresAround(values, meanOf(values)) / (values.length - 1))
}

/** All values are the same. */
export function isConstant(values: Numbers): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}

/** The q-quantile of ascending values, linear between neighbours (type 7 of Hyndman and Fan). */
export function quantileOfSorted(sorted: Numbers, q: number): number {
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (high - low) * (position - below)
}
