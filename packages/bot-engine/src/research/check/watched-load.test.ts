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
