import { randomInt } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { watchedLoad } from './watched-load.ts'

const HERE = fileURLToPath(import.meta.url)

it('names clocks and chance that a module calls while it is loaded, each once with all its lines', async () => {
  const { module, findings } = await watchedLoad(async () => {
    await Promise.resolve()
    const drawn = [Math.random(), Math.random()]
    return { drawn, at: Date.now(), began: performance.now() }
  }, [HERE])
  expect(module.drawn).toHaveLength(2)
  expect(findings.map(({ code }) => code)).toEqual(['clock', 'random'])
  expect(findings[0]?.message).toMatch(
    /watched-load\.test\.ts:\d+ calls Date\.now\(\); .*:\d+ calls performance\.now\(\) while the module is loaded/,
  )
  expect(findings[1]?.message).toMatch(/:\d+ calls Math\.random\(\) while .* Fix: use ctx\.random\(\)/)
  expect(findings[1]?.line).toMatch(/watched-load\.test\.ts:\d+$/)
})

it('tells nothing of a module that calls neither, nor of calls from other files', async () => {
  const { module, findings } = await watchedLoad(async () => new Date(0).getTime(), [HERE])
  expect({ module, findings }).toEqual({ module: 0, findings: [] })
  expect((await watchedLoad(async () => Math.random(), ['/elsewhere.ts'])).findings).toEqual([])
})

it('leaves clocks and chance as they were, also after a module that cannot be loaded', async () => {
  const { random } = Math
  const load = () => Promise.reject(new Error('it throws'))
  await expect(watchedLoad(load, [HERE])).rejects.toThrow('it throws')
  expect(Math.random).toBe(random)
})

it('names clocks and chance that node:crypto, process.hrtime and a format without a date give', async () => {
  const { findings } = await watchedLoad(
    async () => [
      randomInt(5),
      process.hrtime.bigint(),
      new Intl.DateTimeFormat('en').format(),
      new Intl.DateTimeFormat('en').formatToParts(),
      new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(0),
    ],
    [HERE],
  )
  expect(findings.map(({ code }) => code)).toEqual(['clock', 'random'])
  const called = findings.map(({ message }) =>
    [...message.matchAll(/:\d+ calls (.*?)(?=;| while)/g)].map(([, what]) => what),
  )
  expect(called).toEqual([
    [
      'process.hrtime.bigint()',
      'Intl.DateTimeFormat().format() without a date',
      'Intl.DateTimeFormat().formatToParts() without a date',
    ],
    ['crypto.randomInt()'],
  ])
})

it('lets a later check name chance and clocks that the module took under another name', async () => {
  const { module } = await watchedLoad(
    async () => ({ draw: Math.random, now: Date.now, Day: Date, tick: process.hrtime.bigint }),
    [HERE],
  )
  // Nobody watches.
  expect(module.draw()).toBeLessThan(1)
  const { findings } = await watchedLoad(async () => {
    const given = [module.draw(), module.now(), new module.Day(), module.tick()]
    return given
  }, [HERE])
  const calls = findings.map(({ message }) => message.replaceAll(/\S*:(\d+)/g, 'line')).join(' ')
  expect(calls).toMatch(
    /^line calls Date\.now\(\); line calls new Date\(\); line calls process\.hrtime\.bigint\(\) while/,
  )
  expect(calls).toContain('line calls Math.random() while')
})
