import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from './run-claw.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
let dir: string
let rows: number
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-pipes-'))
  await runClaw('data get XAUUSD --tf m1 --synthetic --from 2024-01-08 --to 2024-01-27', dir)
  const listed = JSON.parse((await runClaw('data list --json', dir)).out)
  rows = listed.data[0].rows
})
afterAll(() => rm(dir, { recursive: true, force: true }))

function started(line: string) {
  const child = spawn(process.execPath, [MAIN, ...line.split(' ')], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: dir, CI: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return { child, ended }
}

describe('more output than a pipe holds', { timeout: 60_000 }, () => {
  it('arrives whole at a reader that is slower than the command', async () => {
    const { child, ended } = started('data export XAUUSD --tf m1')
    let out = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text
      child.stdout.pause()
      setTimeout(() => child.stdout.resume(), 20)
    })
    expect(await ended).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(rows + 1)
  })

  it('of a reader that has gone is given up, without a failure', async () => {
    const { child, ended } = started('data export XAUUSD --tf m1')
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await ended).toBe(0)
  })
})
