import { resolve } from 'node:path'
import { type CheckFinding, finding } from './findings.ts'
import { FIXES, type TrapHit, Traps } from './traps.ts'

/** A module, and what was found while it was loaded. */
export interface WatchedLoad<Module> {
  readonly module: Module
  /** `clock` and `random`, each at most once, with all their lines. */
  readonly findings: readonly CheckFinding[]
}

/**
 * Loads a module, and names the clocks and the chance that code of `files` calls meanwhile. What a module draws at its
 * top level is another in each process and the same in all runs of one, so that no two runs that are compared show it.
 *
 * Clocks, chance, files and the like are watched for the whole process until it is loaded.
 *
 * @param load - Loads it anew: what is in the memory of Node is not run again.
 * @param files - Absolute paths of the module and of what it imports from the project; calls of other files are not told.
 * @throws what `load` throws
 */
export async function watchedLoad<Module>(
  load: () => Promise<Module>,
  files: readonly string[],
): Promise<WatchedLoad<Module>> {
  const traps = new Traps()
  const module = await traps.during(async () => {
    traps.inside = true
    try {
      return await load()
    } finally {
      traps.inside = false
    }
  })
  const own = new Set(files)
  const hits = traps.hits.filter(({ line = '' }) => own.has(resolve(line.replace(/:\d+$/, ''))))
  return { module, findings: [...foundOf('clock', hits), ...foundOf('random', hits)] }
}

function foundOf(kind: 'clock' | 'random', hits: readonly TrapHit[]): readonly CheckFinding[] {
  const calls = hits.filter(hit => hit.kind === kind)
  if (calls.length === 0) return []
  const text = calls.map(({ line, what }) => `${line} calls ${what}`).join('; ')
  const message = `${text} while the module is loaded, so that two processes decide differently. Fix: ${FIXES[kind]}.`
  return [finding(kind, message, { line: calls[0]?.line })]
}
