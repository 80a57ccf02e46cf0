import type { CheckFinding } from '@openclaw-trading/bot-engine/research'

/** What is looked for, by the codes of what is found. */
const TOPICS: readonly (readonly [title: string, codes: readonly CheckFinding['code'][]])[] = [
  ['look-ahead', ['look-ahead']],
  ['warm-up', ['warm-up']],
  ['determinism', ['not-deterministic', 'random', 'clock']],
  ['async code', ['async']],
]

/** Each topic with a mark: `look-ahead ✔  warm-up ✘ …`. */
export function checkMarks(findings: readonly CheckFinding[]): string {
  return TOPICS.map(([title, codes]) => {
    const isFound = findings.some(({ code }) => codes.includes(code))
    return `${title} ${isFound ? '✘' : '✔'}`
  }).join('  ')
}
