import { defineStrategy } from '@openclaw-trading/bot-engine'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isServerError } from '../errors.ts'
import { checkParams } from './check-params.ts'
import { codeHashOf, createRegistry, paramsSchemaOf, REFERENCE_STRATEGIES } from './registry.ts'

const registry = createRegistry()
const s03 = registry.get('S03')
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

  it('names the nearest bot for an id it does not know', () => {
    expect(() => registry.get('S30')).toThrow('There is no bot S30. Did you mean S03?')
  })

  it('lets a later entry replace an earlier one with its id', () => {
    const mine = { ...s03, name: 'mine' }
    expect(createRegistry([...REFERENCE_STRATEGIES, mine]).get('S03').name).toBe('mine')
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
  })
})

it('hashes the text of a strategy: equal for equal code, other for another engine', async () => {
  const [a, b, c] = await Promise.all([codeHashOf(s03, '1'), codeHashOf(s03, '1'), codeHashOf(s03, '2')])
  expect(a).toMatch(/^[0-9a-f]{64}$/)
  expect(a).toBe(b)
  expect(a).not.toBe(c)
})

it('hashes a strategy without a file by its name', async () => {
  const strategy = defineStrategy({
    name: 'loose',
    params: z.object({}),
    feeds: () => ({}),
    create: () => ({}),
  })
  expect(await codeHashOf({ ...s03, module: 'nowhere', strategy }, '1')).toMatch(/^[0-9a-f]{64}$/)
})
