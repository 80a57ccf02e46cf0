import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { codeHashOf, localModules } from './local-modules.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-modules-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return join(folder, 'strategies', 'fade.ts')
}

it('finds what a module imports locally, through others and in a circle, and no packages', () => {
  const entry = write({
    'strategies/fade.ts': `import { z } from 'zod'
import { band } from '../shared/band.ts'
import type { Rule } from './rule.js'
export { high } from "./levels"
const table = await import('./table.json', { with: { type: 'json' } })
`,
    'shared/band.ts': "import './side-effect.mjs'\nimport { fade } from '../strategies/fade.ts'\n",
    'shared/side-effect.mjs': '',
    'strategies/rule.ts': "import { gone } from './gone.ts'\n",
    'strategies/levels/index.ts': '',
    'strategies/table.json': '{"from": "./rule.ts"}',
    'strategies/other.ts': '',
  })
  const { files, missing } = localModules(entry)
  expect(files.map(file => file.slice(folder.length + 1))).toEqual([
    'strategies/fade.ts',
    'shared/band.ts',
    'shared/side-effect.mjs',
    'strategies/levels/index.ts',
    'strategies/rule.ts',
    'strategies/table.json',
  ])
  expect(missing).toEqual([join(folder, 'strategies', 'gone.ts')])
})

it('hashes a module with what it imports; alone it has the hash of its file', () => {
  const text = "import { band } from '../shared/band.ts'\n"
  const entry = write({ 'strategies/fade.ts': text, 'shared/band.ts': 'export const band = 2\n' })
  const before = codeHashOf(entry)
  write({ 'shared/band.ts': 'export const band = 3\n' })
  expect(codeHashOf(entry)).not.toBe(before)
  write({ 'shared/band.ts': 'export const band = 2\n' })
  expect(codeHashOf(entry)).toBe(before)
  write({ 'strategies/fade.ts': 'export {}\n' })
  expect(codeHashOf(entry)).toBe(createHash('sha256').update('export {}\n').digest('hex').slice(0, 12))
})
