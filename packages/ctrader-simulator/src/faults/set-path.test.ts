import { expect, it } from 'vitest'
import { putPath, setPath } from './set-path.ts'

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

it('puts a value where there is a way, also where there was none', () => {
  const message = { trader: { login: 1 }, list: [{ mode: 1 }, {}] }
  putPath(message, ['trader', 'frenchRisk'], true)
  putPath(message, ['list', 'mode'], [7])
  putPath(message, ['order', 'id'], 3)
  putPath(message, ['__proto__', 'polluted'], 1)
  expect(message).toEqual({ trader: { login: 1, frenchRisk: true }, list: [{ mode: [7] }, { mode: [7] }] })
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})
