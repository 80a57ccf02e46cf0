import { expect, it } from 'vitest'
import { silentLogger } from './observability/logger.ts'
import { Teardown } from './teardown.ts'

it('ends parts in reverse order, each after the one before', async () => {
  const ended: string[] = []
  const teardown = new Teardown(silentLogger)
  teardown.add('database', () => void ended.push('database'))
  teardown.add('bots', async () => {
    await new Promise(resolve => setImmediate(resolve))
    ended.push('bots')
  })
  await teardown.run()
  expect(ended).toEqual(['bots', 'database'])
})

it('goes on when a part fails, and when one does not end in time', async () => {
  const ended: string[] = []
  const errors: string[] = []
  const teardown = new Teardown({
    ...silentLogger,
    error: (fields, message) => void errors.push(`${Object(fields).name}: ${message}`),
  })
  teardown.add('last', () => void ended.push('last'))
  teardown.add('stuck', () => new Promise(() => {}), 5)
  teardown.add('broken', () => {
    throw new RangeError('x')
  })
  await teardown.run()
  expect(ended).toEqual(['last'])
  expect(errors).toEqual(['broken: part failed to end', 'stuck: part did not end in time'])
})

it('runs once, also when asked twice', async () => {
  let times = 0
  const teardown = new Teardown(silentLogger)
  teardown.add('part', () => void times++)
  await Promise.all([teardown.run(), teardown.run()])
  expect(times).toBe(1)
})
