import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

// What users of other clients trip over is a table of 57 rows; each has a test whose title names it: [row 22].

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['packages', 'e2e', 'reference-server']
const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage'])
const ROWS = Array.from({ length: 57 }, (_, i) => i + 1)
function* testFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) yield* testFiles(path)
    else if (entry.name.endsWith('.test.ts')) yield path
  }
}

/** Rows that the title of a test or of a group of tests names. */
function namedIn(text: string): readonly number[] {
  const titles = text.match(/\b(?:it|describe|test)(?:\.each)?[^'"`\n]*\(\s*['"`][^\n]*/g) ?? []
  return titles.flatMap(title => [...title.matchAll(/\[row (\d+)\]/g)].map(([, row]) => Number(row)))
}

describe('the rows of the protocol', () => {
  it('are each named by a test', () => {
    const named = new Set<number>()
    for (const folder of FOLDERS)
      for (const file of testFiles(join(ROOT, folder)))
        for (const row of namedIn(readFileSync(file, 'utf8'))) named.add(row)
    expect(ROWS.filter(row => !named.has(row))).toEqual([])
    expect([...named].filter(row => !ROWS.includes(row))).toEqual([])
  })

  it('are found in titles alone', () => {
    expect(namedIn("it('[row 13] [row 14] ends at once', () => {})")).toEqual([13, 14])
    expect(namedIn("// [row 9] is elsewhere\nconst it = '[row 8]'")).toEqual([])
  })
})
