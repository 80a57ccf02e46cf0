import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { confirmOverwrite } from './confirm.ts'
import { run } from './run.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-confirm-'))
  writeFileSync(join(folder, 'notes.txt'), 'mine')
})
afterEach(() => rmSync(folder, { recursive: true }))

const SETUP = 'data get XAUUSD --tf h1 --synthetic --from 2024-01-08 --to 2024-01-10'
const EXPORT = 'data export XAUUSD --tf h1 --out notes.txt'

/** Runs a line where a person answers so; without an answer nobody is there. */
async function claw(line: string, answer?: string) {
  const text = { out: '', err: '', asked: '' }
  const code = await run(line.split(' '), {
    out: more => {
      text.out += more
    },
    err: more => {
      text.err += more
    },
    ...(answer !== undefined && {
      ask: async (question: string) => {
        text.asked += question
        return answer
      },
    }),
    interactive: false,
    env: {},
    cwd: folder,
    upCommand: 'claw up',
  })
  return { code, ...text, notes: readFileSync(join(folder, 'notes.txt'), 'utf8') }
}

it.each(['y', ' YES '])('writes over a file once a person says "%s"', async answer => {
  await claw(SETUP)
  const { code, asked, notes } = await claw(EXPORT, answer)
  expect(asked).toMatch(
    /^ {2}notes\.txt is there already \(4 bytes, of .* UTC\)\. Write over it\? \[y\/N\] $/,
  )
  expect([code, notes.slice(0, 12)]).toEqual([0, 'timestamp_ms'])
})

it.each(['', 'n', 'yesterday'])('leaves a file as it is where the answer is "%s"', async answer => {
  await claw(SETUP)
  expect(await claw(EXPORT, answer)).toMatchObject({
    code: 11,
    notes: 'mine',
    err: expect.stringContaining('code: conflict'),
  })
})

it('fails with exit code 2 and names --yes where nobody can answer: no terminal, JSON, --quiet', async () => {
  await claw(SETUP)
  for (const [line, answer] of [
    [EXPORT, undefined],
    [`${EXPORT} --json`, 'y'],
    [`${EXPORT} --quiet`, 'y'],
  ] as const)
    expect(await claw(line, answer)).toMatchObject({ code: 2, notes: 'mine', asked: '' })
  expect((await claw(EXPORT)).err).toContain('State --yes to write over it')
})

it('asks nothing with --yes, nor where there is nothing to lose', async () => {
  await claw(SETUP)
  expect(await claw(`${EXPORT}.new`, 'n')).toMatchObject({ code: 0, asked: '' })
  const { code, asked, notes } = await claw(`${EXPORT} --yes`, 'n')
  expect([code, asked, notes.slice(0, 12)]).toEqual([0, '', 'timestamp_ms'])
  const terminal = { out: () => {}, err: () => {}, interactive: false, env: {}, cwd: folder, upCommand: '' }
  await expect(confirmOverwrite(devNull, { terminal, interrupt: {} as never })).resolves.toBeUndefined()
})

it('of a report asks too', async () => {
  await claw('backtest S03 --synthetic 1 --bars 500 --no-check')
  const line = 'report export latest --format csv --out notes.txt'
  expect(await claw(line)).toMatchObject({ code: 2, notes: 'mine' })
  expect((await claw(`${line} --yes`)).notes).not.toBe('mine')
})
