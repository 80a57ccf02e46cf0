import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
let dir: string
const children: ChildProcess[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-cli-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

function claw(args: readonly string[], env: Record<string, string> = {}, cwd = dir) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', text => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', text => (output.err += text))
  const ended = new Promise<{ code: number | null; out: string; err: string }>(resolve =>
    child.on('close', code => resolve({ code, ...output })),
  )
  return { child, output, ended }
}

it('answers a mistyped command with the nearest one and exit code 2', async () => {
  expect(await claw(['repaly']).ended).toEqual({
    code: 2,
    out: '',
    err: '  ✘ Unknown command "repaly". Did you mean: claw replay?\n    code: usage\n',
  })
})

it('prints help on stdout', async () => {
  const { code, out } = await claw(['--help']).ended
  expect(code).toBe(0)
  expect(out).toContain('replay')
})

it('tells every wrong setting at once, with exit code 3', async () => {
  const { code, err } = await claw(['up'], { PORT: 'x', CLAW_DATADIR: 'y' }).ended
  expect(code).toBe(3)
  expect(err).toContain('PORT="x"')
  expect(err).toContain('Did you mean CLAW_DATA_DIR?')
})

it('says that the port is taken, with exit code 11 and no stack', async () => {
  const blocker = createServer()
  await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
  const address = blocker.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, err } = await claw(['up', '--port', String(port), '--data-dir', join(dir, 'taken')]).ended
  blocker.close()
  expect(code).toBe(11)
  expect(err).toContain(`--port ${port + 1}`)
  expect(err).not.toContain('    at ')
})

it('names a missing tick file, with exit code 10', async () => {
  const { code, err } = await claw(['replay', '--ticks', 'none.csv']).ended
  expect(code).toBe(10)
  expect(err).toContain('none.csv')
})

it('names the line of a damaged tick file', async () => {
  await writeFile(join(dir, 'bad.csv'), 'timestamp_ms,bid,ask\n1000,1290.1,1290.2\n2000,x,1290.2\n')
  const { code, err } = await claw(['replay', '--ticks', 'bad.csv']).ended
  expect(code).toBe(10)
  expect(err).toContain('bad.csv:3 ')
})

it.each(['up', 'replay'])('reads the .env file of its folder for %s', async command => {
  const cwd = join(dir, command)
  await mkdir(cwd)
  await writeFile(join(cwd, '.env'), 'PORT=from-file\n')
  const { code, err } = await claw(command === 'up' ? ['up'] : ['replay', '--ticks', 'x.csv'], {}, cwd).ended
  expect(code).toBe(3)
  expect(err).toContain('PORT="from-file"')
})

it('names strategies that cannot be loaded, with exit code 3', async () => {
  const args = ['up', '--port', '0', '--strategies', 'nowhere.ts', '--data-dir', join(dir, 'strategies')]
  const { code, err } = await claw(args).ended
  expect(code).toBe(3)
  expect(err).toContain('nowhere.ts cannot be loaded')
  expect(err).not.toContain('bug')
})

it.each([
  ['calls process.exit', 'process.exit(0)'],
  ['waits for what never comes', 'await new Promise(() => {})'],
])('a strategy that %s is a failure that is told, also as JSON', async (_, line) => {
  const file = join(dir, 'ends.mjs')
  await writeFile(file, `${line}\nexport const ends = 1\n`)
  const plain = await claw(['backtest', file]).ended
  expect(plain).toMatchObject({ code: 3, out: '' })
  expect(plain.err).toMatch(
    /✘ The process was ended before there was a result: .*\n {4}code: strategy-invalid\n/,
  )
  const { code, out } = await claw(['backtest', file, '--json']).ended
  expect(code).toBe(3)
  expect(out.split('\n')).toHaveLength(2)
  expect(JSON.parse(out)).toMatchObject({
    schema: 'claw.error/1',
    ok: false,
    error: { code: 'strategy-invalid', exit: 3 },
  })
})

it.skipIf(!existsSync('/dev/full'))(
  'such an end is told as JSON also where stderr takes nothing',
  async () => {
    const file = join(dir, 'ends-unheard.mjs')
    await writeFile(file, 'process.exit(0)\nexport const ends = 1\n')
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [main, 'backtest', file, '--json'], {
      stdio: ['ignore', 'pipe', full],
    })
    children.push(child)
    closeSync(full)
    let out = ''
    child.stdout?.setEncoding('utf8').on('data', text => (out += text))
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(3)
    expect(JSON.parse(out).error.title).toBe('Code that was loaded ended the process.')
  },
)

it.skipIf(!existsSync('/dev/full'))('a result that a full disk did not take is a failure', async () => {
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, [main, 'version'], { stdio: ['ignore', full, 'pipe'] })
  children.push(child)
  closeSync(full)
  let err = ''
  child.stderr?.setEncoding('utf8').on('data', text => (err += text))
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(5)
  expect(err).toContain('The output cannot be written (ENOSPC, no space is left)')
})

it('shows the stack when DEBUG asks for it', async () => {
  const { err } = await claw(['repaly'], { DEBUG: 'claw:*' }).ended
  expect(err).toContain('    at ')
})
