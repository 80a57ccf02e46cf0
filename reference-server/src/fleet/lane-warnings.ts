import type { Heartbeat } from '@openclaw-trading/control-plane/client'
import type { LaneRow } from '../api/schemas/dashboard.ts'
import { ageText } from './age-text.ts'

/** A price of this age is told beside the reason why nothing is opened. */
const OLD_QUOTE_MS = 60_000

/**
 * What a person should look at, in words: positions that do not close, then why nothing is opened. Of a process that has
 * not spoken lately nothing is known.
 */
export function warningsOf(last: Heartbeat | null): LaneRow['warnings'] {
  if (last === null) return []
  // A row of before an update lists less.
  const { doubt, refusedCloses, unansweredCloses = [], locks = [], lastQuoteAgeMs } = last
  const refused = refusedCloses.map(({ positionId, volume, refusals, reason }) => ({
    id: `close-refused-${positionId}`,
    level: 'bad' as const,
    text:
      `Position ${positionId} (${volume} lots) does not close: the broker refused it ` +
      `${refusals === 1 ? 'once' : `${refusals} times in a row`}, last with ${reason}. It stays open under its protection.`,
  }))
  const locked = locks.map(({ protection, ordinal, reason }) => ({
    id: `lock-${protection}-${ordinal}`,
    level: 'warn' as const,
    text: `Nothing is opened: ${protection}: ${reason}. Exits go on.`,
  }))
  const unanswered = unansweredCloses.map(({ positionId, volume }) => ({
    id: `close-unanswered-${positionId}`,
    level: 'warn' as const,
    text:
      `The broker has not answered the request to close position ${positionId}, of which ${volume} lots are open. ` +
      'It may still take effect: look at the account before closing it by hand.',
  }))
  const closes = [...refused, ...unanswered]
  if (doubt === null) return [...closes, ...locked]
  const age =
    lastQuoteAgeMs === null || lastQuoteAgeMs < OLD_QUOTE_MS
      ? ''
      : ` The last quote that counted is ${ageText(lastQuoteAgeMs)} old.`
  const text = `Nothing is opened: ${doubt}.${age} Exits go on.`
  return [...closes, { id: 'doubt', level: 'warn' as const, text }, ...locked]
}
