import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { withFolderLock } from './folder-lock.ts'

const home = mkdtempSync(join(tmpdir(), 'folder-lock-'))
afterAll(() => rmSync(home, { recursive: true }))
const dead = spawnSync(process.execPath, ['-e', '']).pid
const among = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid') : undefined
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(home, 'series-'))
  path = join(folder, '.lock')
})

const lie = (file: string, pid: number, id?: string) =>
  writeFileSync(file, JSON.stringify({ host: hostname(), pid, among, id }))
const idIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).id as unknown

describe('a lock whose process has died', () => {
  it('is taken away, with or without an id, and nothing of it stays', async () => {
    for (const id of ['first', undefined]) {
      lie(path, dead, id)
      expect(await withFolderLock(path, async () => idIn(path))).not.toBe(id)
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('is taken away also where those that were taking it away have died at it', async () => {
    // Twelve in a row with ids of 36 characters: longer together than the name of a file may be.
    const ids = Array.from({ length: 12 }, () => crypto.randomUUID())
    lie(path, dead, ids[0])
    for (const [i, id] of ids.slice(1).entries()) lie(`${path}.${ids[i]}`, dead, id)
    await withFolderLock(path, async () => undefined)
    expect(readdirSync(folder)).toEqual([])
  })

  it('is left to the one that is at it', async () => {
    lie(path, dead, 'first')
    lie(`${path}.first`, process.pid, 'another')
    const waiting = withFolderLock(path, async () => idIn(path))
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(idIn(path)).toBe('first')
    rmSync(path)
    rmSync(`${path}.first`)
    expect(await waiting).toMatch(/^[\da-f-]{36}$/)
  })

  it('names no file by what it says of itself, unless that can be the name of one', async () => {
    mkdirSync(join(folder, '.lock.x'))
    lie(path, dead, 'x/../../outside')
    await withFolderLock(path, async () => undefined)
    expect(readdirSync(folder)).toEqual(['.lock.x'])
  })
})

describe('a holder that stood still until another took the lock', () => {
  it('is told so when it goes on, and leaves that lock where it is', async () => {
    const work = withFolderLock(path, async renew => {
      await renew()
      lie(path, process.pid, 'another')
      await renew()
    })
    await expect(work).rejects.toThrow(/data-busy.*is being written by process/)
    expect(idIn(path)).toBe('another')
  })

  it('keeps a lock from going stale by renewing it', async () => {
    const old = new Date(Date.now() - 120_000)
    const ageMs = await withFolderLock(path, async renew => {
      utimesSync(path, old, old)
      await renew()
      return Date.now() - statSync(path).mtimeMs
    })
    expect(ageMs).toBeLessThan(60_000)
  })
})
