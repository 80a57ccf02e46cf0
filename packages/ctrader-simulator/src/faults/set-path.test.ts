import { expect, it } from 'vitest'
import { setPath } from './set-path.ts'

it('sets a number where there is one, through lists, and nothing else', () => {
  const message = { order: { status: 1, name: 'x' }, list: [{ mode: 1 }, { mode: 2 }, {}] }
  for (const path of [
    'order.status',
    'list.mode',
    'order.name',
    'order.made.up',
    '__proto__.polluted',
    'list',
  ])
    setPath(message, path.split('.'), 99)
  expect(message).toEqual({ order: { status: 99, name: 'x' }, list: [{ mode: 99 }, { mode: 99 }, {}] })
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})
