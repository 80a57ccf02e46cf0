import { existsSync, readFileSync } from 'node:fs'
import { register as registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CliError } from '../errors.ts'
import { loaded } from './module-loads.ts'

let registered = false
let handsVersionsOn = false

/**
 * A hook of Node that hands the version of a module on to what it imports by a relative path: else that would come from
 * the memory of the first time. Packages stay what they are. It runs in a thread of its own, hence as text.
 */
const VERSION_HOOK = `export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  const version = /[?&]version=(\\d+)/.exec(context.parentURL ?? '')?.[1]
  if (version === undefined || !/^(?:\\.{1,2}\\/|file:)/.test(specifier) || !found.url.startsWith('file:')) return found
  const url = new URL(found.url)
  url.searchParams.set('version', version)
  return { ...found, url: url.href }
}`

/** How a module is imported. */
interface ImportOptions {
  readonly version?: number
  /** What it imports from the project, itself among it: where it may wait. Default: itself. */
  readonly files?: () => readonly string[]
}

/**
 * Imports a JavaScript or TypeScript module by its path; with another `version` it is read anew, with all that it
 * imports from the project.
 *
 * @throws {@link CliError} `config-invalid` when the package around a `.ts` file does not say that it has ES modules; the
 *   reason of the command's signal when that aborts first
 */
export async function importModule(
  file: string,
  { version = 0, files = () => [file] }: ImportOptions = {},
): Promise<Record<string, unknown>> {
  if (/\.tsx?$/.test(file)) requireModuleType(file)
  if (!registered && /\.[cm]?tsx?$/.test(file)) {
    const { register } = await import('tsx/esm/api')
    register()
    registered = true
  }
  if (version > 0 && !handsVersionsOn) {
    registerHooks(`data:text/javascript,${encodeURIComponent(VERSION_HOOK)}`)
    handsVersionsOn = true
  }
  const url = `${pathToFileURL(file).href}${version === 0 ? '' : `?version=${version}`}`
  const work: Promise<Record<string, unknown>> = import(url)
  return loaded({ file, files }, work)
}

/** Without it such a file would be read as CommonJS, and fail with words about cycles that help nobody. */
function requireModuleType(file: string): void {
  const manifest = manifestAbove(file)
  const type: unknown =
    manifest === undefined ? undefined : Object(JSON.parse(readFileSync(manifest, 'utf8'))).type
  if (type === 'module') return
  const found =
    manifest === undefined ? 'there is no package.json around it' : `${manifest} has no "type": "module"`
  throw new CliError(
    'config-invalid',
    `${file} cannot be loaded as an ES module: ${found}. Run "${manifest === undefined ? 'npm init -y && ' : ''}npm pkg set type=module" in the project.`,
  )
}

function manifestAbove(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) return manifest
    if (dirname(folder) === folder) return undefined
  }
}
