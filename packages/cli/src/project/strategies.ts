import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import { codeHashOf, localModules } from '@openclaw-trading/bot-engine/research'
import { CliError, isCliError } from '../errors.ts'
import { isEarlyEnd } from '../interrupt.ts'
import { nearest } from '../nearest.ts'
import { referenceStrategy } from '../reference-strategies.ts'
import { type Project, requireProject } from './config.ts'
import { importModule } from './import-module.ts'
import { registryStrategy } from './registry.ts'
import { strategyFiles } from './strategy-files.ts'
import type { StrategySource } from './strategy-source.ts'

/**
 * Finds a strategy by the path of its file, by its id in the project around `cwd`, or by its id among the reference
 * strategies (S01 to S09).
 *
 * @throws {@link CliError} `strategy-not-found`, `strategy-invalid`, `no-project`
 */
export async function findStrategy(word: string, project: Project, cwd: string): Promise<StrategySource> {
  if (looksLikePath(word)) return loadStrategyFile(resolve(cwd, word), cwd)
  const { sources: own, broken } = await projectStrategies(project, cwd)
  // A name may stand in a file that cannot be loaded, and is that of its folder most of the time.
  const meant = broken.find(({ stem }) => stem === word)
  if (meant !== undefined) throw meant.cause
  const found = own.filter(({ id, stem }) => id === word || stem === word)
  if (found.length > 1) throw definedTwice(word, found)
  const [source] = found
  if (source !== undefined) return source
  const reference = (await registryStrategy(word)) ?? (await shippedStrategy(word))
  if (reference !== undefined) return reference
  const [unread] = broken
  if (unread !== undefined) throw unread.cause
  if (own.length === 0) requireProject(project)
  const known = own.map(({ id }) => id)
  const near = nearest(word, known)
  throw new CliError(
    'strategy-not-found',
    `There is no strategy "${word}" in ${project.folder}. ${near === undefined ? `Known: ${known.join(', ') || 'none; write one with claw new strategy <name>'}.` : `Did you mean ${near}?`} A path to a file works too.`,
  )
}

/** A reference strategy of the source that comes with this package, for projects without the server. */
async function shippedStrategy(id: string): Promise<StrategySource | undefined> {
  const found = referenceStrategy(id)
  return found && { ...(await loadStrategyFile(found.file, dirname(found.file))), path: found.id }
}

interface ProjectStrategy extends StrategySource {
  /** Name of its file or folder. */
  readonly stem: string
}

/** All strategies of a project, and the files that cannot be loaded: one that is being written stops no other. */
async function projectStrategies(
  project: Project,
  cwd: string,
): Promise<{
  readonly sources: readonly ProjectStrategy[]
  readonly broken: readonly { readonly stem: string; readonly cause: unknown }[]
}> {
  const sources: ProjectStrategy[] = []
  const broken: { readonly stem: string; readonly cause: unknown }[] = []
  for (const [stem, file] of strategyFiles(project))
    try {
      sources.push({ ...(await loadStrategyFile(file, cwd)), stem })
    } catch (cause) {
      if (isEarlyEnd(cause)) throw cause
      broken.push({ stem, cause })
    }
  const ids = sources.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined)
    throw definedTwice(
      twice,
      sources.filter(({ id }) => id === twice),
    )
  return { sources, broken }
}

/**
 * Loads the one strategy of a file; with another `version` the file is read anew.
 *
 * @throws {@link CliError} `strategy-not-found`, `strategy-invalid`
 */
export async function loadStrategyFile(file: string, cwd: string, version = 0): Promise<StrategySource> {
  const path = shortPath(file, cwd)
  if (!existsSync(file)) throw notThere(file, path)
  if (statSync(file).isDirectory())
    throw new CliError(
      'strategy-not-found',
      `${path} is a folder. Name the file of the strategy in it, e.g. ${join(path, 'strategy.ts')}, or the id of a strategy of the project.`,
    )
  const module = await importStrategy(file, path, version)
  const strategies = Object.entries(module).filter(([, value]) => isStrategy(value))
  const distinct = [...new Map(strategies.map(([name, value]) => [value, name])).entries()]
  const [first] = distinct
  if (first === undefined || distinct.length > 1)
    throw notOne(
      path,
      module,
      strategies.map(([name]) => name),
    )
  const [strategy, exportName] = first
  if (!isStrategy(strategy)) throw notOne(path, module, [])
  return {
    strategy,
    id: strategy.name,
    path,
    url: pathToFileURL(file).href,
    exportName,
    codeHash: codeHashOf(file),
  }
}

async function importStrategy(file: string, path: string, version: number): Promise<Record<string, unknown>> {
  try {
    return await importModule(file, { version, files: () => localModules(file, { types: false }).files })
  } catch (cause) {
    if (isCliError(cause) || isEarlyEnd(cause)) throw cause
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new CliError('strategy-invalid', `${path} cannot be loaded: ${reason}`, { cause })
  }
}

function isStrategy(value: unknown): value is AnyStrategy {
  return value instanceof Object && 'kind' in value && value.kind === 'strategy'
}

function looksLikePath(word: string): boolean {
  return isAbsolute(word) || /[\\/]/.test(word) || /\.[cm]?[jt]s$/.test(word)
}

function shortPath(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path === '' || path.startsWith('..') ? file : path
}

function notThere(file: string, path: string): CliError {
  const folder = dirname(file)
  const names = existsSync(folder) ? readdirSync(folder).filter(name => /\.[cm]?[jt]s$/.test(name)) : []
  const near = nearest(basename(file), names)
  return new CliError(
    'strategy-not-found',
    `There is no file ${path}.${near === undefined ? ' Check the path.' : ` Did you mean ${join(dirname(path), near)}?`}`,
  )
}

function notOne(path: string, module: Record<string, unknown>, strategies: readonly string[]): CliError {
  const names = Object.keys(module)
  const found =
    strategies.length > 1
      ? `exports ${strategies.length} strategies (${strategies.join(', ')}); claw cannot know which one is meant`
      : names.length === 0
        ? 'exports nothing'
        : `exports ${names.map(name => `"${name}"`).join(', ')} but no strategy`
  return new CliError(
    'strategy-invalid',
    `${path} ${found}. Export exactly one value made by defineStrategy, e.g. "export default defineStrategy({ … })".`,
  )
}

function definedTwice(id: string, sources: readonly StrategySource[]): CliError {
  const places = sources.map(source => `${source.path}:${lineOfName(source)}`)
  return new CliError(
    'strategy-invalid',
    `Strategy id "${id}" is defined twice: ${places.join(' and ')}. Ids name database rows; rename one.`,
  )
}

function lineOfName({ url, id }: StrategySource): number {
  const lines = readFileSync(new URL(url), 'utf8').split('\n')
  const index = lines.findIndex(line => line.includes('name:') && line.includes(id))
  return index < 0 ? 1 : index + 1
}
