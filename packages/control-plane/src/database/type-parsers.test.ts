import { expect, it } from 'vitest'
import { parseBigint } from './type-parsers.ts'

it('refuses a bigint beyond the safe whole numbers', () => {
  expect(parseBigint('-9007199254740991')).toBe(-9007199254740991)
  expect(() => parseBigint('9007199254740992')).toThrow('9007199254740992')
})
