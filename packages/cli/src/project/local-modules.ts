import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

/** A module and the files beside it that it is made of. */
export interface LocalModules {
  /** The module first, then what it imports by a relative path, directly or not, in the order of their paths. */
  readonly files: readonly string[]
  /** Where an import was looked for in vain. */
  readonly missing: readonly string[]
}

/** `import … from './x'`, `export … from`, `import './x'`, `import('./x')`, `require('./x')`. */
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g

/** Finds what a module imports from files of the project; packages are left out. */
export function localModules(entry: string): LocalModules {
  const found = new Set([entry])
  const missing = new Set<string>()
  // A set gives what is added while it is walked too.
  for (const file of found)
    for (const specifier of importsOf(file)) {
      const candidates = candidatesOf(resolve(dirname(file), specifier))
      const target = candidates.find(isFile)
      if (target !== undefined) found.add(target)
      else for (const candidate of candidates) missing.add(candidate)
    }
  found.delete(entry)
  return { files: [entry, ...[...found].sort()], missing: [...missing] }
}

/** First 12 hex digits of the SHA-256 of a module and of what it imports locally; of a module alone that of its file. */
export function codeHashOf(entry: string): string {
  const hash = createHash('sha256')
  const [own, ...others] = localModules(entry).files
  if (own !== undefined) hash.update(readFileSync(own))
  for (const file of others) hash.update(`\n${relative(dirname(entry), file)}\n`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

function importsOf(file: string): readonly string[] {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return []
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, , specifier = '']) => specifier)
}

/** A path as it stands, the TypeScript file that a `.js` stands for, and what an extension is left off of. */
function candidatesOf(path: string): readonly string[] {
  const typed = path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')
  const bare = ['.ts', '.tsx', '.js', '.mjs', '.json', '/index.ts', '/index.js'].map(end => `${path}${end}`)
  return [...new Set([path, typed, ...(/\.[cm]?[jt]sx?$|\.json$/.test(path) ? [] : bare)])]
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
