import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byId, remove } from './short-list.ts'

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

it('finds the first element of an id, and nothing of another one', () => {
  const list = [{ id: 3 }, { id: 5 }, { id: 5 }]
  expect(byId(list, 5)).toBe(list[1])
  expect(byId(list, 4)).toBeUndefined()
  expect(byId(list.slice(3), 3)).toBeUndefined()
})
