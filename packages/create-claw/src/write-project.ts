import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ScaffoldError } from './errors.ts'
import { checkName } from './names.ts'
import { GOLD_FADE, ownTemplate, writeFolder } from './write-files.ts'

/** A project that was written. */
export interface ProjectFiles {
  /** Relative to its folder. */
  readonly files: readonly string[]
}

/**
 * Writes a new project into an empty folder, which is made where it is missing.
 *
 * @param options - `tarballs`: a folder with packed packages to install instead of those of the registry, e.g. to try a change. `dryRun`: nothing is written.
 * @throws {@link ScaffoldError} `usage`, `already-exists`
 */
export function writeProject(
  folder: string,
  { tarballs, dryRun = false }: { readonly tarballs?: string; readonly dryRun?: boolean } = {},
): ProjectFiles {
  const name = checkName(basename(folder), 'project')
  const present = existsSync(folder) ? readdirSync(folder).filter(file => file !== '.git') : []
  if (present.length > 0)
    throw new ScaffoldError(
      'already-exists',
      `${folder} is not empty: it has ${present.slice(0, 3).join(', ')}. Nothing was written; choose another folder.`,
    )
  if (tarballs !== undefined && !existsSync(tarballs))
    throw new ScaffoldError(
      'usage',
      `There is no folder ${tarballs}. Nothing was written; check the path after --tarballs.`,
    )
  const files = writeFolder(ownTemplate(), folder, { project: name, strategy: GOLD_FADE, dryRun })
  if (tarballs !== undefined && !dryRun) useTarballs(join(folder, 'package.json'), tarballs)
  return { files }
}

/** Not asked for by a new project; who adds it names it, and npm takes no override of what a project names. */
const SERVER = '@openclaw-trading/reference-server'

/** What the project names comes from the folder, and what that asks for too, but nothing more: as from the registry. */
function useTarballs(manifestFile: string, tarballs: string): void {
  const manifest: { dependencies: Record<string, string>; overrides?: Record<string, string> } = JSON.parse(
    readFileSync(manifestFile, 'utf8'),
  )
  const overrides: Record<string, string> = {}
  for (const file of readdirSync(tarballs)) {
    const scoped = /^openclaw-trading-(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(file)?.[1]
    const name = scoped === undefined ? /^(create-claw)-\d/.exec(file)?.[1] : `@openclaw-trading/${scoped}`
    if (name === undefined || name === SERVER) continue
    const wanted = Object.hasOwn(manifest.dependencies, name) ? manifest.dependencies : overrides
    wanted[name] = `file:${join(tarballs, file)}`
  }
  writeFileSync(manifestFile, `${JSON.stringify({ ...manifest, overrides }, null, 2)}\n`)
}
