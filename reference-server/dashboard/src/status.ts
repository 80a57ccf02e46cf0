import type { ControlStatus, Instance } from './contract.ts'
import { countText } from './number-text.ts'
import { durationText } from './time-text.ts'

/** How a thing is to be taken; each tone also has a shape, never colour alone. */
export type Tone = 'ok' | 'warn' | 'bad' | 'muted'

/** The state of an instance in words. */
export interface StatusText {
  /** Short, for the chip: `Running`, `Crashed ×3, next try 40 s`. */
  readonly label: string
  readonly tone: Tone
  /** True when a person should look at it. */
  readonly attention: boolean
}

/** A thing the operator may ask for. */
export interface ControlAction {
  /** What should be afterwards. */
  readonly target: ControlStatus
  /** Text of the button; ends in `…` because a dialog follows. */
  readonly label: string
  /** What the dialog asks: `Pause S03 on demo?` begins with it. */
  readonly verb: string
  /** Switches the filter of quotes; what should be stays as it is. */
  readonly quoteFilter?: boolean
}

/** A heartbeat that this browser has not seen renewed for so long counts as lost, whatever the row says. */
const LOST_AFTER_MS = 60_000

/** Age of the last heartbeat now, in milliseconds; null when there never was one. */
export function heartbeatAge(row: Instance, now: number): number | null {
  return row.heartbeatAgeMs === null ? null : row.heartbeatAgeMs + Math.max(0, now - row.receivedAt)
}

/** Freshness now: the server's word, which time on this side may only make worse. */
export function freshnessNow(row: Instance, now: number): Instance['freshness'] {
  const age = heartbeatAge(row, now)
  if (age === null) return 'never'
  return age > LOST_AFTER_MS && row.freshness !== 'never' ? 'stale' : row.freshness
}

/** True when a process should report and its last word is too old to be believed. */
export function isUnconfirmed(row: Instance, now: number): boolean {
  const process = row.lamps.process
  return (
    process === 'stale' ||
    process === 'unknown' ||
    ((process === 'on' || process === 'late') && freshnessNow(row, now) === 'stale')
  )
}

/** Puts the state of an instance in words. `stale` is true when the line to the server is down. */
export function statusText(row: Instance, now: number, stale: boolean): StatusText {
  // While the line is down nothing is known of the bot: its heartbeat only seems to grow old.
  const text = currentStatus(row, stale ? row.receivedAt : now)
  if (!stale) return text
  return { label: `Last known: ${text.label}`, tone: 'muted', attention: text.attention }
}

function currentStatus(row: Instance, now: number): StatusText {
  const age = heartbeatAge(row, now)
  const lost =
    row.displayStatus === 'RUNNING' || row.displayStatus === 'PAUSED' ? isUnconfirmed(row, now) : false
  const display = lost ? 'NO HEARTBEAT' : row.displayStatus
  switch (display) {
    case 'RUNNING':
      return row.freshness === 'late'
        ? { label: `Running, heartbeat late ${durationText(age ?? 0)}`, tone: 'warn', attention: true }
        : { label: 'Running', tone: 'ok', attention: false }
    case 'PAUSED':
      return { label: pausedLabel(row), tone: 'warn', attention: false }
    case 'STARTING':
      return { label: 'Starting…', tone: 'muted', attention: false }
    case 'STOPPING':
      return { label: 'Stopping…', tone: 'muted', attention: false }
    case 'STOPPED':
      return { label: 'Stopped', tone: 'muted', attention: false }
    case 'CRASHED':
      return { label: crashedLabel(row, now), tone: 'bad', attention: true }
    case 'FAILED':
      return { label: 'Failed, not retried', tone: 'bad', attention: true }
    case 'NO HEARTBEAT':
      return {
        label: age === null ? 'No heartbeat' : `No heartbeat ${durationText(age)}`,
        tone: 'bad',
        attention: true,
      }
    case 'SHOULD BE RUNNING':
      return { label: 'Should be running', tone: 'bad', attention: true }
    case 'SHOULD BE STOPPED':
      return { label: 'Should be stopped', tone: 'bad', attention: true }
    default:
      return { label: 'Unknown', tone: 'warn', attention: true }
  }
}

