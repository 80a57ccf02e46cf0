import { readFileSync, writeFileSync } from 'node:fs'
import { type RatePool, WINDOWS } from '../session/grant-window.ts'
import { codeOf, unavailable } from './durable-file.ts'

/** What the processes know of each other in one pool; times are of the machine's clock. */
export interface Share {
  /** The last grants, oldest first. */
  sent: readonly { readonly atMs: number; readonly owner: string }[]
  /** Who has asked of late and not got everything. */
  readonly waiting: Record<
    string,
    { readonly untilMs: number; readonly waiting: number; readonly exits: number }
  >
}

/** The content of the file. */
export type Shares = Readonly<Record<RatePool, Share>>

/** Reads the file; one that is damaged counts as full. @throws {@link CTraderError} `state-unavailable` */
export function readShares(path: string, nowMs: number): Shares {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { requests: empty(), history: empty() }
    throw unavailable(path, 'read', cause)
  }
  const parsed = parse(text)
  return { requests: checked(parsed, 'requests', nowMs), history: checked(parsed, 'history', nowMs) }
}

/** Writes the file; a crash in the middle leaves it damaged, which is safe. @throws {@link CTraderError} `state-unavailable` */
export function writeShares(path: string, shares: Shares): void {
  try {
    writeFileSync(path, JSON.stringify(shares), { mode: 0o600 })
  } catch (cause) {
    throw unavailable(path, 'written', cause)
  }
}

function empty(): Share {
  return { sent: [], waiting: {} }
}

function full(pool: RatePool, nowMs: number): Share {
  const { requests } = WINDOWS[pool]
  return { sent: Array.from({ length: requests }, () => ({ atMs: nowMs, owner: '' })), waiting: {} }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function checked(parsed: unknown, pool: RatePool, nowMs: number): Share {
  const share = (parsed as Partial<Shares> | null | undefined)?.[pool]
  if (!Array.isArray(share?.sent) || typeof share.waiting !== 'object' || share.waiting === null)
    return full(pool, nowMs)
  const sent = share.sent.filter(({ atMs }) => Number.isFinite(atMs))
  // Of before the machine was started: its clock has begun anew.
  const isOld = sent.some(({ atMs }) => atMs > nowMs + WINDOWS[pool].spanMs)
  return isOld ? full(pool, nowMs) : { sent, waiting: { ...share.waiting } }
}
