import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../test/run-claw.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-verbose-'))
  writeFileSync(join(folder, 'claw.config.mjs'), 'export default { market: { synthetic: { bars: 1500 } } }')
  writeFileSync(join(folder, '.env'), 'CTRADER_CLIENT_SECRET=not-to-be-told\n')
  mkdirSync(join(folder, 'strategies'))
  writeFileSync(
    join(folder, 'strategies', 'torn.mjs'),
    "throw new Error('with not-to-be-told', { cause: new RangeError('the root of it') })",
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const steps = (err: string) => [...err.matchAll(/^ {2}› (\S+) /gm)].map(([, name]) => name)

describe('--verbose', () => {
  it('tells each step of a backtest with its time', async () => {
    const { code, err } = await runClaw('backtest S03 --verbose', folder)
    expect(code).toBe(0)
    expect(steps(err)).toEqual([
      ...['claw', 'folder', 'config', 'strategy', 'data', 'warm-up'],
      ...['run', 'trials', 'checks', 'report', 'ended'],
    ])
    const timed = err
      .split('\n')
      .filter(line => line.startsWith('  › '))
      .slice(2)
    for (const line of timed) expect(line).toMatch(/ {2}[\d.]+ m?s$/)
    expect(err).toContain(`› folder    ${folder}\n`)
    expect(err).toContain(`› config    ${join(folder, 'claw.config.mjs')}  `)
    expect(err).toMatch(/› data {6}1 500 rows, 2024-01-02 → /)
  })

  it('names the store and its rows', async () => {
    await runClaw('data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-02-01', folder)
    const { err } = await runClaw('backtest S03 --symbol XAUUSD --no-report --no-check --verbose', folder)
    expect(err).toMatch(/› data {6}1 656 rows, .* · store, XAUUSD m15 \(.*\) · .*\.claw\/data {2}/)
  })

  it.each(['sweep S03 --axis period=15,20 --workers 0', 'check S03 --cuts 2', 'data list', 'report list'])(
    'of claw %s leaves stdout as it is, and says when it ended',
    async line => {
      const plain = JSON.parse((await runClaw(`${line} --json`, folder)).out)
      const { out, err } = await runClaw(`${line} --json --verbose`, folder)
      expect(out.split('\n')).toHaveLength(2)
      expect(Object.keys(JSON.parse(out).data)).toEqual(Object.keys(plain.data))
      expect(steps(err).at(-1)).toBe('ended')
      expect(err).toContain('exit code 0')
    },
  )

  it('tells of a failure every cause with its stack, and no secret', async () => {
    const { code, out, err } = await runClaw('backtest torn --json --verbose', folder)
    expect(code).toBe(3)
    expect(err).toMatch(/› strategy {2}failed {2}/)
    expect(err).toMatch(/CliError: \[strategy-invalid\] .*torn\.mjs cannot be loaded/)
    expect(err).toMatch(/caused by Error: with \[redacted\]\n {4}at /)
    expect(err).toMatch(/caused by RangeError: the root of it\n {4}at /)
    expect(err).not.toContain('not-to-be-told')
    expect(out.split('\n')).toHaveLength(2)
    expect(JSON.parse(out).error.detail).toContain('with [redacted]')
  })

  it('is not needed for a secret to be kept', async () => {
    const { err } = await runClaw('backtest torn', folder)
    expect(err).toContain('with [redacted]')
    expect(err).not.toContain('    at ')
  })
})
