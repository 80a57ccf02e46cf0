import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StateFile } from './state-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-state-'))
})

afterEach(() => rm(folder, { recursive: true }))

const stored = (changes = {}) =>
  new StateFile({ folder, environment: 'demo', account: 7, strategy: 'grid', symbol: 'XAUUSD', ...changes })

it('gives back what was saved last, to another process too', async () => {
  const store = stored()
  expect(await store.load()).toBeUndefined()
  await store.save('{"levels":[1]}')
  await store.save('{"levels":[1,2]}')
  expect(await stored().load()).toEqual({ levels: [1, 2] })
})

it.each([{ environment: 'live' }, { account: 8 }, { strategy: 'other' }, { symbol: 'EURUSD' }])(
  'keeps the state of %j apart, and finds its own again after that',
  async changes => {
    await stored().save('{"levels":[1]}')
    expect(await stored(changes).load()).toBeUndefined()
    await stored(changes).save('{"levels":[2]}')
    expect(await stored().load()).toEqual({ levels: [1] })
    expect(await stored(changes).load()).toEqual({ levels: [2] })
  },
)

it('takes any name of a strategy', async () => {
  const strategy = `../..\u0000/ü ${'x'.repeat(300)}`
  await stored({ strategy }).save('{"levels":[3]}')
  expect(await stored({ strategy }).load()).toEqual({ levels: [3] })
})

it('leaves the last state whole when a write was cut off', async () => {
  await stored().save('{"levels":[1]}')
  await writeFile(`${stored().file}.new`, '{"environment":"demo","acc')
  expect(await stored().load()).toEqual({ levels: [1] })
})

it('refuses a damaged file instead of beginning anew', async () => {
  await stored().save('{"levels":[1]}')
  const { file } = stored()
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, -5))
  await expect(stored().load()).rejects.toMatchObject({ code: 'state-invalid' })
})
