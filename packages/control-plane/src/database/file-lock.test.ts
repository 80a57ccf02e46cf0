import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentBootId } from '../process-probe.ts'
import { countHolders, registerHolder, takeFileLock } from './file-lock.ts'

let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-lock-'))
  file = join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

describe('takeFileLock', () => {
  it('lets one in at a time', async () => {
    let inside = 0
    let most = 0
    const visit = async (): Promise<void> => {
      const release = await takeFileLock(file, 20_000)
      inside += 1
      most = Math.max(most, inside)
      await new Promise(resolve => setImmediate(resolve))
      inside -= 1
      await release()
    }
    await Promise.all(Array.from({ length: 8 }, visit))
    expect(most).toBe(1)
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    [
      'of a dead process',
      async () => JSON.stringify({ pid: 2 ** 22 + 1, startMark: '1', bootId: await currentBootId() }),
    ],
    [
      'of a process that got the pid later',
      async () => JSON.stringify({ pid: process.pid, startMark: '1', bootId: await currentBootId() }),
    ],
    ['of an earlier boot', async () => JSON.stringify({ pid: process.pid, startMark: '1', bootId: 'other' })],
    ['that nobody can read', async () => 'garbage'],
  ])('takes over a lock %s', async (_title, content) => {
    await writeFile(file, await content())
    const contenders = [takeFileLock(file, 20_000), takeFileLock(file, 20_000)]
    await (await Promise.race(contenders))()
    for (const contender of contenders) await (await contender)()
    expect(await readdir(folder)).toEqual([])
  })

  it('gives up on a live owner after its time', async () => {
    const release = await takeFileLock(file, 1_000)
    await expect(takeFileLock(file, 30)).rejects.toMatchObject({
      code: 'embedded-database-failed',
      message: expect.stringContaining(String(process.pid)),
    })
    await release()
  })
})

describe('countHolders', () => {
  it('counts the live ones and clears away the dead', async () => {
    expect(await countHolders(join(folder, 'none'))).toBe(0)
    const holders = join(folder, 'holders')
    const one = await registerHolder(holders)
    await registerHolder(holders)
    await writeFile(
      join(holders, 'dead.json'),
      JSON.stringify({ pid: 2 ** 22 + 1, startMark: '1', bootId: 'x' }),
    )
    expect(await countHolders(holders)).toBe(2)
    await one()
    expect(await countHolders(holders)).toBe(1)
    expect(await readdir(holders)).toHaveLength(1)
  })
})
