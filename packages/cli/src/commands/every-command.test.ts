import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUTH, FAILURES, isOf, LEAVES, RESULTS } from '../../test/command-lines.ts'
import { recordSession } from '../../test/record-session.ts'
import { runClaw } from '../../test/run-claw.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-every-'))
  writeFileSync(join(folder, 'claw.config.mjs'), 'export default { market: { synthetic: { bars: 1500 } } }')
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const seed of [1, 2]) await claw(`backtest S03 --synthetic ${seed} --no-check`)
  await claw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-01')
  await claw('data export XAUUSD --tf m15 --out gold.csv')
  await recordSession(join(folder, 'one.clawses'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const claw = (line: string, cwd = folder) => runClaw(line, cwd)

it('a strategy of the project that cannot be loaded stops none but itself', async () => {
  mkdirSync(join(folder, 'strategies'), { recursive: true })
  writeFileSync(join(folder, 'strategies', 'torn.mjs'), 'export const torn = (')
  expect(await claw('backtest S03 --synthetic 1 --no-check --no-report')).toMatchObject({ code: 0 })
  for (const word of ['torn', 'nobody'])
    expect(await claw(`backtest ${word}`)).toMatchObject({
      code: 3,
      err: expect.stringContaining('torn.mjs cannot be loaded'),
    })
  rmSync(join(folder, 'strategies'), { recursive: true })
})

describe('every command', { timeout: 30_000 }, () => {
  it.each(LEAVES.map(({ line, command }) => [line, command] as const))(
    '%s has a help that says what it, its arguments and its options are',
    async (line, command) => {
      expect(command.description()).toMatch(/^[A-Z].*\.$|^Tokens of .*--help\.$/)
      for (const { long, description } of command.options)
        expect([long, description]).toEqual([long, expect.stringMatching(/\S/)])
      const help = await claw(`${line} --help`)
      expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`Usage: claw ${line}`) })
      expect(help.out).toMatch(/--json +\S/)
      expect(help.out).toMatch(/-h, --help /)
    },
  )

  it('is in both tables: with a result that it gives and a failure that it has, as JSON', () => {
    const lines = LEAVES.flatMap(({ line }) => (line === 'auth' ? AUTH : [line]))
    expect(
      lines.filter(line => !RESULTS.some(isOf(line)) && !['up', 'replay', ...AUTH].includes(line)),
    ).toEqual([])
    expect(lines.filter(line => !FAILURES.some(isOf(line)) && line !== 'auth status')).toEqual([])
    expect(lines.length).toBeGreaterThan(20)
  })

  it.each(RESULTS)(
    '%s --json prints one object of the schema %s, with exit code %i',
    async (line, schema, code) => {
      const ended = await claw(`${line} --json`)
      expect(ended.out.split('\n')).toHaveLength(2)
      const printed = JSON.parse(ended.out)
      expect(printed).toMatchObject({
        schema,
        ok: code === 0,
        data: expect.anything(),
        warnings: expect.any(Array),
        took_ms: expect.any(Number),
      })
      expect(ended.code).toBe(code)
      if (code === 12) expect(printed.error).toMatchObject({ code: 'check-failed', exit: 12 })
    },
  )

  it.each(FAILURES)('%s --json prints one failure with the code %s', async (line, code, exit) => {
    const ended = await claw(`${line} --json`)
    expect(ended.out.split('\n')).toHaveLength(2)
    expect(JSON.parse(ended.out)).toMatchObject({
      schema: 'claw.error/1',
      ok: false,
      error: {
        code,
        exit,
        title: expect.stringMatching(/\S/),
        hint: expect.stringMatching(/\S/),
        docs: `claw explain ${code}`,
      },
    })
    expect(ended.code).toBe(exit)
    expect(ended.err).toContain(`code: ${code}`)
  })
})
