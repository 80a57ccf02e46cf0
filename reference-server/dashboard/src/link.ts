import { clockText, durationText } from './time-text.ts'

/** What this browser knows of its line to the server. All times are wall time of this browser. */
export interface Link {
  readonly phase: 'connecting' | 'live' | 'waiting'
  /** When the stream is tried again; null unless waiting. */
  readonly retryAt: number | null
  /** Last byte of the stream or last answered snapshot; null before the first. */
  readonly confirmedAt: number | null
}

/** The link in words, for the chip and for everything that must turn grey with it. */
export interface LinkText {
  readonly state: 'connecting' | 'live' | 'reconnecting' | 'offline'
  readonly label: string
  readonly detail: string
  /** True when no value on the page may be shown as current. */
  readonly stale: boolean
}

/** Without a word from the server for so long nothing on the page counts as current. */
export const STALE_AFTER_MS = 60_000

/** Before the first answer there is nothing to lose. */
export const NO_LINK: Link = { phase: 'connecting', retryAt: null, confirmedAt: null }

const FIRST_RETRY_MS = 1000
const MAX_RETRY_MS = 30_000

/** Wait before attempt `attempt` (0 is the first): 1, 2, 4 … 30 s, plus up to a quarter so that tabs do not come back together. */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (1 + random / 4)
}

/** Puts the link in words at an instant. */
export function linkText(link: Link, now: number): LinkText {
  const silentMs = link.confirmedAt === null ? 0 : now - link.confirmedAt
  if (link.phase === 'live' && silentMs <= STALE_AFTER_MS)
    return {
      state: 'live',
      label: 'Live',
      detail: `Last word from the server ${durationText(silentMs)} ago.`,
      stale: false,
    }
  if (link.confirmedAt === null) return unanswered(link, now)
  if (silentMs > STALE_AFTER_MS)
    return {
      state: 'offline',
      label: `Offline since ${clockText(link.confirmedAt)}`,
      detail: `No word from the server for ${durationText(silentMs)}. Values are the last known ones.`,
      stale: true,
    }
  return reconnecting(link, silentMs, now)
}

function unanswered(link: Link, now: number): LinkText {
  if (link.phase === 'waiting')
    return {
      state: 'reconnecting',
      label: retryLabel(link, now),
      detail: 'No data has come yet.',
      stale: true,
    }
  return {
    state: 'connecting',
    label: 'Connecting…',
    detail: 'Waiting for the first answer of the server.',
    stale: false,
  }
}

function retryLabel(link: Link, now: number): string {
  const waitMs = link.retryAt === null ? 0 : link.retryAt - now
  return waitMs >= 1000 ? `Reconnecting ${Math.ceil(waitMs / 1000)} s` : 'Reconnecting…'
}

function reconnecting(link: Link, silentMs: number, now: number): LinkText {
  return {
    state: 'reconnecting',
    label: retryLabel(link, now),
    detail: `The live stream broke. Values are fetched instead; the last came ${durationText(silentMs)} ago.`,
    stale: false,
  }
}
