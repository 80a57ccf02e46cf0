import { expect, it } from 'vitest'
import { Inbox } from './inbox.ts'

it('hands requests over in the order of deciding, whatever the order of arrival', () => {
  const inbox = new Inbox<string>()
  for (const [n, k] of [
    [3, 1],
    [2, 2],
    [4, 1],
    [2, 1],
  ] as const)
    inbox.add({ n, k, decidedAt: 1000, request: `${n}.${k}` })
  expect(inbox.takeUpTo(1)).toEqual([])
  expect(inbox.takeUpTo(3).map(({ request }) => request)).toEqual(['2.1', '2.2', '3.1'])
  expect(inbox.size).toBe(1)
  expect(inbox.takeUpTo(9).map(({ request }) => request)).toEqual(['4.1'])
})
