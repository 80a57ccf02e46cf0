import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-search-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  // Steps through both axes at once, and repeats itself at their ends.
  writeFileSync(
    join(folder, 'stepping.mjs'),
    `export const LEAST = 3
     export function optimiser({ axes }) {
       let step = 0
       return {
         ask: () => [Object.fromEntries(axes.map(({ name, values }) => [name, values[Math.min(step++ >> 1, values.length - 1)]]))],
         tell([{ score }]) { if (score === undefined) throw new Error('told no score') },
       }
     }`,
  )
  writeFileSync(join(folder, 'two.mjs'), 'export function one() {}\nexport function other() {}\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sweep = (line: string) =>
  runClaw(
    `sweep S03 --synthetic 1 --bars 1500 --workers 0 --least-trades 0 --objective net-profit ${line}`,
    folder,
  )

describe('claw sweep --search', () => {
  it('lets the optimiser of a module choose, says where it ended, and counts what was tried', async () => {
    const { code, out, err } = await sweep(
      '--axis period=15,20,25 --axis deviation=1.5,2,2.5 --search ./stepping.mjs --trials 5 --json',
    )
    expect(code).toBe(0)
    const { data, warnings } = JSON.parse(out)
    expect(data).toMatchObject({
      search: './stepping.mjs',
      searchEnded: 'repeats',
      total: 5,
      done: 3,
      trials: 3,
      effectiveTrials: 3,
    })
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'search-ended' }))
    expect(err).toContain('at most 5 runs')
    expect(err).toContain('3 of at most 5 runs were made: the optimiser went on suggesting what was tried')
    // The first command imports the engine.
  }, 60_000)

  it('draws, or runs all', async () => {
    const axes = '--axis period=15,20,25 --json'
    const drawn = JSON.parse((await sweep(`${axes} --search random --trials 2`)).out)
    expect(drawn.data).toMatchObject({ search: 'random', total: 2, done: 2 })
    const whole = JSON.parse((await sweep(`${axes} --search grid`)).out)
    expect(whole.data).toMatchObject({ search: 'grid', searchEnded: null, total: 3, done: 3 })
  })

  it.each([
    ['--search ./nowhere.mjs', 'there is no such file'],
    ['--search ./two.mjs', 'exports no optimiser (functions in it: one, other)'],
    ['--search random --random 2', 'Both --search random and --random 2'],
    ['--trials 5', 'Add --search random or a module'],
    ['--search grid --trials 5', 'Add --search random or a module'],
  ])('refuses %s', async (words, message) => {
    const { code, err } = await sweep(`--axis period=15,20 ${words}`)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
