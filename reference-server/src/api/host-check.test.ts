import { expect, it } from 'vitest'
import { isLoopbackHost, isOwnOrigin } from './host-check.ts'

it.each(['127.0.0.1', '127.0.0.1:8000', 'localhost:8000', 'LOCALHOST', '[::1]:8000'])(
  'answers to %s',
  host => {
    expect(isLoopbackHost(host)).toBe(true)
  },
)

it.each([
  undefined,
  '',
  'evil.example',
  'evil.example:8000',
  '127.0.0.1.evil.example',
  'localhost.evil.example:8000',
  '127.0.0.1:8000@evil.example',
  '0.0.0.0:8000',
  '192.168.1.5:8000',
])('does not answer to %s', host => {
  expect(isLoopbackHost(host)).toBe(false)
})

it('takes a change from its own page and from programs', () => {
  expect(isOwnOrigin('http://127.0.0.1:8000', 'same-origin', '127.0.0.1:8000')).toBe(true)
  expect(isOwnOrigin(undefined, undefined, '127.0.0.1:8000')).toBe(true)
})

it('refuses a change that another page asks for, also one of another port', () => {
  expect(isOwnOrigin('http://evil.example', 'cross-site', '127.0.0.1:8000')).toBe(false)
  expect(isOwnOrigin('http://127.0.0.1:3000', 'same-site', '127.0.0.1:8000')).toBe(false)
  expect(isOwnOrigin('http://127.0.0.1:3000', undefined, '127.0.0.1:8000')).toBe(false)
  expect(isOwnOrigin('null', undefined, '127.0.0.1:8000')).toBe(false)
})
