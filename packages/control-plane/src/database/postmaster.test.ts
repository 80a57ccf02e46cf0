import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectPostmaster, isServerOf, parseAttachCount, parsePostmasterFile } from './postmaster.ts'

const full = '811\n/data/pg\n1795615800\n40273\n\n127.0.0.1\n  65537   32769\nready   \n'

describe('parsePostmasterFile', () => {
  it('reads pid, folder, port and shared memory', () => {
    expect(parsePostmasterFile(full)).toEqual({
      pid: 811,
      dataDir: '/data/pg',
      port: 40273,
      sharedMemoryId: 32769,
    })
  })

  it('knows no port and no memory of a server that is just starting', () => {
    expect(parsePostmasterFile('811\n/data/pg\n1795615800\n')).toEqual({
      pid: 811,
      dataDir: '/data/pg',
      port: null,
      sharedMemoryId: null,
    })
  })

  it.each(['', '\n', 'abc\n', '-5\n/x\n'])('takes %j for no file', text => {
    expect(parsePostmasterFile(text)).toBeNull()
  })
})

describe('isServerOf', () => {
  it('knows a server by its program and its folder', () => {
    expect(isServerOf('/x/bin/postgres -D /data/pg -c port=1', '/data/pg')).toBe(true)
    expect(isServerOf('/x/bin/postgres -D /data/other', '/data/pg')).toBe(false)
    expect(isServerOf('vim /data/pg/notes', '/data/pg')).toBe(false)
  })
})

describe('parseAttachCount', () => {
  const table = `       key      shmid perms                  size  cpid  lpid nattch   uid
     65537      32769   600                    56   811   812      3   101
     65538      32770   600                    56   911   912      0   101
`
  it('counts the processes on a segment', () => {
    expect(parseAttachCount(table, 32769)).toBe(3)
    expect(parseAttachCount(table, 32770)).toBe(0)
  })

  it('counts none on a segment that is gone', () => {
    expect(parseAttachCount(table, 1)).toBe(0)
    expect(parseAttachCount('', 1)).toBe(0)
  })
})

describe('inspectPostmaster', () => {
  it('sees no server without a file, and a stale file in that of another program', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'claw-postmaster-'))
    expect(await inspectPostmaster(dir)).toEqual({ type: 'absent' })
    await writeFile(join(dir, 'postmaster.pid'), full.replace('811', String(process.pid)))
    expect(await inspectPostmaster(dir)).toEqual({
      type: 'stale',
      pid: process.pid,
      sharedMemoryId: 32769,
    })
    expect(await readdir(dir)).toEqual(['postmaster.pid'])
    await rm(dir, { recursive: true })
  })
})
