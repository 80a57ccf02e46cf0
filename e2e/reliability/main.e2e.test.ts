import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/reliability.mjs', import.meta.url))
const reliability = (...args: readonly string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

describe('npm run reliability', () => {
  it('prints one line of JSON with seed, counts and verdict', () => {
    const { status, stdout } = reliability('R-18', '--seed', '9', '--frames', '500', '--segmentations', '20')
    expect(JSON.parse(stdout)).toMatchObject({
      scenario: 'R-18',
      seed: 9,
      counts: { frames: 500, segmentations: 20 },
      pass: true,
    })
    expect(status).toBe(0)
  })

  it.each([
    [['R-99'], 'No scenario named R-99.'],
    [['R-18', '--seed', 'x'], '--seed is "x". Pass a whole number from 0.'],
    [['--nonsense'], "'--nonsense'"],
  ])('refuses %j and says how it is called', (args, message) => {
    const { status, stderr } = reliability(...args)
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: npm run reliability')
    expect(status).toBe(2)
  })
})
