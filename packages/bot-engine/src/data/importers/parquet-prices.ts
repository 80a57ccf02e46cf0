import type { SchemaElement } from 'hyparquet'
import { isText } from './parquet-time.ts'

/** Reads a price; `undefined` where there is none, NaN where it is none. */
export type PriceReader = (value: unknown) => number | undefined

/** A float has some seven digits; a price of five decimals is told apart from its neighbours by them up to 100. */
const FLOAT_DECIMALS = 5
/** A double holds so many decimal digits. */
const DOUBLE_DIGITS = 15

/** How the values of a column are prices or counts; `undefined`: its type is none. */
export function priceReaderOf(element: SchemaElement): PriceReader | undefined {
  const { type, logical_type: logical, converted_type: converted, scale = 0 } = element
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const decimals = Math.min(scale, DOUBLE_DIGITS)
    return numbers(value => Number(value.toFixed(decimals)))
  }
  if (isText(element)) return value => (typeof value === 'string' ? ofText(value) : undefined)
  if (type === 'DOUBLE') return numbers(value => value)
  if (type === 'FLOAT') return numbers(shortestOfFloat)
  const isWhole = type === 'INT32' || type === 'INT64'
  const isPlain =
    logical === undefined ? converted === undefined || /^U?INT_/.test(converted) : logical.type === 'INTEGER'
  return isWhole && isPlain ? numbers(value => value) : undefined
}

function numbers(meant: (value: number) => number): PriceReader {
  return value => {
    if (typeof value === 'number') return meant(value)
    return typeof value === 'bigint' ? Number(value) : undefined
  }
}

function ofText(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text)
}

/** The price that was rounded to a float: 2081.1 of 2081.10009765625. */
function shortestOfFloat(value: number): number {
  for (let decimals = 0; decimals <= FLOAT_DECIMALS; decimals++) {
    const factor = 10 ** decimals
    const price = Math.round(value * factor) / factor
    if (Math.fround(price) === value) return price
  }
  return value
}

/**
 * Decimals of a price as it is written out, or `known` if they are more.
 *
 * Beyond fifteen digits a double is the dust of a computation: 2081.1299999999997 has two decimals.
 */
export function decimalsOf(price: number, known: number): number {
  const factor = 10 ** known
  if (Math.abs(Math.round(price * factor) / factor - price) <= price * 10 ** -DOUBLE_DIGITS) return known
  const text = String(Number(price.toPrecision(DOUBLE_DIGITS)))
  const dot = text.indexOf('.')
  return Math.max(known, dot < 0 ? 0 : text.length - dot - 1)
}
