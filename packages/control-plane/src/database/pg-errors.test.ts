import { expect, it } from 'vitest'
import { describeUrl, mapDatabaseError } from './pg-errors.ts'

it('tells an unreachable database from an outdated schema and leaves other errors alone', () => {
  const of = (code: string) => mapDatabaseError(Object.assign(new Error('x'), { code }), 'h/db')
  for (const code of ['ECONNREFUSED', '57P01', '57P03', '08006', '28P01', '3D000'])
    expect(of(code)).toMatchObject({ code: 'database-unavailable', retryable: true })
  for (const code of ['42P01', '42703']) expect(of(code)).toMatchObject({ code: 'schema-outdated' })
  expect(of('23505')).toMatchObject({ code: '23505' })
  expect(mapDatabaseError(new Error('Connection terminated unexpectedly'), 'h')).toMatchObject({
    code: 'database-unavailable',
  })
})

it('describes a URL without its password', () => {
  expect(describeUrl('postgresql://u:secret@h:1/db')).toBe('h:1/db')
  expect(describeUrl('nonsense')).not.toContain('nonsense')
})
