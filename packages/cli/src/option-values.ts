import type { DepthModel } from '@openclaw-trading/bot-engine'
import { lots } from '@openclaw-trading/trading-model'
import { InvalidArgumentError } from 'commander'

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** Reads one of the words there are. */
export function oneOf<Word extends string>(...words: readonly [Word, ...Word[]]) {
  return (text: string): Word => {
    const word = words.find(known => known === text)
    if (word !== undefined) return word
    const list = words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
    throw new InvalidArgumentError(`It must be ${list}.`)
  }
}

/** Reads levels of depth: `0:2,10:5`, steps of the last digit behind the quote and lots, the quote first. */
export function depthLevels(text: string): DepthModel {
  const levels = text.split(',').map(level => {
    const [, ticks, volume] = /^(\d{1,9}):(\d+(?:\.\d+)?)$/.exec(level) ?? []
    return { ticks: Number(ticks), volume: Number(volume) }
  })
  const isGood = levels.every(({ ticks, volume }, index) => {
    const before = levels[index - 1]
    return volume > 0 && (before === undefined ? ticks === 0 : ticks > before.ticks)
  })
  if (isGood)
    return { levels: levels.map(({ ticks, volume }) => ({ distanceTicks: ticks, volume: lots(volume) })) }
  throw new InvalidArgumentError(
    'It must be levels of steps and lots above 0, from step 0 outward, e.g. 0:2,10:5.',
  )
}

/** Reads an instant as milliseconds since 1970-01-01 UTC. A time without a zone would mean another one on each machine. */
export function instant(text: string): number {
  const value = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN
  checkDay(text)
  if (Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a time with its zone, e.g. 2014-05-01T21:15Z.')
}

/** Reads a day, which begins in UTC, or an instant. */
export function dayOrInstant(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    if (/T\d/i.test(text)) return instant(text)
    throw new InvalidArgumentError(
      'It must be a day as YYYY-MM-DD, e.g. 2024-01-02, or a time with its zone, e.g. 2024-01-02T08:00Z.',
    )
  }
  checkDay(text)
  return Date.parse(`${text}T00:00Z`)
}

/** A day beyond the end of its month would be read as one of the next. */
function checkDay(text: string): void {
  const [day] = /^\d{4}-\d{2}-\d{2}/.exec(text) ?? []
  if (day === undefined) return
  const at = Date.parse(`${day}T00:00Z`)
  if (Number.isFinite(at) && new Date(at).toISOString().startsWith(day)) return
  throw new InvalidArgumentError(`There is no day ${day} in the calendar. Days are YYYY-MM-DD.`)
}
