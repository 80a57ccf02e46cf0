import { expect, it } from 'vitest'
import { causesText } from './causes.ts'

it('tells every cause with its stack, the first one last, and all parts of a failure of several', () => {
  const root = new RangeError('root')
  const parts = new AggregateError([root, 'a word'], 'both failed')
  const text = causesText(new Error('outer', { cause: new TypeError('middle', { cause: parts }) }))
  const heads = text.split('\n').filter(line => line !== '' && !line.startsWith('    at '))
  expect(heads).toEqual([
    'Error: outer',
    'caused by TypeError: middle',
    'caused by AggregateError: both failed',
    '1 of 2: RangeError: root',
    '2 of 2: a word',
  ])
  expect(text.match(/causes\.test\.ts/g)?.length).toBeGreaterThanOrEqual(4)
})

it('comes to an end where an error is its own cause', () => {
  const error = new Error('again')
  error.cause = error
  expect(causesText(error).match(/Error: again/g)).toHaveLength(20)
})
