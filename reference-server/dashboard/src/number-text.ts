import type { MoneyJson } from './contract.ts'

/** U+2212: as wide as the plus sign, so that columns of signed figures line up. */
const MINUS = '\u2212'
/** U+202F: groups of three without a comma that half the world reads as a decimal point. */
const GROUP = '\u202f'

/** Which way a result went. */
export type Direction = 'profit' | 'loss' | 'flat'

/** A result ready to be shown: never by colour alone. */
export interface ResultText {
  readonly direction: Direction
  /** ▲, ▼ or ■. */
  readonly glyph: string
  /** Signed amount without its currency: `+12.40`. */
  readonly amount: string
  /** For screen readers: `profit 12.40 USD`. */
  readonly spoken: string
}

/** An amount with all its digits and no currency: `10 412.20`, `−4.20`. */
export function amountText(value: MoneyJson, options: { plus?: boolean } = {}): string {
  const digits = Math.abs(value.minor)
    .toString()
    .padStart(value.digits + 1, '0')
  const whole = group(digits.slice(0, digits.length - value.digits))
  const fraction = value.digits === 0 ? '' : `.${digits.slice(-value.digits)}`
  const sign = value.minor < 0 ? MINUS : options.plus === true && value.minor > 0 ? '+' : ''
  return `${sign}${whole}${fraction}`
}

/** Glyph, sign and words of a result. */
export function resultText(value: MoneyJson): ResultText {
  const amount = amountText(value, { plus: true })
  const size = amountText({ ...value, minor: Math.abs(value.minor) })
  if (value.minor > 0)
    return { direction: 'profit', glyph: '▲', amount, spoken: `profit ${size} ${value.currency}` }
  if (value.minor < 0)
    return { direction: 'loss', glyph: '▼', amount, spoken: `loss ${size} ${value.currency}` }
  return { direction: 'flat', glyph: '■', amount, spoken: `no profit or loss, ${size} ${value.currency}` }
}

/** A price with the symbol's digits: `4 071.20`. */
export function priceText(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  const [whole = '', fraction] = text.split('.')
  return `${value < 0 ? MINUS : ''}${group(whole)}${fraction === undefined ? '' : `.${fraction}`}`
}

/** A signed price difference: `+4.80`, `−1.20`, `0.00`. */
export function changeText(value: number, digits: number): string {
  const zero = Number(value.toFixed(digits)) === 0
  return zero ? (0).toFixed(digits) : `${value > 0 ? '+' : ''}${priceText(value, digits)}`
}

/** Lots, with at least the two digits brokers use: `0.10`. */
export function lotsText(lots: number): string {
  const text = lots.toString()
  const decimals = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0
  return lots.toFixed(Math.max(2, Math.min(decimals, 5)))
}

/** A signed share: `+0.31 %`. */
export function percentText(share: number): string {
  return `${changeText(share * 100, 2)} %`
}

/** `1 trade`, `2 trades`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${group(count.toString())} ${count === 1 ? one : many}`
}

/** A whole number in groups of three: `184 220`. */
export function groupText(value: number): string {
  return group(String(value))
}

function group(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, GROUP)
}
