import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUTH, isOf, LEAVES, RESULTS } from '../../test/command-lines.ts'
import { recordSession } from '../../test/record-session.ts'
import { runClaw } from '../../test/run-claw.ts'
import { parseArguments } from '../arguments.ts'
import type { Chosen } from '../command.ts'
import { commandsFor } from './index.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-dry-'))
  writeFileSync(join(folder, 'claw.config.mjs'), 'export default { market: { synthetic: { bars: 1500 } } }')
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(folder, 'auth.env'),
    'CTRADER_CLIENT_ID=1\nCTRADER_CLIENT_SECRET=not-told\nCTRADER_ACCESS_TOKEN=nor-this\nCTRADER_ACCOUNT_ID=4711\n',
  )
  mkdirSync(join(folder, 'strategies'))
  for (const seed of [1, 2]) await claw(`backtest S03 --synthetic ${seed} --no-check`)
  await claw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-01')
  await claw('data export XAUUSD --tf m15 --out gold.csv')
  await claw('data instrument XAUUSD --like XAUUSD')
  await recordSession(join(folder, 'one.clawses'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const claw = (line: string) => runClaw(line, folder)

/** Lines that a result cannot be had of here, or that change more than the first line of their command. */
const MORE: readonly (readonly [line: string])[] = [
  ['up --port 0'],
  ['replay --ticks none.csv'],
  ['auth login --env-file auth.env'],
  ['auth login --env-file auth.env --paste --update-env'],
  ['new strategy calm-fade --from S03'],
  ['backtest S03 --synthetic 3'],
  ['backtest S03 --synthetic 3 --profile'],
  ['backtest S03 --synthetic 3 --watch'],
  ['sweep S03 --synthetic 3 --axis period=15,20 --random 1'],
  ['data get XAUUSD --tf m15 --env-file auth.env'],
  ['data get XAUUSD --tf m15 --synthetic --from 2024-02-01 --to 2024-02-10'],
  ['data import gold.csv --symbol XAGUSD --like XAUUSD'],
  ['data instrument XAGUSD --like XAUUSD'],
  ['data export XAUUSD --tf m15'],
  ['data export XAUUSD --tf m15 --out gold.csv'],
  ['report export latest --format csv'],
  ['report export latest --format html --out gold.csv'],
]

/** Every file below a folder, with what it holds. */
function contents(): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    files.map(entry => {
      const path = join(entry.parentPath, entry.name)
      const hash = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder'
      return [path, hash]
    }),
  )
}

async function chosenBy(line: string): Promise<Chosen> {
  const args = line.split(' ').filter(word => word !== '--profile')
  const parsed = parseArguments(args, '0', await commandsFor(args))
  if ('run' in parsed) return parsed
  return expect.fail(`${line} is no command`)
}

const lines = [...RESULTS, ...MORE].map(([line]) => line)

