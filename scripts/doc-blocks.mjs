// Finds the code blocks in our Markdown that are tested: ```ts checked is compiled, ```ts runnable is also run.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './install.mjs'

const FENCE = /^```ts (checked|runnable)\r?\n([\s\S]*?)^```/gm

/** Every Markdown file below a folder, installed and generated ones left out. */
export function* markdownBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '.git', '.changeset', '.claw', 'api'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* markdownBelow(path)
    else if (entry.name.endsWith('.md')) yield path
  }
}

/** The tested blocks of one text, with the line on which each begins. */
export function blocksOf(text) {
  return [...text.matchAll(FENCE)].map(match => ({
    line: text.slice(0, match.index).split('\n').length + 1,
    runnable: match[1] === 'runnable',
    source: match[2],
  }))
}

/** The tested blocks of every Markdown file of the repository. */
export function docBlocks() {
  return [...markdownBelow(root)].sort().flatMap(path =>
    blocksOf(readFileSync(path, 'utf8')).map(block => ({
      ...block,
      file: relative(root, path).replaceAll('\\', '/'),
    })),
  )
}
