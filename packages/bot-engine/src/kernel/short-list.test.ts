import fc from 'fast-check'
import { expect, it } from 'vitest'
import { remove } from './short-list.ts'

it('takes the first of an element out and keeps the order, and nothing that is not in it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 20 }), fc.nat(9), (list, element) => {
      const first = list.indexOf(element)
      const expected = list.filter((_, i) => i !== first)
      remove(list, element)
      expect(list).toEqual(expected)
    }),
  )
})
