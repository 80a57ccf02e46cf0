import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ScaffoldError } from './errors.ts'
import { camelCase } from './names.ts'
import { VERSION } from './version.ts'

/** The files of a new project, as they stand in this package; `dist` and `src` lie side by side, so it is one step up. */
const TEMPLATE = fileURLToPath(new URL('../template/', import.meta.url))
/** Name of the project in the template's texts. */
const PROJECT = 'claw-project'
/** In place of the version that a new project takes of our packages. */
const OF_THIS_RELEASE = 'claw-version'

/** Files to write, and the name that the strategy in them has. */
export interface Template {
  /** Absolute. */
  readonly folder: string
  readonly strategy: string
}

/** The strategy of a new project. */
export const GOLD_FADE = 'gold-fade'

/** What stands in place of the template's own names. */
export interface Names {
  readonly project: string
  readonly strategy: string
}

/** A folder of the files of a new project; without a name all of them. */
export function ownTemplate(folder = ''): Template {
  return { folder: join(TEMPLATE, folder), strategy: GOLD_FADE }
}

/**
 * Writes the files of a template under other names; a dry run only lists them.
 *
 * @returns the paths written, relative to `target`
 * @throws {@link ScaffoldError} `already-exists` before anything is written
 */
export function writeFolder(
  { folder, strategy }: Template,
  target: string,
  { dryRun = false, ...names }: Names & { readonly dryRun?: boolean },
): readonly string[] {
  const renamed = (text: string) =>
    text
      .replaceAll(PROJECT, names.project)
      .replaceAll(OF_THIS_RELEASE, VERSION)
      .replaceAll(strategy, names.strategy)
      .replaceAll(camelCase(strategy), camelCase(names.strategy))
  const files = filesBelow(folder).map(file => ({
    path: join(target, renamed(visible(file))),
    text: renamed(readFileSync(join(folder, file), 'utf8')),
  }))
  const taken = files.find(({ path }) => existsSync(path))
  if (taken !== undefined)
    throw new ScaffoldError(
      'already-exists',
      `${taken.path} is there already. Nothing was written; choose another name.`,
    )
  for (const { path, text } of dryRun ? [] : files) {
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
