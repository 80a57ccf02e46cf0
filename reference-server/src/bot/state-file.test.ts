import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

describe('a reset', () => {
  const risk = { day: 3 }
  const asideOf = (file: string) => `${file}.before-reset`

  it('forgets the state, keeps what the limits have seen, and leaves what was there beside it', async () => {
    const { file } = stored()
    await stored().save(JSON.stringify({ levels: [1], $risk: risk }))
    const text = await readFile(file, 'utf8')
    expect(await stored().reset()).toBe('reset')
    expect(await stored().load()).toEqual({ $risk: risk })
    expect(await readFile(asideOf(file), 'utf8')).toBe(text)
    expect(await stored().reset()).toBe('reset')
    expect(await stored().load()).toEqual({ $risk: risk })
    // A start that did it and could not tell is followed by one that does it again.
    expect(await readFile(asideOf(file), 'utf8')).toBe(text)
  })

  it('leaves no file where nothing is left to keep, and does nothing twice', async () => {
    const { file } = stored()
    await stored().save('{"levels":[1]}')
    expect(await stored().reset()).toBe('reset')
    expect(await stored().load()).toBeUndefined()
    expect(await readdir(folder)).toEqual([basename(asideOf(file))])
    expect(await stored().reset()).toBe('nothing')
  })

  it('puts a file aside that cannot be read, and does not bring back what an older release kept', async () => {
    const { file } = stored()
    await writeFile(file, '{"environment":"demo"')
    const former = { environment: 'demo', account: 7, strategy: 'grid', state: { levels: [1] } }
    await writeFile(join(folder, 'state.json'), JSON.stringify(former))
    expect(await stored().reset()).toBe('damaged')
    expect(await stored().load()).toBeUndefined()
    expect(await readFile(asideOf(file), 'utf8')).toBe('{"environment":"demo"')
  })

  it('leaves what an older release kept of another owner', async () => {
    await writeFile(stored().file, 'damaged')
    const former = { environment: 'demo', account: 8, strategy: 'grid', state: { levels: [1] } }
    await writeFile(join(folder, 'state.json'), JSON.stringify(former))
    expect(await stored().reset()).toBe('damaged')
    expect(await stored({ account: 8 }).load()).toEqual({ levels: [1] })
  })
})

describe('the file of an earlier release', () => {
  const former = {
    environment: 'demo',
    account: 7,
    strategy: 'grid',
    state: { levels: [1], $risk: { day: 3 } },
  }
  const write = (value: unknown) => writeFile(join(folder, 'state.json'), JSON.stringify(value))

  it('is taken by its owner, once, and kept under the new name', async () => {
    await write(former)
    expect(await stored().load()).toEqual(former.state)
    expect((await readdir(folder)).sort()).toEqual([basename(stored().file), 'state.json.taken'].sort())
    expect(await stored().load()).toEqual(former.state)
    expect(await stored({ symbol: 'EURUSD' }).load()).toBeUndefined()
  })

  it.each([{ environment: 'live' }, { account: 8 }, { strategy: 'other' }])(
    'is left to its owner by %j',
    async changes => {
      await write(former)
      expect(await stored(changes).load()).toBeUndefined()
      expect(await stored().load()).toEqual(former.state)
    },
  )

  it('does not replace a state that was saved since', async () => {
    await write(former)
    await stored().save('{"levels":[2]}')
    expect(await stored().load()).toEqual({ levels: [2] })
  })

  it('is refused when it is damaged', async () => {
    await writeFile(join(folder, 'state.json'), '{"environment":"demo"')
    await expect(stored().load()).rejects.toMatchObject({ code: 'state-invalid' })
  })

  it('is taken from a folder that cannot be written too', async () => {
    await write(former)
    await mkdir(`${stored().file}.new`)
    expect(await stored().load()).toEqual(former.state)
  })
})
