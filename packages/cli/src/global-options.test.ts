import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { runClaw } from '../test/run-claw.ts'
import { isCliError } from './errors.ts'
import { takeGlobalOptions } from './global-options.ts'

const take = (line: string) => takeGlobalOptions(line.split(' '), '/')

it('takes the options of every command out of a line, wherever they stand', () => {
  expect(take(`--quiet backtest S03 --timeout 1.5 --cwd=${tmpdir()} --json`)).toEqual({
    global: { quiet: true, stream: false, timeoutMs: 1500, cwd: tmpdir() },
    args: ['backtest', 'S03', '--json'],
  })
})

it('leaves to auth, and behind --, what stands there', () => {
  const line = 'auth login --quiet --timeout 5'
  expect(take(line)).toEqual({ global: { quiet: false, stream: false }, args: line.split(' ') })
  // The folder "tmp" is no command.
  const words = ['--cwd', basename(tmpdir()), ...line.split(' ')]
  expect(takeGlobalOptions(words, dirname(tmpdir()))).toEqual({
    global: { quiet: false, stream: false, cwd: tmpdir() },
    args: line.split(' '),
  })
  expect(take('--quiet report open -- --cwd').args).toEqual(['report', 'open', '--', '--cwd'])
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
