// One process at a time installs or builds in a folder. Imports node built-ins only: it runs before any install.
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf, lives, nowText, textOf } from './processes.mjs'

// An install over a slow line takes minutes, a build with declarations two on a slow machine.
const MAX_WAIT_MS = 20 * 60_000
const LOOK_MS = 100
const TELL_MS = 10_000
/** A lock is there a moment before what is written in it. */
const WRITING_MS = 2000

/** What stands in a lock; undefined when it is gone, damaged, or of processes that are. */
function holderOf(text) {
  try {
    const holder = JSON.parse(text)
    return [holder, holder.child].some(one => one && lives(one)) ? holder : undefined
  } catch {
    return undefined
  }
}

/** Ends a script that cannot have the lock of its folder: it could install or build nothing there either. */
function refuse(file, done, { code }) {
  process.stderr.write(
    `\n${file} cannot be ${done} (${code}): there a process notes that it installs or builds.\nMake this folder and that file yours to write, then run the same command again.\n`,
  )
  process.exit(5)
}

/** What stands in a lock; undefined when it is gone, or on its way: Windows says EBUSY or EPERM of that. */
function lockText(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (!['ENOENT', 'EBUSY', 'EPERM'].includes(error.code)) refuse(file, 'read', error)
    return undefined
  }
}

/** Moves a lock of the dead out of the way, unless another process was faster: then what it put there stays. */
function removeDead(file, text) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (textOf(aside) !== text) linkSync(aside, file)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(error.code)) refuse(file, 'moved', error)
  }
  rmSync(aside, { force: true })
}

function ageMs(file) {
  try {
    return Math.abs(Date.now() - statSync(file).mtimeMs)
  } catch {
    return Infinity
  }
}

/** @returns who has it; 'nobody' when it should be tried again at once; undefined when it is ours */
function take(file, text) {
  try {
    writeFileSync(file, text, { flag: 'wx' })
    return undefined
  } catch (error) {
    if (error.code !== 'EEXIST') refuse(file, 'written', error)
  }
  const found = lockText(file)
  if (found === undefined || (found === '' && ageMs(file) < WRITING_MS)) return 'nobody'
  const holder = holderOf(found)
  if (holder === undefined) removeDead(file, found)
  return holder ?? 'nobody'
}

const told = ({ pid, doing, since }) => `Process ${pid} ${doing} in this folder since ${since}`

async function waitFor(file, text, tell) {
  const startedAt = Date.now()
  let toldAt
  for (let holder = take(file, text); holder !== undefined; holder = take(file, text)) {
    await sleep(holder === 'nobody' ? 5 : LOOK_MS)
    if (holder === 'nobody') continue
    if (Date.now() - startedAt > MAX_WAIT_MS) {
      process.stderr.write(
        `\n${told(holder)}, and this one waited 20 minutes for it.\nStop it, or remove ${file} if it does nothing of the kind, and try again.\n`,
      )
      process.exit(11)
    }
    if (toldAt === undefined) tell(`${told(holder)}. Waiting until it is done; Ctrl-C ends the wait alone.`)
    else if (Date.now() - toldAt > TELL_MS)
      tell(`  still waiting for process ${holder.pid}, ${Math.round((Date.now() - startedAt) / 1000)} s`)
    else continue
    toldAt = Date.now()
  }
}

/**
 * Runs work while no other process has the lock; one whose holder died is taken over.
 *
 * @param doing - What others are told that wait: "installs packages".
 * @param work - Is given a function that names a process which goes on by itself if this one is killed.
 */
export async function withLock(file, doing, work, tell = console.log) {
  const me = { ...identityOf(process.pid), doing, since: nowText() }
  await waitFor(file, JSON.stringify(me), tell)
  const release = () => {
    if (textOf(file)?.startsWith(`{"pid":${process.pid},`)) rmSync(file, { force: true })
  }
  // Scripts end with process.exit where something failed.
  process.once('exit', release)
  try {
    return await work(pid => writeFileSync(file, JSON.stringify({ ...me, child: identityOf(pid) })))
  } finally {
    process.off('exit', release)
    release()
  }
}
