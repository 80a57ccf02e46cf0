import { join } from 'node:path'
import { checkName } from './names.ts'
import { GOLD_FADE, ownTemplate, type Template, writeFolder } from './write-files.ts'

/** A strategy that was written. */
export interface StrategyFiles {
  /** Relative to the project. */
  readonly files: readonly string[]
}

/**
 * Writes a new strategy with its test and a page on why it should work into `strategies/<name>` of a project.
 *
 * @param from - Another strategy to copy: files with its name in them. Default: that of a new project.
 * @param options - `dryRun`: nothing is written.
 * @throws {@link ScaffoldError} `usage`, `already-exists`
 */
export function writeStrategy(
  project: string,
  name: string,
  from: Template = ownTemplate(join('strategies', GOLD_FADE)),
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): StrategyFiles {
  checkName(name, 'strategy')
  const folder = join('strategies', name)
  const files = writeFolder(from, join(project, folder), {
    project: '',
    strategy: name,
    dryRun,
  })
  return { files: files.map(file => join(folder, file)) }
}
