import { readFileSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { RefreshLock, RefreshState } from '../oauth/grant.ts'
import { codeOf, createFile, replaceFile, unavailable } from './durable-file.ts'

/** Who claimed a refresh token, and what came of it. */
interface ClaimContent {
  readonly host: string
  readonly pid: number
  /** When the process began, in ticks of its machine; empty where the system does not tell. */
  readonly processStart: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly outcome?: 'refused' | 'unknown'
}

/** Longer than a refresh can take: after it even a living owner does not count as being at it. */
const CLAIM_MS = 60_000
/** A claim is created empty and written at once; one that stays empty was cut off by a crash. */
const WRITING_MS = 5_000

/**
 * A lock beside the token file, one claim file a generation: `<path>.refresh-<generation>`.
 *
 * Created exclusively and on disk before a refresh token is sent. A claim names its owner – host, process, start of the
 * process – and ends 60 s after it was made; what a dead owner leaves means that nobody knows what became of the token.
 *
 * @throws CTraderError `state-unavailable` from its methods
 */
export function refreshLockFile(path: string): RefreshLock {
  const fileOf = (generation: number): string => `${path}.refresh-${generation}`
  return {
    async claim(generation) {
      const file = fileOf(generation)
      const content = newClaim()
      if (!(await createFile(file, JSON.stringify(content)))) {
        const state = await stateOf(file)
        // Released in between: it was held when we asked.
        return state.type === 'free' ? { type: 'held', owner: 'another process' } : state
      }
      return {
        release: () => remove(file),
        spend: outcome => replaceFile(file, JSON.stringify({ ...content, outcome })),
      }
    },
    inspect: generation => stateOf(fileOf(generation)),
    async forget(generation) {
      const prefix = `${basename(path)}.refresh-`
      for (const name of await readdir(dirname(path)))
        if (name.startsWith(prefix) && Number(name.slice(prefix.length)) <= generation)
          await remove(join(dirname(path), name))
    },
  }
}

function newClaim(): ClaimContent {
  return {
    host: hostname(),
    pid: process.pid,
    processStart: processStartOf(process.pid) ?? '',
    expiresAt: Date.now() + CLAIM_MS,
  }
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true })
  } catch (cause) {
    throw unavailable(file, 'removed', cause)
  }
}

async function stateOf(file: string): Promise<RefreshState> {
  let text: string
  let ageMs: number
  try {
    text = await readFile(file, 'utf8')
    ageMs = Date.now() - (await stat(file)).mtimeMs
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { type: 'free' }
    throw unavailable(file, 'read', cause)
  }
  const claim = claimOf(text)
  if (claim === undefined)
    return ageMs < WRITING_MS
      ? { type: 'held', owner: 'another process' }
      : { type: 'spent', outcome: 'unknown', owner: 'a process that crashed' }
  const owner = `process ${claim.pid} on ${claim.host}`
  if (claim.outcome !== undefined) return { type: 'spent', outcome: claim.outcome, owner }
  return Date.now() < claim.expiresAt && isAlive(claim)
    ? { type: 'held', owner }
    : { type: 'spent', outcome: 'unknown', owner }
}

function claimOf(text: string): ClaimContent | undefined {
  try {
    const claim = JSON.parse(text) as ClaimContent
    return Number.isInteger(claim.pid) && Number.isFinite(claim.expiresAt) ? claim : undefined
  } catch {
    return undefined
  }
}

/** Of processes on other machines only the expiry tells. */
function isAlive({ host, pid, processStart }: ClaimContent): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false
  }
  const start = processStartOf(pid)
  return start === undefined || processStart === '' || start === processStart
}

/** Tells a process from a later one with its number; Linux only. */
function processStartOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
