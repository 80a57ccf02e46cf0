import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { codeHashOf } from '@openclaw-trading/bot-engine/research'
import { expect, it } from 'vitest'
import { REFERENCE_STRATEGIES } from './reference-strategies.ts'
import { sessionCodeHash } from './session-code-hash.ts'

it.each(REFERENCE_STRATEGIES)('$botId has the code hash of its backtests', ({ module }) => {
  expect(sessionCodeHash({ module })).toBe(codeHashOf(fileURLToPath(import.meta.resolve(module))))
})

it('changes with what the strategy imports from its project', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'claw-code-'))
  try {
    const file = join(folder, 'fade.ts')
    const module = pathToFileURL(file).href
    await writeFile(file, "import { band } from './band.ts'\n")
    await writeFile(join(folder, 'band.ts'), 'export const band = 2\n')
    const before = sessionCodeHash({ module })
    expect(before).toMatch(/^[0-9a-f]{12}$/)
    await writeFile(join(folder, 'band.ts'), 'export const band = 3\n')
    expect(sessionCodeHash({ module })).not.toBe(before)
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('of a strategy without a file is that of its name', () => {
  expect(sessionCodeHash({ module: 'nowhere' })).toMatch(/^[0-9a-f]{12}$/)
  expect(sessionCodeHash({ module: 'nowhere' })).not.toBe(sessionCodeHash({ module: 'elsewhere' }))
})
