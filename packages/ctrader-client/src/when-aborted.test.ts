import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { whenAborted } from './when-aborted.ts'

it('calls back all that still wait, through one listener of the signal', () => {
  const controller = new AbortController()
  const called: number[] = []
  const undo = Array.from({ length: 20 }, (_, i) => whenAborted(controller.signal, () => called.push(i)))
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  for (const end of undo.slice(3)) end()
  controller.abort()
  expect(called).toEqual([0, 1, 2])
  whenAborted(controller.signal, () => called.push(99))
  whenAborted(undefined, () => called.push(99))
  expect(called).toEqual([0, 1, 2])
})

it('does not call what an earlier one has ended', () => {
  const controller = new AbortController()
  let calls = 0
  let endSecond = (): void => {}
  whenAborted(controller.signal, () => {
    calls += 1
    endSecond()
  })
  endSecond = whenAborted(controller.signal, () => {
    calls += 10
  })
  controller.abort()
  expect(calls).toBe(1)
})
