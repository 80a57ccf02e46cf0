import { describe, expect, it } from 'vitest'
import { paramLines } from './params-view.ts'

const schema = {
  type: 'object',
  properties: {
    period: { type: 'integer', minimum: 5, maximum: 100, default: 20, description: 'Bars of the average' },
    lots: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    deviation: { type: 'number', exclusiveMinimum: 0 },
    timeframe: { enum: ['m1', 'm15'], default: 'm15' },
    hours: { type: 'object', properties: { from: { type: 'integer', default: 7 } } },
  },
}

describe('paramLines', () => {
  it('shows value, description, range and whether the default was changed', () => {
    const [period] = paramLines({ period: 21 }, schema)
    expect(period).toEqual({
      group: '',
      name: 'period',
      value: '21',
      description: 'Bars of the average',
      range: '5 to 100',
      defaultValue: '20',
      changed: true,
    })
  })

  it('does not call the largest whole number a limit', () => {
    const ranges = paramLines({}, schema).map(line => line.range)
    expect(ranges).toEqual(['5 to 100', 'at least 1', 'more than 0', 'one of m1, m15', ''])
  })

  it('opens nested objects as groups and keeps what the schema does not know', () => {
    const lines = paramLines({ hours: { from: 8 }, extra: [1, 2] }, schema)
    expect(lines.find(line => line.name === 'from')).toMatchObject({
      group: 'hours',
      value: '8',
      changed: true,
    })
    expect(lines.at(-1)).toMatchObject({ name: 'extra', value: '[1,2]', changed: false, defaultValue: null })
  })
})
