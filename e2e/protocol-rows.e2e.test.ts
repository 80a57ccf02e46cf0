import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

// What users of other clients trip over is a table of 57 rows; each has a test whose title names it: [row 22].

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Its samples name rows that no test of it proves. */
const THIS_FILE = fileURLToPath(import.meta.url)
const FOLDERS = ['packages', 'e2e', 'reference-server']
const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage'])
const ROWS = Array.from({ length: 57 }, (_, i) => i + 1)
function* testFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) yield* testFiles(path)
    else if (entry.name.endsWith('.test.ts') && path !== THIS_FILE) yield path
  }
}

/** Rows that the title of a test or of a group of tests names. */
function namedIn(text: string): readonly number[] {
  const titles = text.match(/\b(?:it|describe|test)(?:\.each)?[^'"`\n]*\(\s*['"`][^\n]*/g) ?? []
  return titles.flatMap(title => [...title.matchAll(/\[row (\d+)\]/g)].map(([, row]) => Number(row)))
}

/** Whether some test of a file does not run whatever is installed; `skipIf` says what must be, and CI demands it. */
function hasIdleTests(text: string): boolean {
  return (
    /\b(?:it|describe|test)(?:\.\w+)*\.(?:skip|todo|fails|only)\b/.test(text) ||
    /[{,]\s*(?:skip|todo|fails): /.test(text) ||
    /\bx(?:it|describe)\b/.test(text)
  )
}

/** Rows that a file proves. @throws where it names one and has a test that does not run: that may be the one */
function provedBy(text: string): readonly number[] {
  const rows = namedIn(text)
  if (rows.length > 0 && hasIdleTests(text)) throw new Error(`names row ${rows.join()} and skips a test`)
  return rows
}

describe('the rows of the protocol', () => {
  it('are each named by a test that runs', () => {
    const named = new Set<number>()
    const idle: string[] = []
    for (const folder of FOLDERS)
      for (const file of testFiles(join(ROOT, folder)))
        try {
          for (const row of provedBy(readFileSync(file, 'utf8'))) named.add(row)
        } catch (error) {
          idle.push(`${file} ${String(error)}`)
        }
    expect(idle).toEqual([])
    expect(ROWS.filter(row => !named.has(row))).toEqual([])
    expect([...named].filter(row => !ROWS.includes(row))).toEqual([])
  })

  it('are found in titles alone', () => {
    expect(namedIn("it('[row 13] [row 14] ends at once', () => {})")).toEqual([13, 14])
    expect(namedIn("// [row 9] is elsewhere\nconst it = '[row 8]'")).toEqual([])
  })

  it.each([
    "it.skip('[row 13] ends at once', () => {})",
    "it.todo('[row 13] ends at once')",
    "it.skip.each([1])('[row 13] ends at %i', () => {})",
    "describe.skip('a link', () => { it('[row 13] ends at once', () => {}) })",
    "it('[row 13] ends at once', { skip: true }, () => {})",
    "it.fails('[row 13] ends at once', () => {})",
  ])('are not proved by a test that does not run: %s', planted => {
    expect(() => provedBy(`${planted}\n    it('[row 14] too', () => {})`)).toThrow('skips a test')
  })

  it('are proved by a test that needs something which CI has', () => {
    expect(provedBy("describe.skipIf(skipWithout(x))('[row 13]', () => {})")).toEqual([13])
  })

  it('are read of other files than this one', () => {
    expect([...testFiles(join(ROOT, 'e2e'))]).not.toContain(THIS_FILE)
    expect([...testFiles(join(ROOT, 'e2e'))].length).toBeGreaterThan(10)
  })
})
