import { expect, it } from 'vitest'
import { identifyProcess, isProcessAlive, signalProcess } from './identity.ts'

it('knows this process again', async () => {
  const identity = await identifyProcess('h1', process.pid)
  expect(identity).toMatchObject({ host: 'h1', pid: process.pid })
  expect(await isProcessAlive('h1', identity!)).toBe(true)
})

it.each([
  ['start', { startMark: '1' }],
  ['boot', { bootId: 'another' }],
  ['host', { host: 'h2' }],
])('takes a process of another %s for another one, and does not signal it', async (_what, difference) => {
  const identity = { ...(await identifyProcess('h1', process.pid))!, ...difference }
  expect(await isProcessAlive('h1', identity)).toBe(false)
  // SIGKILL would end this test run.
  expect(await signalProcess('h1', identity, 'SIGKILL')).toBe(false)
})

it('finds no process behind a pid that cannot be one', async () => {
  expect(await identifyProcess('h1', 0)).toBeNull()
})
