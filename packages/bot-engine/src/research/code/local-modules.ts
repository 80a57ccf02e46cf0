import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { isFile } from './package-folders.ts'
import { type ImportTarget, packageImport } from './package-imports.ts'

/** A module and what it is made of. */
export interface LocalModules {
  /** The module first, then what it imports from files of the project, directly or not, in the order of their paths. */
  readonly files: readonly string[]
  /** `name@version` of the installed packages that these import, in order. */
  readonly packages: readonly string[]
  /** Where an import was looked for in vain. */
  readonly missing: readonly string[]
}

/** `import … from 'x'`, `export … from`, `import 'x'`, `import('x')`, `require('x')`. */
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g
/** What stands before the `from` of types alone, or before the `import` of one; the statement before may end without a semicolon. */
const TYPE_ONLY =
  /\b(?:import|export)\s+type\b(?:(?!\b(?:import|export|const)\b)[^;'"`])*$|\btypeof\s+$|\{\s*(?:type\s+\w+(?:\s+as\s+\w+)?\s*(?:,\s*|(?=\})))+\}\s*$/

/** Whether the `from` or `import` at an index of a module takes types alone, and nothing runs by it. */
export function isTypeOnly(text: string, index: number): boolean {
  return TYPE_ONLY.test(text.slice(0, index))
}

/**
 * Finds what a module imports from files of the project: by path, by `#x` of its package, by the paths of its
 * tsconfig.json, from a package of its workspace. Of what is installed the versions are told, of the packages that the
 * project names itself. Without `types` only modules that run.
 */
export function localModules(
  entry: string,
  { types = true }: { readonly types?: boolean } = {},
): LocalModules {
  const found = new Set([entry])
  const packages = new Set<string>()
  const missing = new Set<string>()
  // A set gives what is added while it is walked too.
  for (const file of found)
    for (const specifier of importsOf(file, types)) {
      const { paths, installed } = targetOf(specifier, file)
      const target = paths.find(isFile)
      if (target !== undefined) found.add(target)
      else if (installed !== undefined) packages.add(installed)
      else for (const path of paths) missing.add(path)
    }
  found.delete(entry)
  return { files: [entry, ...[...found].sort()], packages: [...packages].sort(), missing: [...missing] }
}

/**
 * First 12 hex digits of the SHA-256 of a module, of what it imports from the project, and of the versions of what it
 * imports from elsewhere; of a module alone that of its file.
 */
export function codeHashOf(entry: string): string {
  const hash = createHash('sha256')
  const { files, packages } = localModules(entry)
  const [own, ...others] = files
  if (own !== undefined) hash.update(readFileSync(own))
  for (const file of others) hash.update(`\n${relative(dirname(entry), file)}\n`).update(readFileSync(file))
  for (const name of packages) hash.update(`\n${name}\n`)
  return hash.digest('hex').slice(0, 12)
}

function targetOf(specifier: string, file: string): ImportTarget {
  const isPath = /^\.{1,2}\//.test(specifier)
  const target = isPath ? { paths: [resolve(dirname(file), specifier)] } : packageImport(specifier, file)
  return { ...target, paths: target.paths.flatMap(candidatesOf) }
}

function importsOf(file: string, types: boolean): readonly string[] {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return []
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(IMPORT)]
    .filter(({ index }) => types || !isTypeOnly(text, index))
    .map(([, , specifier = '']) => specifier)
}

/** A path as it stands, the TypeScript file that a `.js` stands for, and what an extension is left off of. */
function candidatesOf(path: string): readonly string[] {
  const typed = path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')
  const bare = ['.ts', '.tsx', '.js', '.mjs', '.json', '/index.ts', '/index.js'].map(end => `${path}${end}`)
  return [...new Set([path, typed, ...(/\.[cm]?[jt]sx?$|\.json$/.test(path) ? [] : bare)])]
}
