import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, expect, it } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'folder-lock-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill()
  rmSync(home, { recursive: true })
})

/** Of six processes two were inside in one of five rounds, of three in one of thirty, before one alone took it away. */
const PROCESSES = 6
const ROUNDS = 30
/** How long before a round its instant is told: each has read it by then. */
const AHEAD_MS = 10

/** Waits for the instant that it is told, takes the lock, and answers whether somebody else was inside. */
const program = (library: string) => `
  import { closeSync, openSync, rmSync } from 'node:fs'
  import { withFolderLock } from ${JSON.stringify(library)}
  const [lock, inside] = process.argv.slice(1)
  console.log('ready')
  process.stdin.setEncoding('utf8').on('data', async line => {
    while (Date.now() < Number(line)) {}
    const answer = () => withFolderLock(lock, async () => {
      try { closeSync(openSync(inside, 'wx')) } catch { return 'not alone' }
      await new Promise(resolve => setTimeout(resolve, 2))
      rmSync(inside)
      return 'alone'
    // A busy machine may have the holder wait for longer than the others do.
    }).catch(error => (error.code === 'data-busy' ? answer() : String(error)))
    console.log(await answer())
  })`

it('lets one process in at a time, of several that find the lock of a dead one at the same instant', async () => {
  const library = join(home, 'folder-lock.mjs')
  const source = fileURLToPath(new URL('../src/data/store/folder-lock.ts', import.meta.url))
  await build({ entryPoints: [source], outfile: library, bundle: true, platform: 'node', format: 'esm' })
  const folder = mkdtempSync(join(home, 'series-'))
  const lock = join(folder, '.lock')
  const pid = spawnSync(process.execPath, ['-e', '']).pid
  const among = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid') : undefined
  const args = ['--input-type=module', '-e', program(library), lock, join(home, 'inside')]
  const takers = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  children.push(...takers)
  const told = () => Promise.all(takers.map(({ stdout }) => once(stdout, 'data').then(String)))
  await told()
  for (let round = 0; round < ROUNDS; round++) {
    // With an id or without: an earlier version wrote none.
    const id = round % 2 === 0 ? { id: `round-${round}` } : {}
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid, among, ...id }))
    const answers = told()
    for (const { stdin } of takers) stdin.write(`${Date.now() + AHEAD_MS}`)
    expect(await answers).toEqual(takers.map(() => 'alone\n'))
  }
  for (const { stdin } of takers) stdin.end()
  expect(readdirSync(folder)).toEqual([])
})
