// One build at a time in this folder: `npm start` and `npm test` may be started together.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, root } from './install.mjs'

const cache = join(root, 'node_modules', '.cache')
const file = join(cache, 'openclaw-build.lock')
// A whole build with declarations takes about a minute on two slow cores.
const MAX_WAIT_MS = 5 * 60_000

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return undefined
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  try {
    const holder = Number(readFileSync(file, 'utf8'))
    if (holder !== 0 && isAlive(holder)) return holder
    rmSync(file, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  return 0
}

/** Runs work while no other process of this folder builds; a lock whose holder died is taken over. */
export async function withBuildLock(work) {
  mkdirSync(cache, { recursive: true })
  const deadline = Date.now() + MAX_WAIT_MS
  for (let told = false, holder = take(); holder !== undefined; holder = take()) {
    if (Date.now() > deadline)
      fail(
        `Process ${holder} has been building for 5 minutes. Stop it, or remove ${file}, and try again.`,
        11,
      )
    if (!told && holder !== 0) console.log(`Waiting for the build of process ${holder}.`)
    told ||= holder !== 0
    await sleep(holder === 0 ? 5 : 100)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