function pausedLabel(row: Instance): string {
  return row.openPositions === 0 ? 'Paused' : `Paused, managing ${countText(row.openPositions, 'position')}`
}

function crashedLabel(row: Instance, now: number): string {
  const times = row.restartCount > 1 ? ` ×${row.restartCount}` : ''
  const waitMs = row.nextRetryAt === null ? 0 : row.nextRetryAt - now
  return waitMs > 0 ? `Crashed${times}, next try ${durationText(waitMs)}` : `Crashed${times}`
}

const START: ControlAction = { target: 'running', label: 'Start…', verb: 'Start' }
const RESUME: ControlAction = { target: 'running', label: 'Resume…', verb: 'Resume' }
const RETRY: ControlAction = { target: 'running', label: 'Start again…', verb: 'Start again' }
const PAUSE: ControlAction = { target: 'paused', label: 'Pause…', verb: 'Pause' }
const STOP: ControlAction = { target: 'stopped', label: 'Stop…', verb: 'Stop' }
const STOP_RETRYING: ControlAction = { target: 'stopped', label: 'Stop retrying…', verb: 'Stop' }

/** What may be asked of an instance, the likeliest first. */
export function controlActions(row: Instance): readonly ControlAction[] {
  if (row.desired === 'stopped')
    return row.sync === 'out-of-sync' && row.actual !== 'stopped'
      ? [{ ...STOP, label: 'Stop again…' }, START]
      : [START]
  if (row.actual === 'failed') return [RETRY, STOP]
  if (row.actual === 'crashed') return [RETRY, STOP_RETRYING]
  return row.desired === 'paused' ? [RESUME, STOP] : [PAUSE, STOP]
}

/** Switches the filter of quotes of an instance, which otherwise goes on as it should. */
export function filterAction(row: Instance): ControlAction {
  const quoteFilter = !row.quoteFilter.wanted
  const word = quoteFilter ? 'on' : 'off'
  return {
    target: row.desired,
    label: `Turn ${word}…`,
    verb: `Turn ${word} the quote filter of`,
    quoteFilter,
  }
}

/** Where a change of desire will take effect. */
export interface ControlPlace {
  readonly accountType: string
  readonly simulated: boolean
  readonly openPositions: number
  /** Open positions without a stop loss. */
  readonly unprotected: number
}

/** What will follow, in a sentence or two; the dialog shows it before anything is sent. */
export function consequence(action: ControlAction, place: ControlPlace): string {
  if (action.quoteFilter === true)
    return 'From its next start on bad quotes are kept from the strategy, and nothing is opened while a jump of the price waits for confirmation.'
  if (action.quoteFilter === false)
    return `From its next start on every quote reaches the strategy on the ${place.accountType.toUpperCase()} account, also one that is crossed, zero or far off for a single tick.`
  switch (action.target) {
    case 'running':
      return `A process of the bot runs and may open positions on the ${place.accountType.toUpperCase()} account within seconds, sized by its parameters.${place.simulated ? ' The venue is simulated: no real money moves.' : ''}`
    case 'paused':
      return `No new positions are opened. The process goes on and manages ${place.openPositions > 0 ? `the ${countText(place.openPositions, 'open position')}` : 'any exits'}: stops, targets and its own exit rules stay in force.`
    case 'stopped':
      return `The process ends within 10 seconds. ${leftOpen(place)}`
  }
}

function leftOpen({ openPositions, unprotected }: ControlPlace): string {
  if (openPositions === 0) return 'It holds no open position.'
  const held = countText(openPositions, 'open position')
  const [stay, them] = openPositions === 1 ? ['stays', 'it'] : ['stay', 'them']
  const warning =
    unprotected > 0 ? ` Warning: ${countText(unprotected, 'position')} without a stop loss.` : ''
  return `${held} ${stay} open at the broker and nobody manages ${them}: only the stop loss and take profit that are set there can still close ${them}.${warning}`
}
