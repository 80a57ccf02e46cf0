/** A number with two decimals, a real minus and thin groups. */
export function number(value: number, digits = 2): string {
  const [whole = '0', fraction] = Math.abs(value).toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  const sign = value < 0 && Number(Math.abs(value).toFixed(digits)) !== 0 ? '−' : ''
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

/** Money with its sign: a gain and a loss differ without colour, where a table has no room for an arrow. */
export function plus(value: number, digits = 2): string {
  const text = number(value, digits)
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${text}` : text
}

/** Money with its sign and an arrow. */
export function signed(value: number, digits = 2): string {
  const text = plus(value, digits)
  if (Number(value.toFixed(digits)) === 0) return text
  return `${value > 0 ? '▲' : '▼'}\u00a0${text}`
}

/** Class of a figure's colour. */
export function tone(value: number): string {
  return value > 0 ? 'profit' : value < 0 ? 'loss' : ''
}

/** A figure, or a dash where there is none. */
export function orDash(value: number | undefined, digits = 2, unit = ''): string {
  return value === undefined ? '–' : `${number(value, digits)}${unit}`
}

/** An instant in UTC to the minute. */
export function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

/** A day in UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
