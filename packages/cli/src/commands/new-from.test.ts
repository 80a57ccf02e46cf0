import { execFile as execFileCallback } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject } from '../../test/author-project.ts'
import { runClaw } from '../../test/run-claw.ts'
import { findStrategy } from '../project/strategies.ts'
import { openProject } from '../project/config.ts'
import { referenceIds, referenceStrategy } from '../reference-strategies.ts'

const execFile = promisify(execFileCallback)
const COPY = fileURLToPath(new URL('../../scripts/copy-strategies.mjs', import.meta.url))

let project: AuthorProject
beforeAll(async () => {
  await execFile(process.execPath, [COPY])
  project = await authorProject()
  await project.write('claw.config.ts', 'export default {}\n')
})
afterAll(() => project.remove())

describe('claw new strategy --from', () => {
  it('copies a reference strategy with its test and page under a name of its own, which runs', async () => {
    expect(await runClaw('new strategy my-fade --from s03', project.dir)).toMatchObject({ code: 0 })
    const text = (file: string) => readFileSync(join(project.dir, 'strategies/my-fade', file), 'utf8')
    expect(text('strategy.ts')).toContain("name: 'my-fade'")
    expect(text('README.md')).toMatch(/^# my-fade\n\nS03: gold .*\n\nHypothesis: /)
    const run = 'backtest my-fade --synthetic 1 --bars 1500 --no-check --no-report --json'
    const own = JSON.parse((await runClaw(run, project.dir)).out).data
    const reference = JSON.parse((await runClaw(run.replace('my-fade', 'S03'), project.dir)).out).data
    // The rows have been tried by the copy then, which the name of the later part says.
    const figuresOf = (parts: readonly object[]) => parts.map(part => ({ ...part, name: undefined }))
    expect(figuresOf(own.parts)).toEqual(figuresOf(reference.parts))
    expect(own.strategy).toBe('my-fade')
  })

  it('of all nine, and the tests of those over other bars and with shorter indicators pass', async () => {
    expect(referenceIds()).toEqual(['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08', 'S09'])
    for (const id of referenceIds())
      expect(
        await runClaw(`new strategy copy-of-${id.toLowerCase()} --from ${id}`, project.dir),
      ).toMatchObject({ code: 0 })
    const { stdout } = await execFile(
      process.execPath,
      [
        '--conditions=@openclaw-trading/source',
        '--import',
        'tsx',
        '--test',
        '--test-reporter=tap',
        ...['s02', 's05', 's08'].map(id => `strategies/copy-of-${id}/strategy.test.ts`),
      ],
      // The runner of this test must not be taken for the one of those.
      { cwd: project.dir, env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } },
    )
    expect(stdout).toMatch(/# fail 0/)
    expect(stdout).toMatch(/# pass (3|9)\n/)
  }, 120_000)

  it('of one that is not there is refused with those that are', async () => {
    expect(await runClaw('new strategy my-own --from S10', project.dir)).toEqual({
      code: 4,
      out: '',
      err: expect.stringContaining('no reference strategy "S10" to copy. Known: S01, S02'),
    })
  })
})

it('an id of a project is the folder of a strategy as well as its name', async () => {
  await project.write(
    'strategies/in-folder/strategy.ts',
    readFileSync(referenceStrategy('S03')?.file ?? '', 'utf8'),
  )
  const found = async (word: string) =>
    (await findStrategy(word, await openProject({ cwd: project.dir }), project.dir)).path
  expect(await found('in-folder')).toBe('strategies/in-folder/strategy.ts')
  expect(await found('xauusd-bollinger-bounce')).toBe('strategies/in-folder/strategy.ts')
})
