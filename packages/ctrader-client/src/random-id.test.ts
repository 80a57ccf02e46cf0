import { afterEach, expect, it, vi } from 'vitest'
import { prepareRandomId, randomId } from './random-id.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

afterEach(() => {
  vi.unstubAllGlobals()
})

it('is a version 4 UUID that never repeats', () => {
  const ids = Array.from({ length: 1000 }, randomId)
  for (const id of ids) expect(id).toMatch(UUID)
  expect(new Set(ids).size).toBe(1000)
})

it('is one also on a page over plain HTTP, which lacks the function', () => {
  const { crypto } = globalThis
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  const ids = Array.from({ length: 1000 }, randomId)
  for (const id of ids) expect(id).toMatch(UUID)
  expect(new Set(ids).size).toBe(1000)
})

it('hands out an id made ahead, once', () => {
  vi.stubGlobal('crypto', { randomUUID: () => 'ahead' })
  randomId()
  expect(prepareRandomId()).toBe('ahead')
  vi.stubGlobal('crypto', { randomUUID: () => 'fresh' })
  expect(prepareRandomId()).toBe('ahead')
  expect([randomId(), randomId()]).toEqual(['ahead', 'fresh'])
})
