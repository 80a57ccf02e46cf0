import type { Instance, MoneyJson } from './contract.ts'
import { isUnconfirmed, statusText } from './status.ts'

/** Instances that need a person first, then by bot id. */
export function sortedRows(rows: readonly Instance[], now: number, stale = false): Instance[] {
  return [...rows].sort((a, b) => rank(a, now, stale) - rank(b, now, stale) || a.botId.localeCompare(b.botId))
}

function rank(row: Instance, now: number, stale: boolean): number {
  const text = statusText(row, stale ? row.receivedAt : now, false)
  if (text.attention) return text.tone === 'bad' ? 0 : 1
  return row.desired === 'stopped' ? 3 : 2
}

/** Rows in an order decided earlier; those it does not know come last. */
export function heldOrder(rows: readonly Instance[], order: readonly string[]): Instance[] {
  const place = new Map(order.map((botId, index) => [botId, index]))
  const at = (row: Instance) => place.get(row.botId) ?? order.length
  return [...rows].sort((a, b) => at(a) - at(b))
}

/** What a lane's header says. */
export interface LaneCounts {
  /** Instances whose process is confirmed to run. */
  readonly running: number
  /** Instances that should run or be paused. */
  readonly wanted: number
  /** Instances that need a person. */
  readonly attention: number
}

/** Counts of a lane; while the line is down (`stale`) as they were when last seen. */
export function laneCounts(rows: readonly Instance[], now: number, stale = false): LaneCounts {
  const at = (row: Instance) => (stale ? row.receivedAt : now)
  return {
    running: rows.filter(row => row.actual === 'running' && !isUnconfirmed(row, at(row))).length,
    wanted: rows.filter(row => row.desired !== 'stopped').length,
    attention: rows.filter(row => statusText(row, now, stale).attention).length,
  }
}

/** Sums of the day's closed results, one for each currency. */
export function dayTotals(rows: readonly Instance[]): MoneyJson[] {
  const sums = new Map<string, MoneyJson>()
  for (const { dayNet } of rows) {
    if (dayNet === null) continue
    const key = `${dayNet.currency}/${dayNet.digits}`
    sums.set(key, { ...dayNet, minor: (sums.get(key)?.minor ?? 0) + dayNet.minor })
  }
  return [...sums.values()]
}

/** An account's figures and who reported them. */
export interface AccountFigures {
  readonly accountType: 'demo' | 'live'
  readonly balance: MoneyJson
  readonly equity: MoneyJson | null
  /** Equity minus balance: what the open positions would bring now. */
  readonly open: MoneyJson | null
  readonly dayNet: MoneyJson | null
  readonly source: Instance
}

/**
 * An account's figures from its instances. All instances of an account type trade on one account, so the newest report
 * counts; sums would show money that is not there.
 */
export function accountFigures(rows: readonly Instance[], now: number): AccountFigures | null {
  const age = (row: Instance) => (row.heartbeatAgeMs ?? Number.MAX_SAFE_INTEGER) + (now - row.receivedAt)
  const source = rows.filter(row => row.balance !== null).sort((a, b) => age(a) - age(b))[0]
  if (source === undefined || source.balance === null) return null
  const { balance, equity } = source
  const comparable =
    equity !== null && equity.currency === balance.currency && equity.digits === balance.digits
  return {
    accountType: source.accountType,
    balance,
    equity,
    open: comparable ? { ...balance, minor: equity.minor - balance.minor } : null,
    dayNet: dayTotals(rows).find(sum => sum.currency === balance.currency) ?? null,
    source,
  }
}

/** More cards than this stand in several columns, where an empty lane leaves the room. */
const CARDS_A_COLUMN = 3

/** Widths of the lanes side by side, as a value of `grid-template-columns`: an empty one is narrow, a full one wide. */
export function laneColumns({
  backlog,
  demo,
  live,
}: Readonly<Record<'backlog' | 'demo' | 'live', readonly unknown[]>>): string {
  const weight = (cards: number, most: number) => (cards === 0 ? 1 : cards <= CARDS_A_COLUMN ? 1.5 : most)
  // The backlog waits; what runs has the room.
  const weights = [weight(backlog.length, 1.5), weight(demo.length, 4), weight(live.length, 4)]
  return weights.map(each => `minmax(0, ${each}fr)`).join(' ')
}
