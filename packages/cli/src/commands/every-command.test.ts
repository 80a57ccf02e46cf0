import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordSession } from '../../test/record-session.ts'
import { runClaw } from '../../test/run-claw.ts'
import { commandsFor } from './index.ts'

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

const program = new Command('claw').enablePositionalOptions()
for (const register of await commandsFor([])) register(program, () => {})

interface Leaf {
  readonly line: string
  readonly command: Command
}

function leavesOf(command: Command, words: readonly string[]): readonly Leaf[] {
  return command.commands.length === 0
    ? [{ line: words.join(' '), command }]
    : command.commands.flatMap(inner => leavesOf(inner, [...words, inner.name()]))
}

const leaves = leavesOf(program, [])
/** `auth` reads what follows by itself. */
const AUTH = ['auth login', 'auth status', 'auth refresh', 'auth sync']

/** A line of each command that ends with a result, its schema and exit code. */
const RESULTS: readonly (readonly [line: string, schema: string, code: number])[] = [
  ['new strategy calm-fade', 'claw.new-strategy/1', 0],
  ['completion fish', 'claw.completion/1', 0],
  ['backtest S03 --synthetic 1 --no-check --no-report', 'claw.backtest/1', 0],
  ['backtest S03 --synthetic 1 --no-check --no-report --fail-under trades=100000', 'claw.backtest/1', 12],
  ['sweep S03 --synthetic 1 --axis period=15,20 --workers 0', 'claw.sweep/1', 0],
  [
    'walkforward S03 --synthetic 1 --axis period=15,20 --workers 0 --in-sample 8 --out-of-sample 4',
    'claw.walkforward/1',
    0,
  ],
  ['check S03 --synthetic 1 --bars 800 --cuts 2', 'claw.check/1', 0],
  ['data get XAUUSD --tf h1 --synthetic --from 2024-01-08 --to 2024-01-20', 'claw.data-get/1', 0],
  ['data list', 'claw.data-list/1', 0],
  ['data verify', 'claw.data-verify/1', 0],
  ['data import gold.csv --symbol XAUUSD', 'claw.data-import/1', 0],
  ['data export XAUUSD --tf m15 --out again.csv', 'claw.data-export/1', 0],
  ['data export XAUUSD --tf m15 --out again.parquet', 'claw.data-export/1', 0],
  ['data instrument XAUUSD', 'claw.data-instrument/1', 0],
  ['report list', 'claw.report.list/1', 0],
  ['report open latest', 'claw.report.open/1', 0],
  ['report diff latest~1 latest', 'claw.report.diff/1', 0],
  ['report diff latest~1 latest --exit-code', 'claw.report.diff/1', 12],
  ['report export latest --format csv --out trades.csv', 'claw.report.export/1', 0],
  ['compare latest~1 latest', 'claw.compare/1', 0],
  ['parity one.clawses --min-score 1', 'claw.parity/1', 0],
  ['parity one.clawses --latency 5000 --min-score 1', 'claw.parity/1', 12],
  ['version', 'claw.version/1', 0],
  ['explain warm-up', 'claw.explain/1', 0],
  ['auth status', 'claw.auth-status/1', 7],
]

/** Lines that fail before there is a result, with the code and the exit code of the failure. */
const FAILURES: readonly (readonly [line: string, code: string, exit: number])[] = [
  ['new strategy Calm!', 'usage', 2],
  ['backtest ./nobody.ts', 'strategy-not-found', 4],
  ['sweep S03 --axis nothing=1,2', 'invalid-params', 3],
  ['walkforward S03 --axis nothing=1,2', 'invalid-params', 3],
  ['walkforward S03 --axis period=15,20 --in-sample 0', 'usage', 2],
  ['walkforward S03 --axis period=15,20 --out-of-sample 0', 'usage', 2],
  ['walkforward S03 --axis period=15,20 --in-sample 3 --purge 2 --embargo 1', 'usage', 2],
  ['check ./nobody.ts', 'strategy-not-found', 4],
  ['data get XAUUSD --synthetic', 'usage', 2],
  ['data list --nope', 'usage', 2],
  ['data verify --tf m17', 'usage', 2],
  ['data import none.csv --symbol XAUUSD', 'data-missing', 10],
  ['data export GOLD --tf m15 --out none.csv', 'data-missing', 10],
  ['data export GOLD --tf m15 --format parquet', 'usage', 2],
  ['data instrument GOLD', 'data-missing', 10],
  ['report list --limit 0', 'usage', 2],
  ['report open latest~9', 'run-not-found', 4],
  ['report diff latest~9 latest', 'run-not-found', 4],
  ['report export latest~9 --format csv --out none.csv', 'run-not-found', 4],
  ['compare latest~9 latest', 'run-not-found', 4],
  ['up --port none', 'usage', 2],
  ['replay --ticks none.csv', 'data-missing', 10],
  ['parity none.clawses', 'data-missing', 10],
  ['parity gold.csv', 'data-invalid', 10],
  ['completion tcsh', 'usage', 2],
  ['version --nope', 'usage', 2],
  ['explain no-such-code', 'code-unknown', 4],
  ['data get XAUUSD --tf m15', 'invalid-argument', 7],
  ['sweep --resume swp_none', 'run-not-found', 4],
  ['auth login', 'invalid-argument', 7],
  ['auth refresh', 'invalid-argument', 7],
  ['auth sync', 'token-invalid', 7],
  ['auth status --nope', 'invalid-argument', 2],
]

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

const isOf = (line: string) => (row: readonly [string, ...unknown[]]) => `${row[0]} `.startsWith(`${line} `)

describe('every command', { timeout: 30_000 }, () => {
  it.each(leaves.map(({ line, command }) => [line, command] as const))(
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
    const lines = leaves.flatMap(({ line }) => (line === 'auth' ? AUTH : [line]))
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
