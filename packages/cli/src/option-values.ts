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

/** Reads an instant as milliseconds since 1970-01-01 UTC. A time without a zone would mean another one on each machine. */
export function instant(text: string): number {
  const value = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a time with its zone, e.g. 2014-05-01T21:15Z.')
}
