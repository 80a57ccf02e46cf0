/**
 * How many letters to put in, to take out or to change for one word to become the other (Levenshtein).
 *
 * A package for it would be loaded in every process, of which hardly one has a name to guess.
 */
export function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, place) => place)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let place = 1; place <= other.length; place++) {
      const changed = (above[place - 1] as number) + (one[i - 1] === other[place - 1] ? 0 : 1)
      row.push(Math.min(changed, (above[place] as number) + 1, (row[place - 1] as number) + 1))
    }
    above = row
  }
  return above[other.length] as number
}
