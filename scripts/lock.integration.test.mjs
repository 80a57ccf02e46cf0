import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder = ''
let children = []

/** In place of npm, which would take minutes: fails where a second one works beside it, as npm does. */
const NPM = `import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
appendFileSync('runs', process.pid + ' ')
if (existsSync('at-work')) process.exit(217)
writeFileSync('at-work', '')
rmSync('node_modules', { recursive: true, force: true })
while (!existsSync('go-on')) {
  // The test has ended.
  if (!existsSync('package.json')) process.exit(1)
  await sleep(20)
}
mkdirSync('node_modules')
writeFileSync('node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}')
rmSync('at-work')
`
const START = `import { ensureInstalled } from './scripts/install.mjs'
await ensureInstalled()
console.log('ready')
`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-lock-'))
  mkdirSync(join(folder, 'scripts'))
  for (const name of ['install.mjs', 'lock.mjs', 'processes.mjs', 'running.mjs'])
    copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(folder, 'scripts', name))
  put('package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}')
  put('package.json', '{"type":"module"}')
  put('npm.js', NPM)
  put('start.mjs', START)
  children = []
})
afterEach(() => {
  put('go-on', '')
  for (const { child } of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function put(name, text) {
  writeFileSync(join(folder, name), text)
}

const npmRuns = () => (has('runs') ? readFileSync(join(folder, 'runs'), 'utf8').trim().split(' ') : [])
const has = name => existsSync(join(folder, name))

/** One more `npm start` in the folder, as far as packages go. */
const start = () => begin('start.mjs')

function begin(program) {
  const env = { ...process.env, npm_execpath: join(folder, 'npm.js') }
  const child = spawn(process.execPath, [program], { cwd: folder, env })
  const started = { child, text: '', ended: once(child, 'exit').then(([code]) => code) }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (started.text += text))
  children.push(started)
  return started
}

/** A start that is at its install. */
async function installing() {
  const first = start()
  await expect.poll(() => has('at-work')).toBe(true)
  return first
}

describe('a second start in a folder', () => {
  it('waits while the first installs, says for whom and since when, and installs nothing itself', async () => {
    const first = await installing()
    const second = start()
    await expect
      .poll(() => second.text)
      .toMatch(
        new RegExp(
          `^Process ${first.child.pid} installs packages in this folder since \\d{4}-\\d\\d-\\d\\d [\\d:]{8} UTC\\. Waiting`,
        ),
      )
    put('go-on', '')
    expect(await Promise.all([first.ended, second.ended])).toEqual([0, 0])
    expect([first.text, second.text].map(text => text.endsWith('ready\n'))).toEqual([true, true])
    expect(npmRuns()).toHaveLength(1)
    expect(has('.claw-work.lock')).toBe(false)
  })

  it('installs after the first has failed', async () => {
    put('npm.js', NPM.replace("mkdirSync('node_modules')", "rmSync('at-work')\nprocess.exit(1)"))
    const first = await installing()
    const second = start()
    await expect.poll(() => second.text).toContain('Waiting')
    put('npm.js', NPM)
    put('go-on', '')
    expect(await Promise.all([first.ended, second.ended])).toEqual([9, 0])
    expect(first.text).toContain('npm ci ended with code 1')
    expect(npmRuns()).toHaveLength(2)
  })

  it('goes on by itself when the first was killed with its install', async () => {
    const first = await installing()
    const [npm] = npmRuns()
    first.child.kill('SIGKILL')
    await first.ended
    process.kill(Number(npm), 'SIGKILL')
    rmSync(join(folder, 'at-work'))
    expect(has('.claw-work.lock')).toBe(true)
    put('go-on', '')
    const second = start()
    expect(await second.ended).toBe(0)
    expect(npmRuns()).toHaveLength(2)
    expect(has('.claw-work.lock')).toBe(false)
  })

  it('waits for an install that outlives the first, which was killed alone', async () => {
    const first = await installing()
    first.child.kill('SIGKILL')
    await first.ended
    const second = start()
    await expect.poll(() => second.text).toContain(`Process ${first.child.pid} installs packages`)
    put('go-on', '')
    expect(await second.ended).toBe(0)
    expect(npmRuns()).toHaveLength(1)
  })

  it('takes no other process that was given its pid for the first', async () => {
    put('go-on', '')
    const other = { pid: process.pid, mark: 'of one that ended', doing: 'builds', since: 'yesterday' }
    put('.claw-work.lock', JSON.stringify(other))
    const second = start()
    expect(await second.ended).toBe(0)
    expect(second.text).not.toContain('Waiting')
  })

  it('is not stopped by a lock that a full disk or a power cut left empty', async () => {
    put('go-on', '')
    put('.claw-work.lock', '')
    const second = start()
    expect(await second.ended).toBe(0)
  })

  it('ends with 5 where the lock is none of its to read, and does not ask for it for ever', async () => {
    mkdirSync(join(folder, '.claw-work.lock'))
    const second = start()
    expect(await second.ended).toBe(5)
    expect(second.text).toMatch(/\.claw-work\.lock cannot be read \(EISDIR\): .*\nMake this folder/)
    expect(npmRuns()).toEqual([])
  })
})

describe('a start that has to install while a server runs from the packages', () => {
  it('changes nothing, and says which process it is, since when and what to do', async () => {
    put(
      'running.mjs',
      `import { noteRunning } from './scripts/running.mjs'
noteRunning('.claw-running')
console.log('runs')
setInterval(() => {}, 1000)
`,
    )
    const server = begin('running.mjs')
    await expect.poll(() => server.text).toBe('runs\n')
    const second = start()
    expect(await second.ended).toBe(11)
    expect(second.text).toMatch(
      new RegExp(
        `Process ${server.child.pid} runs from the packages of this folder since \\d{4}.* UTC.*node_modules is missing.*\n.*Ctrl-C`,
      ),
    )
    expect(npmRuns()).toEqual([])

    server.child.kill('SIGKILL')
    await server.ended
    put('go-on', '')
    expect(await start().ended).toBe(0)
    expect(readdirSync(join(folder, '.claw-running'))).toEqual([])
  })
})

it('of many that find a dead lock, one installs', async () => {
  put('.claw-work.lock', '{"pid":1,"mark":"gone"}')
  put('go-on', '')
  const all = Array.from({ length: 6 }, start)
  expect(await Promise.all(all.map(({ ended }) => ended))).toEqual(all.map(() => 0))
  expect(npmRuns()).toHaveLength(1)
})
