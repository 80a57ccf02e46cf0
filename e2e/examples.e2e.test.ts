import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../examples/', import.meta.url))
const numbered = readdirSync(folder).filter(name => /^\d\d-.*\.ts$/.test(name))

describe('examples', () => {
  it('are there', () => {
    const numbers = numbered.map(name => Number(name.slice(0, 2)))
    // No number is missing: a reader counts on the next one.
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    expect(numbered.length).toBeGreaterThanOrEqual(18)
  })

  it.each(numbered)('%s is read on one screen: at most 60 lines', name => {
    expect(readFileSync(`${folder}${name}`, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  })

  it.each(numbered)('%s runs to its end and shows something', async name => {
    // With the built packages, as a user has them.
    const node = ['--import', 'tsx', `${folder}${name}`]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, node, {
      cwd: folder,
      timeout: 90_000,
    })
    expect(stdout.trim()).not.toBe('')
    expect(stderr).toBe('')
  })
})
