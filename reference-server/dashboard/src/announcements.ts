import type { Instance, TradeRow } from './contract.ts'
import { resultText } from './number-text.ts'
import { statusText } from './status.ts'

// A screen reader needs seconds for a sentence; more than this many in a batch are counted instead of read.
const MAX_SPOKEN = 3

/** What is said of a closed trade: `S03 demo, profit 12.40 USD`. */
export function tradeSentence(trade: TradeRow): string {
  return `${trade.botId} ${trade.accountType}, ${resultText(trade.net).spoken}`
}

/** What is said of a row that turned bad; null when there is nothing to interrupt for. */
export function alarmSentence(before: Instance | undefined, after: Instance, now: number): string | null {
  const then = before === undefined ? null : statusText(before, before.receivedAt, false)
  const text = statusText(after, now, false)
  if (text.tone !== 'bad' || before?.displayStatus === after.displayStatus || then === null) return null
  return `${after.botId} ${after.accountType}: ${text.label}`
}

/** One text for a batch of sentences: the last three, and how many more there were. */
export function spokenBatch(sentences: readonly string[]): string {
  const said = sentences.slice(-MAX_SPOKEN)
  const more = sentences.length - said.length
  return `${said.join('. ')}${more > 0 ? `. And ${more} more` : ''}`
}
