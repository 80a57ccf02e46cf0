import { COMMAND_CODES } from './command-codes.ts'
import type { Explanation } from './explanation.ts'
import { PARITY_CODES } from './parity-codes.ts'
import { PLATFORM_CODES } from './platform-codes.ts'
import { RESULT_CODES } from './result-codes.ts'

/** Every code that the command line prints. */
export const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map(
  Object.entries<Explanation>({ ...RESULT_CODES, ...PARITY_CODES, ...PLATFORM_CODES, ...COMMAND_CODES }),
)

/** The first sentence of a text, without its full stop; that of "e.g." ends none. */
export function firstSentence(text: string): string {
  const sentence = /^.*?(?<!\be\.g)[.:](?= |$)/.exec(text)?.[0] ?? text
  return sentence.replace(/[.:]$/, '')
}
