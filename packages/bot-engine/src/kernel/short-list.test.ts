import fc from 'fast-check'
import { expect, it } from 'vitest'
import { removeAt } from './short-list.ts'

it('takes the element at an index out, as splice does, and nothing at −1', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 20 }), fc.nat(19), (list, place) => {
      const index = place < list.length ? place : -1
      const expected = list.filter((_, i) => i !== index)
      removeAt(list, index)
      expect(list).toEqual(expected)
    }),
  )
})
