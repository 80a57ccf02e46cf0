import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RefreshClaim } from '../oauth/grant.ts'
import { Secret } from '../oauth/secret.ts'
import { refreshLockFile } from './refresh-lock-file.ts'
import { tokenFile } from './token-file.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrader-tokens-'))
  path = join(folder, 'sub', 'tokens.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const RECORD = {
  generation: 3,
  accessToken: new Secret('canary-a'),
  refreshToken: new Secret('canary-r'),
  issuedAt: unixMs(1000),
  expiresAt: unixMs(2000),
}

describe('tokenFile', () => {
  it('holds nothing before the first save, and then what was saved', async () => {
    expect(await tokenFile(path).load()).toBeUndefined()
    await tokenFile(path).save(RECORD)
    const loaded = await tokenFile(path).load()
    expect([loaded?.generation, loaded?.accessToken.reveal(), loaded?.refreshToken.reveal()]).toEqual([
      3,
      'canary-a',
      'canary-r',
    ])
    expect([loaded?.issuedAt, loaded?.expiresAt]).toEqual([1000, 2000])
  })

  it('is for its owner alone, in a folder that git keeps out, and leaves no draft behind', async () => {
    await tokenFile(path).save(RECORD)
    await tokenFile(path).save({ ...RECORD, generation: 4 })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'sub'))).mode & 0o777).toBe(0o700)
    expect((await readdir(join(folder, 'sub'))).sort()).toEqual(['.gitignore', 'tokens.json'])
    expect(await readFile(join(folder, 'sub', '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('keeps its salt from pair to pair', async () => {
    await tokenFile(path).save(RECORD)
    const salt = await tokenFile(path).salt()
    await tokenFile(path).save({ ...RECORD, generation: 4 })
    expect(await tokenFile(path).salt()).toEqual(salt)
    expect(salt).toHaveLength(16)
  })

  it('refuses a file that others can read', async () => {
    await tokenFile(path).save(RECORD)
    await chmod(path, 0o644)
    await expect(tokenFile(path).load()).rejects.toMatchObject({
      code: 'state-unavailable',
      message: expect.stringContaining(`chmod 600 ${path}`),
    })
  })

  it.each(['', '{', '{"version":1,"accessToken":"canary-x"}', '[]', 'null', 'canary-x'])(
    'says that %j holds no tokens and repeats nothing of it',
    async text => {
      await tokenFile(path).save(RECORD)
      await writeFile(path, text)
      const error: unknown = await tokenFile(path)
        .load()
        .catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'state-damaged' })
      expect(String(error)).not.toContain('canary')
    },
  )
})

describe('refreshLockFile', () => {
  it('gives one of many the claim, and the others its owner', async () => {
    const lock = refreshLockFile(path)
    const claims = await Promise.all(Array.from({ length: 20 }, () => lock.claim(3)))
    const won = claims.filter(claim => 'release' in claim)
    expect(won).toHaveLength(1)
    expect(await lock.inspect(3)).toEqual({
      type: 'held',
      owner: `process ${process.pid} on ${hostname()}`,
    })
    await (won[0] as RefreshClaim).release()
    expect(await lock.inspect(3)).toEqual({ type: 'free' })
  })

  it('keeps what a refresh came to until a login', async () => {
    const lock = refreshLockFile(path)
    await ((await lock.claim(3)) as RefreshClaim).spend('refused')
    expect(await lock.claim(3)).toMatchObject({ type: 'spent', outcome: 'refused' })
    await lock.claim(4)
    await lock.forget(3)
    expect(await lock.inspect(3)).toEqual({ type: 'free' })
    expect(await lock.inspect(4)).toMatchObject({ type: 'held' })
  })

  it('does not hand on the claim of a process that died', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    const pid = child.pid ?? 0
    await new Promise(resolve => child.on('exit', resolve))
    const lock = refreshLockFile(path)
    await lock.claim(3)
    const content = JSON.parse(await readFile(`${path}.refresh-3`, 'utf8')) as object
    await writeFile(`${path}.refresh-3`, JSON.stringify({ ...content, pid }))
    expect(await lock.claim(3)).toEqual({
      type: 'spent',
      outcome: 'unknown',
      owner: `process ${pid} on ${hostname()}`,
    })
  })

  it.each<readonly [object, string]>([
    [{ expiresAt: Date.now() - 1 }, 'spent'],
    [{ host: 'elsewhere' }, 'held'],
    [{ host: 'elsewhere', expiresAt: 1 }, 'spent'],
    ...(process.platform === 'linux' ? [[{ processStart: '1' }, 'spent'] as const] : []),
  ])('sees a claim with %j as %s', async (change, type) => {
    const lock = refreshLockFile(path)
    await lock.claim(3)
    const content = JSON.parse(await readFile(`${path}.refresh-3`, 'utf8')) as object
    await writeFile(`${path}.refresh-3`, JSON.stringify({ ...content, ...change }))
    expect(await lock.inspect(3)).toMatchObject({ type })
  })

  it('holds no token', async () => {
    const store = tokenFile(path)
    await store.save(RECORD)
    await refreshLockFile(path).claim(3)
    expect(await readFile(`${path}.refresh-3`, 'utf8')).not.toContain('canary')
  })
})
