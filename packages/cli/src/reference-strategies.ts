import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A strategy that comes with this package as source. */
export interface ReferenceStrategy {
  /** `S03`. */
  readonly id: string
  /** Its file, test and page lie here. */
  readonly folder: string
  readonly file: string
  /** What it calls itself. */
  readonly name: string
}

/** Copied when the package is built (scripts/copy-strategies.mjs); `dist` and `src` lie side by side. */
const FOLDER = fileURLToPath(new URL('../strategies/', import.meta.url))

/** Finds a reference strategy by its id, in either case. */
export function referenceStrategy(id: string): ReferenceStrategy | undefined {
  if (!/^S\d{2}$/i.test(id)) return undefined
  const folder = join(FOLDER, id.toUpperCase())
  const file = join(folder, 'strategy.ts')
  if (!existsSync(file)) return undefined
  const name = /^ {2}name: '([\w-]+)'/m.exec(readFileSync(file, 'utf8'))?.[1] ?? id
  return { id: id.toUpperCase(), folder, file, name }
}

/** The ids there are. */
export function referenceIds(): readonly string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).sort() : []
}
