import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../oauth/secret.ts'
import { envValue, readEnvFile, setEnvValues, writeEnvFile } from './env-file.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const set = (text: string, token = 'new-1') => setEnvValues(text, { CTRADER_ACCESS_TOKEN: new Secret(token) })
const valueIn = (text: string) => envValue({ path: '', exists: true, text }, 'CTRADER_ACCESS_TOKEN')?.reveal()

describe('setEnvValues', () => {
  it.each([
    ['A=1\nCTRADER_ACCESS_TOKEN=old\nB=2\n', 'A=1\nCTRADER_ACCESS_TOKEN=new-1\nB=2\n'],
    ['CTRADER_ACCESS_TOKEN="old"\r\nB=2\r\n', 'CTRADER_ACCESS_TOKEN="new-1"\r\nB=2\r\n'],
    [" export CTRADER_ACCESS_TOKEN = 'old' # mine\n", " export CTRADER_ACCESS_TOKEN = 'new-1' # mine\n"],
    ['CTRADER_ACCESS_TOKEN=\n', 'CTRADER_ACCESS_TOKEN=new-1\n'],
    ['CTRADER_ACCESS_TOKEN= # none\n', 'CTRADER_ACCESS_TOKEN= new-1 # none\n'],
    [
      'CTRADER_ACCESS_TOKEN=a\nCTRADER_ACCESS_TOKEN=b',
      'CTRADER_ACCESS_TOKEN=new-1\nCTRADER_ACCESS_TOKEN=new-1',
    ],
    ['', 'CTRADER_ACCESS_TOKEN=new-1\n'],
    ['A=1', 'A=1\nCTRADER_ACCESS_TOKEN=new-1\n'],
    ['A=1\r\n', 'A=1\r\nCTRADER_ACCESS_TOKEN=new-1\r\n'],
    ['#CTRADER_ACCESS_TOKEN=x\n', '#CTRADER_ACCESS_TOKEN=x\nCTRADER_ACCESS_TOKEN=new-1\n'],
    ['MY_CTRADER_ACCESS_TOKEN=x\n', 'MY_CTRADER_ACCESS_TOKEN=x\nCTRADER_ACCESS_TOKEN=new-1\n'],
    ['CTRADER_ACCESS_TOKEN_2=x\n', 'CTRADER_ACCESS_TOKEN_2=x\nCTRADER_ACCESS_TOKEN=new-1\n'],
  ])('turns %j into %j', (before, after) => {
    expect(set(before)).toBe(after)
    expect(valueIn(after)).toBe('new-1')
  })

  it('quotes a token with a sign that readers give a meaning', () => {
    expect(set('CTRADER_ACCESS_TOKEN=old # x\n', 'a#$b')).toBe("CTRADER_ACCESS_TOKEN='a#$b' # x\n")
    expect(valueIn(set('', 'a#$b'))).toBe('a#$b')
  })
})

describe('writeEnvFile', () => {
  it('keeps bytes that are no text, sets mode 600, and keeps a link a link', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ctrader-env-'))
    folders.push(folder)
    const before = Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x00, 0x0a, 0xc3, 0xbc, 0x0a])
    await writeFile(join(folder, 'real'), before, { mode: 0o644 })
    await symlink('real', join(folder, '.env'))
    const path = join(folder, '.env')
    await writeEnvFile(path, set((await readEnvFile(path)).text))
    const after = await readFile(join(folder, 'real'))
    expect(after.subarray(0, before.length).equals(before)).toBe(true)
    expect(after.subarray(before.length).toString()).toBe('CTRADER_ACCESS_TOKEN=new-1\n')
    expect((await stat(join(folder, 'real'))).mode & 0o777).toBe(0o600)
  })
})
