import { join } from 'node:path'
import { checkName } from './names.ts'
import { writeFolder } from './write-files.ts'

/** A strategy that was written. */
export interface StrategyFiles {
  /** Relative to the project. */
  readonly files: readonly string[]
}

/**
 * Writes a new strategy with its test and a page on why it should work into `strategies/<name>` of a project.
 *
 * @throws {@link ScaffoldError} `usage`, `already-exists`
 */
export function writeStrategy(project: string, name: string): StrategyFiles {
  checkName(name, 'strategy')
  const folder = join('strategies', name)
  const files = writeFolder(join('strategies', 'gold-fade'), join(project, folder), {
    project: '',
    strategy: name,
  })
  return { files: files.map(file => join(folder, file)) }
}
