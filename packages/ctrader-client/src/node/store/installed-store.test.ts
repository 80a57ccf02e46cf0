import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInstalledStore } from './installed-store.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('openInstalledStore', () => {
  it('says what to install where the engine is missing', async () => {
    await expect(openInstalledStore(true, folder, [folder, join(folder, 'other')])).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(`${folder} has none. Run: npm install @openclaw-trading/bot-engine`),
      details: { path: 'store' },
    })
  })
})
