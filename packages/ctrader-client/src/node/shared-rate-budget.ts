import { randomUUID } from 'node:crypto'
import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import type { RateBudget, RateClass } from '../options.ts'
import {
  type Demand,
  type GrantWindow,
  memoryWindow,
  poolOf,
  type RatePool,
  slotAt,
  WINDOWS,
} from '../session/grant-window.ts'
import { budgetOver } from '../session/rate-budget.ts'
import { BriefLock } from './brief-lock.ts'
import { readShares, type Shares, writeShares } from './rate-shares.ts'

/** How long a process counts as waiting after it last asked: the share of one that dies is free again after it. */
const MARK_MS = 400
/** When to ask again while another process is at the file, or an exit of another has the next place. */
const BUSY_MS = 1

/**
 * A request budget that the processes of one application share on one machine: together they stay at 50 requests in any
 * second and 5 of history.
 *
 * The counts are in a small file at `path`, changed under a lock that is held for less than a millisecond. Processes that
 * wait get equal shares, and an exit of any of them takes the next place. There is no leader and nothing to give back:
 * what a dead process had waiting is forgotten after 0.4 s. Where the file cannot be used, exits go on by the count of
 * their own process, and everything else is refused with `state-unavailable`.
 */
export function sharedRateBudget(path: string): RateBudget {
  return budgetOver(new SharedWindow(path), SYSTEM_CLOCK)
}

/** Milliseconds since this machine started: one clock for all its processes. */
const MACHINE_CLOCK: Clock = {
  ...SYSTEM_CLOCK,
  elapsedMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
}

/** A grant that took longer is forfeited: the request would leave so late that it could meet the next ones. */
const LATE_MS = 12

class SharedWindow implements GrantWindow {
  readonly slow = true
  readonly #path: string
  readonly #lock: BriefLock
  readonly #owner = `${process.pid}-${randomUUID()}`
  readonly #ownExits = memoryWindow(MACHINE_CLOCK)

  constructor(path: string) {
    this.#path = path
    this.#lock = new BriefLock(`${path}.lock`)
  }

  grant(kind: RateClass, demand: Demand): number {
    try {
      const sinceMs = MACHINE_CLOCK.elapsedMs()
      const waitMs = this.#change(shares => this.#grant(shares, kind, demand)) ?? BUSY_MS
      const isLate = waitMs === 0 && MACHINE_CLOCK.elapsedMs() - sinceMs > LATE_MS
      return isLate ? BUSY_MS : waitMs
    } catch (error) {
      if (kind !== 'exit') throw error
      return this.#ownExits.grant(kind, demand)
    }
  }

  idle(pool: RatePool): void {
    try {
      this.#change(shares => {
        delete shares[pool].waiting[this.#owner]
        return 0
      })
    } catch {
      // The mark ends by itself.
    }
  }

  /** `undefined` when another process is at the file. */
  #change(work: (shares: Shares) => number): number | undefined {
    if (!this.#lock.acquire()) return undefined
    try {
      const shares = readShares(this.#path, MACHINE_CLOCK.elapsedMs())
      const result = work(shares)
      // Held too long, it may be another's by now; nothing has been granted yet.
      if (!this.#lock.stillOurs()) return undefined
      writeShares(this.#path, shares)
      return result
    } finally {
      this.#lock.release()
    }
  }

  #grant(shares: Shares, kind: RateClass, { waiting, exits }: Demand): number {
    const pool = poolOf(kind)
    const share = shares[pool]
    const size = WINDOWS[pool]
    const nowMs = MACHINE_CLOCK.elapsedMs()
    for (const [owner, { untilMs }] of Object.entries(share.waiting))
      if (untilMs < nowMs) delete share.waiting[owner]
    const slot = slotAt(
      share.sent.at(-size.requests)?.atMs,
      size.spanMs,
      nowMs,
      // Here the whole reserve is for the way from the file to the network.
      0,
    )
    const waitMs = slot === undefined ? (share.sent[0]?.atMs ?? nowMs) + size.spanMs - nowMs : 0
    const fairMs = waitMs > 0 || kind === 'exit' ? waitMs : this.#fairWaitMs(share, pool, nowMs)
    if (slot !== undefined && fairMs === 0) {
      share.sent = [...share.sent, { atMs: slot, owner: this.#owner }].slice(-size.requests)
      this.#mark(share, waiting - 1, kind === 'exit' ? exits - 1 : exits, nowMs)
      return 0
    }
    this.#mark(share, waiting, exits, nowMs)
    return Math.max(BUSY_MS, fairMs)
  }

  /** Others wait too: nobody takes more than its share, and a place is left for each exit of theirs. */
  #fairWaitMs({ sent, waiting }: Shares[RatePool], pool: RatePool, nowMs: number): number {
    const { requests, spanMs } = WINDOWS[pool]
    const others = Object.entries(waiting).filter(([owner]) => owner !== this.#owner)
    if (others.length === 0) return 0
    const recent = sent.filter(({ atMs }) => atMs > nowMs - spanMs)
    const theirExits = others.reduce((sum, [, mark]) => sum + mark.exits, 0)
    if (requests - recent.length <= theirExits) return BUSY_MS
    const equal = Math.ceil(requests / (others.length + 1))
    const theirs = others.reduce((sum, [, mark]) => sum + Math.min(mark.waiting, equal), 0)
    const own = recent.filter(({ owner }) => owner === this.#owner)
    if (own.length < Math.max(equal, requests - theirs)) return 0
    return (own[0]?.atMs ?? nowMs) + spanMs - nowMs
  }

  #mark({ waiting }: Shares[RatePool], count: number, exits: number, nowMs: number): void {
    if (count > 0) waiting[this.#owner] = { untilMs: nowMs + MARK_MS, waiting: count, exits }
    else delete waiting[this.#owner]
  }
}
