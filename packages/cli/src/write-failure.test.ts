import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runClaw } from '../test/run-claw.ts'
import { namedFailure, outputFailure } from './write-failure.ts'

it('a folder that cannot be made is named, and no bug', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claw-write-'))
  // A file stands where its files belong: so it is for everyone, whatever his rights.
  writeFileSync(join(folder, '.claw'), '')
  const { code, out, err } = await runClaw('backtest S03 --synthetic 1 --bars 2000 --no-check --json', folder)
  rmSync(folder, { recursive: true })
  expect(code).toBe(5)
  expect(err).toContain(`${join(folder, '.claw')}`)
  expect(err).toContain('code: not-writable')
  expect(err).not.toContain('bug')
  expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'not-writable', exit: 5 } })
})

it('tells failures of the system from bugs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claw-write-'))
  writeFileSync(join(folder, 'file'), '')
  const failed = thrownBy(() => mkdirSync(join(folder, 'file', 'below')))
  rmSync(folder, { recursive: true })
  expect(String(namedFailure(failed))).toMatch(
    /^CliError: \[not-writable\] .*below cannot be written \(ENOTDIR, /,
  )
  const others = [new TypeError('x'), Object.assign(new Error('gone'), { code: 'ENOENT', path: 'x' })]
  for (const other of others) expect(namedFailure(other)).toBe(other)
})

it('names a folder that cannot be made, which Node calls absent on a read-only file system', () => {
  const failed = Object.assign(new Error('ENOENT'), {
    code: 'ENOENT',
    syscall: 'mkdir',
    path: '/ro/strategies/mine',
  })
  expect(String(namedFailure(failed))).toContain(
    '/ro/strategies/mine cannot be written (ENOENT, it cannot be made there)',
  )
})

it('says of what could not be read or opened no more than that', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claw-write-'))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const [listed, opened] = [
    thrownBy(() => readdirSync(file)),
    thrownBy(() => readFileSync(join(file, 'below'))),
  ]
  rmSync(folder, { recursive: true })
  expect(String(namedFailure(listed))).toContain(`${file} cannot be read (ENOTDIR, `)
  expect(String(namedFailure(opened))).toContain('below cannot be opened (ENOTDIR, ')
  const program = Object.assign(new Error('no'), {
    code: 'EACCES',
    path: 'xdg-open',
    syscall: 'spawn xdg-open',
  })
  expect(namedFailure(program)).toBe(program)
})

it('output that nobody reads any more is no failure, output that is lost is one', () => {
  const error = (code: string) => Object.assign(new Error(code), { code })
  expect(outputFailure(error('EPIPE'))).toBeUndefined()
  expect(outputFailure(error('ENOSPC'))?.message).toContain(
    'The output cannot be written (ENOSPC, no space is left)',
  )
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
