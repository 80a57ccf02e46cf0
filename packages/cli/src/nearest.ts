import { closestMatch } from 'leven'

/** The known word that is most like an unknown one; none when that would be another word altogether. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return closestMatch(word, known, { maxDistance: Math.max(2, Math.floor(word.length / 3)) })
}
