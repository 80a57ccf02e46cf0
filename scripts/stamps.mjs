// Remembers from which inputs an output was made. A stamp is a hash of contents, so a checkout that touches files rebuilds nothing.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './install.mjs'

const cache = join(root, 'node_modules', '.cache', 'openclaw-build')
const SKIPPED = new Set(['node_modules', 'dist', '.claw', 'coverage'])

function* filesIn(path) {
  if (!existsSync(path)) return
  if (statSync(path).isFile()) {
    yield path
    return
  }
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (SKIPPED.has(entry.name) || /\.test(-d)?\.ts$/.test(entry.name)) continue
    if (entry.isDirectory()) yield* filesIn(join(path, entry.name))
    else if (entry.isFile()) yield join(path, entry.name)
  }
}

/** Hash over the names and contents of files and folders (paths from the root); tests do not count. */
export function hashOf(inputs) {
  const hash = createHash('sha256')
  for (const input of inputs)
    for (const file of filesIn(join(root, input)))
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0')
  return hash.digest('hex')
}

const stampOf = name => join(cache, `${name.replaceAll('/', '+')}.stamp`)

/** Tells whether every output exists and was made from these inputs. */
export function isFresh(name, hash, outputs) {
  return (
    outputs.every(output => existsSync(join(root, output))) &&
    existsSync(stampOf(name)) &&
    readFileSync(stampOf(name), 'utf8') === hash
  )
}

/** Records from what an output was made. */
export function writeStamp(name, hash) {
  mkdirSync(dirname(stampOf(name)), { recursive: true })
  writeFileSync(stampOf(name), hash)
}
