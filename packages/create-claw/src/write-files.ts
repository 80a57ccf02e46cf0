import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ScaffoldError } from './errors.ts'
import { camelCase } from './names.ts'

/** The files of a new project, as they stand in this package; `dist` and `src` lie side by side, so it is one step up. */
const TEMPLATE = fileURLToPath(new URL('../template/', import.meta.url))
/** Names in the template's texts. */
const STRATEGY = 'gold-fade'
const PROJECT = 'claw-project'

/** What stands in place of the template's own names. */
export interface Names {
  readonly project: string
  readonly strategy: string
}

/**
 * Writes a folder of the template.
 *
 * @returns the paths written, relative to `target`
 * @throws {@link ScaffoldError} `already-exists` before anything is written
 */
export function writeFolder(from: string, target: string, names: Names): readonly string[] {
  const source = join(TEMPLATE, from)
  const files = filesBelow(source).map(file => {
    const text = renamed(readFileSync(join(source, file), 'utf8'), names)
    return { path: join(target, renamed(visible(file), names)), text }
  })
  const taken = files.find(({ path }) => existsSync(path))
  if (taken !== undefined)
    throw new ScaffoldError(
      'already-exists',
      `${taken.path} is there already. Nothing was written; choose another name.`,
    )
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return files.map(({ path }) => relative(target, path))
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

/** npm does not pack a `.gitignore`, and would read a `package.json` as one: in the template they have other names. */
function visible(file: string): string {
  return file.replace(/(^|[\\/])_/, '$1.').replace(/package\.template\.json$/, 'package.json')
}

function renamed(text: string, { project, strategy }: Names): string {
  return text
    .replaceAll(PROJECT, project)
    .replaceAll(STRATEGY, strategy)
    .replaceAll(camelCase(STRATEGY), camelCase(strategy))
}
