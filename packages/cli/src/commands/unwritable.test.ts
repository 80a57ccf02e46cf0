import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

const home = mkdtempSync(join(tmpdir(), 'claw-unwritable-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A project in which files stand in the place of some folders, which nobody may write then, whatever his rights. */
function project(name: string, ...inTheWay: readonly string[]): string {
  const folder = join(home, name)
  mkdirSync(join(folder, '.claw'), { recursive: true })
  writeFileSync(join(folder, 'claw.config.mjs'), 'export default {}\n')
  for (const path of inTheWay) {
    rmSync(join(folder, path), { recursive: true, force: true })
    writeFileSync(join(folder, path), '')
  }
  return folder
}

const GET = 'data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-10'
const AXES = '--synthetic 1 --bars 1500 --axis period=15,20 --workers 0'

beforeAll(async () => {
  const whole = project('whole', 'taken')
  mkdirSync(join(whole, 'folder'))
  await runClaw(GET, whole)
  await runClaw('data export XAUUSD --tf m15 --out gold.csv', whole)
  await runClaw('backtest S03 --synthetic 1 --bars 1500 --no-check', whole)
  project('no-store', '.claw/data')
  project('no-reports', 'reports')
  project('no-claw', '.claw')
  mkdirSync(join(project('no-ledger'), '.claw', 'trials.jsonl'))
  project('no-strategies', 'strategies')
}, 120_000)

describe('a place that cannot be written', () => {
  it.each([
    ['no-store', GET],
    ['no-store', `data import ${join(home, 'whole', 'gold.csv')} --symbol XAUUSD`],
    ['whole', 'data export XAUUSD --tf m15 --out taken/gold.csv'],
    ['whole', 'data export XAUUSD --tf m15 --out taken/gold.parquet'],
    ['whole', 'data export XAUUSD --tf m15 --out folder'],
    ['whole', 'data export XAUUSD --tf m15 --out folder --format parquet'],
    ['whole', 'report export latest --format csv --out taken/trades.csv'],
    ['whole', 'report export latest --format csv --out folder'],
    ['no-claw', 'backtest S03 --synthetic 1 --bars 1500 --no-check'],
    ['no-claw', `sweep S03 ${AXES}`],
    ['no-claw', `walkforward S03 ${AXES} --in-sample 5 --out-of-sample 5`],
    ['no-strategies', 'new strategy gold-fade'],
  ])('%s: claw %s ends with 5 and one code', async (name, line) => {
    const { code, out, err } = await runClaw(`${line} --json`, join(home, name))
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'not-writable', exit: 5 } })
    expect(err).toMatch(/cannot be (written|opened) \(/)
    expect(code).toBe(5)
  })

  it.each([
    ['no-reports', 'reports', 'backtest S03 --synthetic 1 --bars 1500 --no-check'],
    ['no-reports', 'reports', `sweep S03 ${AXES}`],
    ['no-reports', 'reports', `walkforward S03 ${AXES} --in-sample 5 --out-of-sample 5`],
    ['no-ledger', 'trials.jsonl', 'backtest S03 --synthetic 1 --bars 1500 --no-check --no-report'],
  ])('%s: is looked for before anything is run: %s of claw %s', async (name, place, line) => {
    for (const flag of ['', ' --dry-run']) {
      const { code, out, err } = await runClaw(`${line}${flag}`, join(home, name))
      expect(err).toMatch(
        new RegExp(
          `^ {2}✘ \\S*${place} cannot be written \\(.*\\. Nothing was run\\..*(--no-report|--cwd)\\.\n`,
        ),
      )
      expect(out).toBe('')
      expect(code).toBe(5)
    }
    expect(readdirSync(join(home, name)).filter(file => file.includes('probe'))).toEqual([])
  })

  it.each([
    'data export XAUUSD --tf m15 --out taken/gold.csv',
    'data export XAUUSD --tf m15 --out folder',
    'report export latest --format csv --out taken/deep/trades.csv',
  ])('is found by a dry run too, without writing: claw %s', async line => {
    const folder = join(home, 'whole')
    const before = readdirSync(folder, { recursive: true })
    const { code, out, err } = await runClaw(`${line} --dry-run`, folder)
    expect([code, out]).toEqual([5, ''])
    expect(err).toMatch(/cannot be written \((ENOTDIR|EISDIR), a (file|folder) stands where /)
    expect(readdirSync(folder, { recursive: true })).toEqual(before)
  })

  it('is not a folder that is missing: an export makes it', async () => {
    const folder = join(home, 'whole')
    for (const format of ['csv', 'parquet']) {
      const line = `data export XAUUSD --tf m15 --out made-${format}/deep/gold.${format}`
      expect((await runClaw(`${line} --dry-run`, folder)).code).toBe(0)
      expect(existsSync(join(folder, `made-${format}`))).toBe(false)
      expect((await runClaw(line, folder)).code).toBe(0)
    }
  })

  it('is to be named anew in the configuration that was taken', async () => {
    const folder = join(home, 'no-reports')
    writeFileSync(join(folder, 'other.mjs'), 'export default {}\n')
    const line = 'backtest S03 --synthetic 1 --bars 1500 --no-check --config other.mjs'
    expect((await runClaw(line, folder)).err).toContain('Name another reportsDir in other.mjs, or')
  })

  it('may lie outside the project: reportsDir is taken as it stands where it begins at the root', async () => {
    const folder = join(home, 'no-reports')
    const elsewhere = join(home, 'elsewhere')
    const config = `export default { reportsDir: ${JSON.stringify(elsewhere)} }\n`
    writeFileSync(join(folder, 'elsewhere.mjs'), config)
    const line = 'backtest S03 --synthetic 1 --bars 1500 --no-check --config elsewhere.mjs'
    expect((await runClaw(line, folder)).code).toBe(0)
    expect(readdirSync(elsewhere)).toEqual([expect.stringMatching(/-xauusd-bollinger-bounce$/)])
    expect((await runClaw('report list --config elsewhere.mjs', folder)).out).toContain('bollinger-bounce')
  })

  it('is not asked of a run that writes nothing there', async () => {
    const line = 'backtest S03 --synthetic 1 --bars 1500 --no-check --no-report'
    expect((await runClaw(line, join(home, 'no-reports'))).code).toBe(0)
  })

  it('is none of the data, which are missing or damaged with 10', async () => {
    const folder = join(home, 'whole')
    expect((await runClaw('data export GOLD --tf m15 --out folder', folder)).code).toBe(10)
    expect((await runClaw('data import none.csv --symbol XAUUSD', folder)).code).toBe(10)
  })
})
