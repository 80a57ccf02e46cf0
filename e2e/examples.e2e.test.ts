import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../examples/', import.meta.url))
const numbered = readdirSync(folder).filter(name => /^\d\d-.*\.ts$/.test(name))

describe('examples', () => {
  it('are there', () => {
    expect(numbered.length).toBeGreaterThanOrEqual(6)
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
