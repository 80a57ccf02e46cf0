import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** File of a run's folder that holds its document. */
export const DOCUMENT = 'result.json'

/**
 * Puts the folders of runs in the order of when their reports were made, newest first.
 *
 * The second stands in the name. Within one second the millisecond counts that the document states, which a copy of the
 * folder, a checkout and a later change of its files leave as it is; of one millisecond, or where a document states none
 * (then it counts as the oldest of its second), the number that the folder got because its name was taken, and last the
 * name itself. A folder that was renamed stands where its document says it was made, or last.
 *
 * Only documents of names that do not settle it are read: runs of less than a second have small ones.
 */
export function newestFirst(root: string, names: readonly string[]): string[] {
  const stated = new Map<string, number>()
  const madeAt = (name: string) => {
    const at = stated.get(name) ?? statedTime(join(root, name)) ?? secondIn(name) ?? 0
    stated.set(name, at)
    return at
  }
  const second = (name: string) => secondIn(name) ?? Math.floor(madeAt(name) / 1000) * 1000
  return [...names].sort(
    (one, other) =>
      second(other) - second(one) ||
      madeAt(other) - madeAt(one) ||
      numberIn(other) - numberIn(one) ||
      (one < other ? 1 : -1),
  )
}

/** Start of the second that a name begins with, e.g. `2026-01-05-101500-gold-fade`; undefined: it was renamed. */
function secondIn(name: string): number | undefined {
  const [, day, hours, minutes, seconds] = /^(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(name) ?? []
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** The first folder of a name has no number, the second has 2. */
function numberIn(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 1)
}

/** A document that cannot be read is told of when its run is asked for. */
function statedTime(folder: string): number | undefined {
  try {
    const document: unknown = JSON.parse(readFileSync(join(folder, DOCUMENT), 'utf8'))
    const stated = document instanceof Object && 'createdAt' in document ? document.createdAt : undefined
    return typeof stated === 'number' && Number.isFinite(stated) ? stated : undefined
  } catch {
    return undefined
  }
}