describe('--dry-run', { timeout: 30_000 }, () => {
  it('has a line of every command in this test', () => {
    const commands = LEAVES.flatMap(({ line }) => (line === 'auth' ? AUTH : [line]))
    const missing = commands.filter(
      command =>
        !lines.some(line => isOf(command)([line])) && !['auth refresh', 'auth sync'].includes(command),
    )
    expect(missing).toEqual([])
    expect(commands.length).toBeGreaterThan(20)
  })

  it.each(lines)('of claw %s changes nothing, and never does it silently', async line => {
    const { dryRun } = await chosenBy(`${line} --json`)
    const before = contents()
    const ended = await claw(`${line} --dry-run --json`)
    expect(contents()).toEqual(before)
    const printed: unknown = ended.out.startsWith('{') ? JSON.parse(ended.out) : ended.out
    if (typeof dryRun === 'object') {
      expect(ended.code).toBe(2)
      expect(printed).toMatchObject({ error: { detail: expect.stringContaining('has no dry run') } })
    } else if (dryRun === 'changes-nothing') {
      // It is the command itself: a result as without, and the tree above says that it changed nothing.
      expect(ended.out).not.toContain('claw.dry-run/1')
      const asWithout = await claw(`${line} --json`)
      expect(ended.code).toBe(asWithout.code)
    } else if (!line.startsWith('auth status')) {
      expect(ended.code).toBe(0)
      expect(printed).toMatchObject({
        schema: 'claw.dry-run/1',
        ok: true,
        data: { would: expect.any(Array) },
      })
    }
  })

  it.each([
    ['auth refresh --env-file auth.env', 7, 'token-invalid'],
    ['auth sync --update-env', 7, 'token-invalid'],
    ['data get XAUUSD --tf m15', 7, 'invalid-argument'],
    ['new strategy Calm!', 2, 'usage'],
    ['backtest nobody', 4, 'strategy-not-found'],
    ['backtest S03 --profile --no-report', 2, 'usage'],
    ['sweep S03 --axis nothing=1,2', 3, 'invalid-params'],
    ['data import none.csv --symbol XAUUSD', 10, 'data-missing'],
  ])('of claw %s fails as the command itself does, with exit code %i', async (line, code, error) => {
    const before = contents()
    const ended = await claw(`${line} --dry-run --json`)
    expect(ended.code).toBe(code)
    expect(JSON.parse(ended.out)).toMatchObject({ error: { code: error, exit: code } })
    expect(contents()).toEqual(before)
  })

  it('tells what would be done, with the rows that would come of it', async () => {
    const text = async (line: string) => (await claw(`${line} --dry-run`)).out
    expect(await text('new strategy calm-fade')).toContain(
      `write  ${join('strategies', 'calm-fade', 'strategy.ts')}`,
    )
    expect(await text('data import gold.csv --symbol XAUUSD')).toContain(
      '0 new rows of XAUUSD m15, and 0 in the place of others',
    )
    expect(await text('sweep S03 --synthetic 3 --axis period=15,20 --axis deviation=1,2,3')).toMatch(
      /run +6 runs on \d+ workers: /,
    )
    expect(
      await text('walkforward S03 --synthetic 3 --axis period=15,20 --in-sample 8 --out-of-sample 4'),
    ).toMatch(/at most \d+ runs on \d+ workers, 2 combinations in \d+ folds/)
    expect(await text('report export latest --format csv --out gold.csv')).toMatch(
      /write over +gold\.csv \(\d/,
    )
    expect(await text('data get XAUUSD --tf m15 --env-file auth.env --environment live')).toMatch(
      /download +XAUUSD m15, .* from account 4711 at live; the store has .* rows, .* not asked for again/,
    )
    expect(await text('auth login --env-file auth.env')).toContain('write  ')
  })

  it('names no database below the folder of a server that has one elsewhere', async () => {
    const env = { DATABASE_URL: 'postgres://me:hunter22@db/claw' }
    const { out } = await runClaw('up --port 0 --dry-run', folder, env)
    expect(out).toContain('write    venue, outboxes and logs below ')
    expect(out).toContain('migrate  the database of DATABASE_URL')
    expect(out).not.toContain('hunter22')
    expect((await claw('up --port 0 --dry-run')).out).toContain('write  database, venue, outboxes and logs ')
  })

  it('names the line that does it with its folder, its configuration and its other options', async () => {
    const line = `--cwd ${folder} data export XAUUSD --tf m15 --out wet.csv --config claw.config.mjs --timeout 50 --yes`
    const { err } = await runClaw(line.replace(' --config', ' --dry-run --config'), tmpdir())
    expect(err).toContain(`Next: claw ${line}\n`)
  })

  it.each(['auth refresh --env-file auth.env', 'auth sync --update-env'])(
    'of claw %s tells the command of claw that logs in, as text and in JSON',
    async line => {
      const { err } = await claw(`${line} --dry-run`)
      expect(err).toContain('Log in: claw auth login.')
      expect(JSON.parse((await claw(`${line} --dry-run --json`)).out).error.detail).toContain(
        'claw auth login',
      )
    },
  )

  it('told as many rows and runs as there are, once it is done', async () => {
    const numberIn = async (line: string, pattern: RegExp) =>
      Number(pattern.exec((await claw(`${line} --dry-run`)).out)?.[1])
    const done = async (line: string) => JSON.parse((await claw(`${line} --json`)).out).data
    // The rows of January are there.
    const get = 'data get XAUUSD --tf m15 --synthetic --from 2024-01-30 --to 2024-02-03'
    const rows = await numberIn(get, /seed 1: (\d+) new rows/)
    expect(rows).toBeGreaterThan(100)
    expect((await done(get)).added).toBe(rows)
    const sweep = 'sweep S03 --synthetic 3 --axis period=15,20 --workers 0'
    const runs = await numberIn(sweep, /run +(\d+) runs/)
    expect((await done(sweep)).total).toBe(runs)
    const walk =
      'walkforward S03 --synthetic 3 --axis period=15,20 --workers 0 --in-sample 8 --out-of-sample 4'
    const most = await numberIn(walk, /at most (\d+) runs/)
    expect((await done(walk)).total).toBe(most)
  })
})
