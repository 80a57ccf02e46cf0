import type {
  ActualStatus,
  ControlStatus,
  Heartbeat,
  MoneyJson,
} from '@openclaw-trading/control-plane/client'
import type { LaneRow } from '../api/schemas/dashboard.ts'
import { ageText } from './age-text.ts'
import { warningsOf } from './lane-warnings.ts'

/** A bot sends a heartbeat this often over IPC; two intervals are fresh, five are late. */
export const HEARTBEAT_INTERVAL_MS = 1000
const FRESH_MS = 2 * HEARTBEAT_INTERVAL_MS
const LATE_MS = 5 * HEARTBEAT_INTERVAL_MS
/** A difference between wanted and actual is normal for this long after a change. */
const CONVERGING_MS = 30_000

/** What is known of one instance: desired from the database, actual from the worker, the heartbeat from the bot. */
export interface LaneFacts {
  readonly botId: string
  readonly name: string
  readonly description: string
  readonly symbol: string
  readonly timeframe: string
  readonly accountType: 'demo' | 'live'
  readonly desired: ControlStatus
  readonly desiredReason: string
  readonly quoteFilter: boolean
  /** Wall time of the last change of desire. */
  readonly desiredAt: number
  readonly actual: ActualStatus
  /** Why it crashed or failed; null when it did not. */
  readonly failure: string | null
  readonly generation: number
  readonly observedGeneration: number
  readonly session: { readonly sessionId: string; readonly startedAt: number } | null
  readonly host: string | null
  readonly pid: number | null
  readonly restartCount: number
  readonly nextRetryAt: number | null
  readonly paramsVersion: number
  /** The last word of the process, and when it arrived; null before the first. */
  readonly heartbeat: { readonly receivedAt: number; readonly heartbeat: Heartbeat } | null
  /** From the stored positions; a fresh heartbeat knows better. */
  readonly openPositions: number
  readonly tradeCount: number
  readonly netTotal: MoneyJson | null
  readonly dayNet: MoneyJson | null
}

interface Verdict {
  readonly displayStatus: string
  readonly statusDetail: string
  readonly sync: LaneRow['sync']
  readonly health: LaneRow['health']
}

/** Makes the row of the Fleet page: three independent facts become one status, and none of them is hidden. */
export function laneRow(facts: LaneFacts, now: number): LaneRow {
  const ageMs = heartbeatAge(facts, now)
  const freshness = freshnessOf(ageMs)
  const alive = freshness === 'fresh' || freshness === 'late'
  const last = facts.heartbeat?.heartbeat ?? null
  // Of a process that has not spoken lately nothing is known.
  const said = alive ? last : null
  const verdict = judge(facts, freshness, ageMs, now)
  const {
    heartbeat: _heartbeat,
    session,
    failure: _failure,
    desiredAt: _desiredAt,
    quoteFilter,
    ...rest
  } = facts
  return {
    ...rest,
    ...verdict,
    freshness,
    heartbeatAgeMs: ageMs,
    lamps: {
      db: facts.desired,
      process: processLamp(facts.actual, freshness),
      broker: brokerLamp(facts, freshness),
    },
    sessionId: session?.sessionId ?? null,
    sessionStartedAt: session?.startedAt ?? null,
    entriesEnabled: said?.entriesEnabled === true,
    openPositions: said?.openPositions ?? facts.openPositions,
    balance: last?.balance ?? null,
    equity: said?.equity ?? null,
    marketAt: last?.marketAt ?? null,
    paramsVersion: said?.paramsVersion ?? facts.paramsVersion,
    quoteFilter: { wanted: quoteFilter, seen: said?.quoteFilter ?? null },
    warnings: warningsOf(said),
    // A row of before an update has none.
    locks: last?.locks ?? [],
    unsettled: last?.unsettled ?? [],
    grade: null,
  }
}

/** How fresh the last word of a process is. */
export function freshnessOf(ageMs: number | null): LaneRow['freshness'] {
  if (ageMs === null) return 'never'
  if (ageMs <= FRESH_MS) return 'fresh'
  return ageMs <= LATE_MS ? 'late' : 'stale'
}

// The word of an earlier process says nothing about this one; without a session there is nothing to compare it with.
function heartbeatAge(facts: LaneFacts, now: number): number | null {
  if (facts.heartbeat === null) return null
  const current = facts.session?.sessionId
  if (current !== undefined && facts.heartbeat.heartbeat.sessionId !== current) return null
  return Math.max(0, now - facts.heartbeat.receivedAt)
}

