import type { CheckFinding, CheckReport } from '@openclaw-trading/bot-engine/research'
import type { Warning } from '../output.ts'

/** What is looked for, by the codes of what is found. */
const TOPICS: readonly (readonly [title: string, codes: readonly CheckFinding['code'][]])[] = [
  // Who reads data from outside may know the future: nothing clears him of it.
  ['look-ahead', ['look-ahead', 'outside-data']],
  ['warm-up', ['warm-up']],
  ['determinism', ['not-deterministic', 'random', 'clock', 'local-time']],
  ['async code', ['async']],
]

/** Each topic with a mark: `look-ahead ✔  warm-up ✘ …`; of checks that were ended, what was not found has none. */
export function checkMarks(findings: readonly CheckFinding[], isPartial = false): string {
  return TOPICS.map(([title, codes]) => {
    const isFound = findings.some(({ code }) => codes.includes(code))
    return `${title} ${isFound ? '✘' : isPartial ? '?' : '✔'}`
  }).join('  ')
}

/** Said of a strategy that reads no price of its feed, unless it is known what it reads instead. */
export function priceBlind({ isPriceBlind, findings }: CheckReport): readonly Warning[] {
  if (!isPriceBlind || findings.some(({ code }) => code === 'outside-data')) return []
  return [PRICE_BLIND]
}

const PRICE_BLIND: Warning = {
  code: 'price-blind',
  message:
    'On other prices at the same times it asks for the very same entries: it reads no price of its feed. Where it trades by the clock alone, that is as meant.',
}
