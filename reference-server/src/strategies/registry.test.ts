import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isServerError } from '../errors.ts'
import { checkParams } from './check-params.ts'
import { REFERENCE_STRATEGIES } from './reference-strategies.ts'
import { createRegistry, loadRegistry, paramsSchemaOf } from './registry.ts'

const registry = createRegistry()
const s03 = registry.get('S03')
const ids = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08', 'S09']
function issuesOf(params: Record<string, unknown>) {
  try {
    checkParams(s03, params)
    return []
  } catch (error) {
    if (isServerError(error, 'invalid-params')) return error.issues
    throw error
  }
}

describe('the registry', () => {
  it('knows S03 with a demo preset that its own schema allows', () => {
    expect(s03).toMatchObject({ botId: 'S03', symbol: 'XAUUSD' })
    expect(checkParams(s03, s03.demoParams ?? {}).effective).toMatchObject({ timeframe: 'm1' })
  })

  it('knows the nine reference strategies, of which only S03 starts by itself', () => {
    expect(REFERENCE_STRATEGIES.map(entry => entry.botId)).toEqual(ids)
    expect(REFERENCE_STRATEGIES.filter(entry => entry.demoParams !== undefined)).toEqual([s03])
  })

  it.each(REFERENCE_STRATEGIES)('knows the timeframes of $botId, its default first', entry => {
    const { timeframes } = entry
    expect(checkParams(entry, {}).effective).toMatchObject({ timeframe: timeframes[0] })
    for (const timeframe of timeframes) expect(() => checkParams(entry, { timeframe })).not.toThrow()
    expect(() => checkParams(entry, { timeframe: 'mn1' })).toThrow('timeframe')
  })

  it('names the nearest bot for an id it does not know', () => {
    expect(() => registry.get('S30')).toThrow('There is no bot S30. Did you mean S03?')
  })

  it('lets a later entry replace an earlier one with its id', () => {
    const mine = { ...s03, name: 'mine' }
    expect(createRegistry([...REFERENCE_STRATEGIES, mine]).get('S03').name).toBe('mine')
  })
})

describe('a file of strategies', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'claw-strategies-'))
  })
  afterAll(() => rm(dir, { recursive: true }))
  async function load(name: string, text?: string) {
    const file = join(dir, name)
    if (text !== undefined) await writeFile(file, text)
    const error: unknown = await loadRegistry(file).catch((reason: unknown) => reason)
    return isServerError(error, 'config-invalid') ? error.message : error
  }

  it('that is missing or broken is named with the cause', async () => {
    expect(await load('none.mjs')).toMatch(/none\.mjs cannot be loaded: .*none\.mjs/)
    expect(await load('broken.mjs', 'export const = 1')).toMatch(/broken\.mjs cannot be loaded: ./)
    expect(await load('throws.mjs', 'throw new Error("no key")')).toContain(
      'cannot be loaded: no key. Correct',
    )
  })

  it('without a list is refused', async () => {
    expect(await load('empty.mjs', 'export {}')).toContain('exports no list "strategies"')
  })

  it('with incomplete entries is refused with every missing field', async () => {
    const message = await load(
      'half.mjs',
      'export const strategies = [{ botId: "S04", name: "x", strategy: {} }, 7]',
    )
    for (const path of ['0.symbol', '0.timeframes', '0.strategy.params', '1'])
      expect(message).toContain(`- strategies.${path}: `)
  })

  it('adds its strategies to the reference ones', async () => {
    const registry = await loadRegistry(
      fileURLToPath(new URL('../../test/throwing-strategy.mjs', import.meta.url)),
    )
    expect(registry.entries.map(entry => entry.botId)).toEqual([...ids, 'T01', 'T02', 'T03', 'T04', 'T05'])
  })
})

it('describes parameters as JSON Schema for forms: ranges, defaults, texts', () => {
  expect(paramsSchemaOf(s03)).toMatchObject({
    type: 'object',
    properties: {
      period: { minimum: 5, maximum: 200, default: 20, description: expect.stringContaining('bars') },
    },
  })
})

describe('parameters', () => {
  it('left out take their defaults, and say so', () => {
    const { effective, layers } = checkParams(s03, { period: 30 })
    expect(effective).toMatchObject({ period: 30, deviation: 2 })
    expect(layers).toMatchObject({ period: 'params', deviation: 'default' })
  })

  it('outside the schema are all named at once', () => {
    expect(
      issuesOf({ period: 1000, riskPercent: 0, timeframe: 'm7' })
        .map(issue => issue.path)
        .toSorted(),
    ).toEqual(['period', 'riskPercent', 'timeframe'])
  })

  it('with an unknown name are refused with the nearest known one', () => {
    expect(issuesOf({ perod: 20 })).toEqual([
      { path: 'perod', message: 'is not a parameter of S03. Did you mean period?' },
    ])
    expect(() => checkParams(s03, { perod: 20 })).toThrow('Did you mean period? Nothing was changed')
  })
})

it('waits for a file that waits for what never comes until it is told to stop', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'))
  const file = join(folder, 'never.mjs')
  await writeFile(file, 'await new Promise(() => {})\nexport const strategies = []\n')
  const controller = new AbortController()
  const loading = loadRegistry(file, controller.signal)
  controller.abort(new Error('enough'))
  await expect(loading).rejects.toThrow('enough')
  await expect(loadRegistry(file, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
  await rm(folder, { recursive: true })
})