function judge(
  facts: LaneFacts,
  freshness: LaneRow['freshness'],
  ageMs: number | null,
  now: number,
): Verdict {
  const young = now - facts.desiredAt < CONVERGING_MS
  if (facts.actual === 'unknown')
    return verdict('UNKNOWN', 'No worker answers for this instance.', 'unknown', 'unknown')
  if (facts.desired === 'stopped') return judgeStopped(facts, young)
  const apart: LaneRow['sync'] = young ? 'converging' : 'out-of-sync'
  switch (facts.actual) {
    case 'starting':
      return verdict('STARTING', 'The process starts.', apart, 'unknown')
    case 'stopping':
      return verdict('STOPPING', 'The process ends, then it starts again.', apart, 'unknown')
    case 'stopped':
      return verdict(
        'SHOULD BE RUNNING',
        `${facts.desiredReason || 'It should run'}; no process runs.`,
        apart,
        'down',
      )
    case 'crashed':
      return verdict('CRASHED', crashText(facts, now), 'out-of-sync', 'down')
    case 'failed':
      return verdict(
        'FAILED',
        facts.failure ?? 'It crashed too often. Start it again to retry.',
        'out-of-sync',
        'down',
      )
    default:
      return judgeRunning(facts, freshness, ageMs, apart)
  }
}

function judgeRunning(
  facts: LaneFacts,
  freshness: LaneRow['freshness'],
  ageMs: number | null,
  apart: LaneRow['sync'],
): Verdict {
  if (freshness === 'never' || ageMs === null)
    return verdict('NO HEARTBEAT', 'The process has not sent a heartbeat yet.', 'unknown', 'unknown')
  if (freshness === 'stale')
    return verdict('NO HEARTBEAT', `No heartbeat for ${ageText(ageMs)}.`, 'unknown', 'unknown')
  const paused = facts.desired === 'paused'
  const last = facts.heartbeat?.heartbeat
  const isUnsure = !paused && last !== undefined && last.doubt !== null
  // A bot that opens nothing for a doubt of its own has heard the operator: a warning says why.
  const inForce =
    (last?.entriesEnabled === !paused || isUnsure) && facts.observedGeneration >= facts.generation
  const late = freshness === 'late'
  const details = runningDetails(facts, paused, inForce, late ? ageMs : undefined)
  return verdict(
    paused ? 'PAUSED' : 'RUNNING',
    details,
    inForce ? 'in-sync' : apart,
    late || isUnsure || (!inForce && apart === 'out-of-sync') ? 'degraded' : 'healthy',
  )
}

function runningDetails(
  facts: LaneFacts,
  paused: boolean,
  inForce: boolean,
  lateMs: number | undefined,
): string {
  const open = paused ? (facts.heartbeat?.heartbeat.openPositions ?? 0) : 0
  const details = [
    open > 0 ? `Manages ${open} open ${open === 1 ? 'position' : 'positions'}.` : '',
    lateMs === undefined ? '' : `Heartbeat late: ${ageText(lateMs)}.`,
    inForce ? '' : paused ? 'Entries are not yet off.' : 'Entries are not yet on.',
  ]
  return details.filter(text => text !== '').join(' ')
}

function judgeStopped(facts: LaneFacts, young: boolean): Verdict {
  switch (facts.actual) {
    case 'stopped':
      return verdict('STOPPED', facts.desiredReason, 'in-sync', 'unknown')
    case 'crashed':
    case 'failed':
      return verdict(
        'STOPPED',
        facts.failure === null ? '' : `Its last run ended: ${facts.failure}`,
        'in-sync',
        'unknown',
      )
    case 'stopping':
      return verdict('STOPPING', facts.desiredReason, 'converging', 'unknown')
    default:
      return verdict(
        'SHOULD BE STOPPED',
        `${facts.desiredReason || 'It should not run'}; its process still runs.`,
        young ? 'converging' : 'out-of-sync',
        'degraded',
      )
  }
}

function crashText(facts: LaneFacts, now: number): string {
  const times = facts.restartCount > 1 ? ` ×${facts.restartCount}` : ''
  const wait =
    facts.nextRetryAt !== null && facts.nextRetryAt > now
      ? `, next try in ${ageText(facts.nextRetryAt - now)}`
      : ''
  return `Crashed${times}${wait}.${facts.failure === null ? '' : ` ${facts.failure}`}`
}

function processLamp(actual: ActualStatus, freshness: LaneRow['freshness']): LaneRow['lamps']['process'] {
  switch (actual) {
    case 'running':
      return freshness === 'fresh' ? 'on' : freshness === 'never' ? 'starting' : freshness
    case 'starting':
      return 'starting'
    case 'stopping':
      return 'on'
    case 'stopped':
      return 'off'
    case 'crashed':
    case 'failed':
      return 'failed'
    default:
      return 'unknown'
  }
}

// A session opens only after the account's login at the broker and its reconcile, so a living one proves the socket.
function brokerLamp(facts: LaneFacts, freshness: LaneRow['freshness']): LaneRow['lamps']['broker'] {
  if (facts.actual === 'unknown') return 'unknown'
  if (facts.session === null || facts.actual !== 'running') return 'off'
  return freshness === 'fresh' || freshness === 'late' ? 'on' : 'unknown'
}

function verdict(
  displayStatus: string,
  statusDetail: string,
  sync: LaneRow['sync'],
  health: LaneRow['health'],
): Verdict {
  return { displayStatus, statusDetail, sync, health }
}
