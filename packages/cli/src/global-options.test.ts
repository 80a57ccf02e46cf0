import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { runClaw } from '../test/run-claw.ts'
import { isCliError } from './errors.ts'
import { GLOBAL_OPTIONS, takeGlobalOptions } from './global-options.ts'

const take = (line: string) => takeGlobalOptions(line.split(' '), '/')

const NONE = { quiet: false, verbose: false, dryRun: false, yes: false, profile: false, stream: false }

it('takes the options of every command out of a line, wherever they stand', () => {
  expect(take(`--quiet backtest S03 --timeout 1.5 --cwd=${tmpdir()} --json`)).toEqual({
    global: { ...NONE, quiet: true, timeoutMs: 1500, cwd: tmpdir() },
    args: ['backtest', 'S03', '--json'],
  })
  expect(take('--dry-run backtest --yes S03 --profile --verbose --json=stream')).toEqual({
    global: { ...NONE, dryRun: true, yes: true, profile: true, verbose: true, stream: true },
    args: ['backtest', 'S03', '--json'],
  })
  expect(take('--json=stream report open -- --x')).toEqual({
    global: { ...NONE, stream: true },
    args: ['report', 'open', '--json', '--', '--x'],
  })
})

it('leaves to auth its own --timeout, and to a command what stands behind --', () => {
  expect(take('auth login --dry-run --timeout 5')).toEqual({
    global: { ...NONE, dryRun: true },
    args: ['auth', 'login', '--timeout', '5'],
  })
  // The folder "tmp" is no command.
  const words = ['--cwd', basename(tmpdir()), '--timeout', '7', 'auth', 'login', '--timeout', '5']
  expect(takeGlobalOptions(words, dirname(tmpdir()))).toEqual({
    global: { ...NONE, cwd: tmpdir(), timeoutMs: 7000 },
    args: ['auth', 'login', '--timeout', '5'],
  })
  expect(take('--quiet report open -- --dry-run').args).toEqual(['report', 'open', '--', '--dry-run'])
})

it('takes the path of --config from --cwd, wherever that stands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claw-given-'))
  try {
    writeFileSync(join(folder, 'other.mjs'), '')
    const config = join(folder, 'other.mjs')
    expect(take(`data list --config other.mjs --cwd ${folder}`).global).toMatchObject({ config })
    expect(() => take('data list --config other.mjs')).toThrow(
      '[config-not-found] There is no file other.mjs in /',
    )
    expect(() => take(`data list --config ${folder}`)).toThrow('which is no file')
    expect(() => take('data list --config')).toThrow('--config names nothing')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('refuses --quiet with --verbose, and names an option that was mistyped', async () => {
  expect(() => take('data list --quiet --verbose')).toThrow(/^\[usage\] --quiet and --verbose contradict/)
  const { code, err } = await runClaw('data list --dryrun', tmpdir())
  expect(code).toBe(2)
  expect(err).toContain("Unknown option '--dryrun'. Did you mean --dry-run?")
})

it('stands in the help of each command', async () => {
  for (const line of ['--help', 'data get --help']) {
    const { out } = await runClaw(line, tmpdir())
    for (const { flag, about } of GLOBAL_OPTIONS) expect(out).toMatch(new RegExp(`${flag} .*${about}`))
  }
})

it.each([
  ['sweep S03 --profile', 'claw sweep has no --profile.'],
  ['data list --profile', 'claw data list has no --profile.'],
  ['up --config package.json', 'claw up reads no claw.config'],
  ['auth status --config package.json', 'claw auth reads no claw.config'],
])('refuses "%s", which the command has not', async (line, text) => {
  const folder = mkdtempSync(join(tmpdir(), 'claw-given-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  const { code, err } = await runClaw(line, folder)
  rmSync(folder, { recursive: true })
  expect([code, err]).toEqual([2, expect.stringContaining(text)])
})

it.each(['--timeout 0', '--timeout x', '--timeout', '--cwd /no/such/folder', '--cwd'])(
  'refuses "%s"',
  line => {
    const refusal = () => take(`data list ${line}`)
    expect(refusal).toThrow(/^\[usage\] --(timeout|cwd) /)
    try {
      refusal()
    } catch (error) {
      expect(isCliError(error)).toBe(true)
    }
  },
)

it('--quiet tells the result and failures alone', async () => {
  const line = 'data list --quiet'
  expect(await runClaw(line, tmpdir())).toMatchObject({ code: 0, err: '' })
  const failed = await runClaw('report open nothing --quiet', tmpdir())
  expect(failed).toMatchObject({ code: 4, err: expect.stringContaining('code: run-not-found') })
})

it('--timeout ends a command in order, with exit code 124', async () => {
  const line = 'data get XAUUSD --ticks --synthetic --from 2024-01-02 --to 2025-12-31 --timeout 0.2'
  expect(await runClaw(line, tmpdir())).toMatchObject({ code: 124, out: '' })
  const { code, out } = await runClaw(`${line} --json`, tmpdir())
  expect(code).toBe(124)
  expect(JSON.parse(out)).toMatchObject({
    schema: 'claw.error/1',
    ok: false,
    error: { code: 'interrupted', detail: 'Ended by --timeout. There was no result yet.', exit: 124 },
  })
})

it('--json=stream tells how far it is as JSON lines, and the result as the last', async () => {
  const store = mkdtempSync(join(tmpdir(), 'claw-stream-'))
  try {
    const { code, out, err } = await runClaw(
      'sweep S03 --bars 1000 --axis period=15,20,25 --workers 0 --json=stream --quiet'.split(' '),
      store,
    )
    const lines = out
      .trim()
      .split('\n')
      .map(text => JSON.parse(text) as { schema: string; share?: number })
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(lines.at(-1)).toMatchObject({ schema: 'claw.sweep/1' })
    const states = lines.slice(0, -1)
    expect(states.length).toBeGreaterThan(1)
    for (const state of states)
      expect(state).toMatchObject({ schema: 'claw.progress/1', what: 'sweeping', unit: 'runs' })
    expect(states.at(-1)?.share).toBe(1)
  } finally {
    rmSync(store, { recursive: true })
  }
})
