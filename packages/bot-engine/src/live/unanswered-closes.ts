import type { ExecutionEvent } from '@openclaw-trading/trading-model'
import type { DecisionRecord } from '../kernel/order-entry.ts'

/** Closes without an answer whose refusal is waited for; of more the oldest are forgotten. */
export const MAX_UNANSWERED_CLOSES = 100

/** A close that was refused after all. */
export interface LateRefusal {
  readonly record: DecisionRecord
  readonly reason: string
}

/**
 * Closes that had no answer in time: a refusal may still come, and then it is known that nothing was closed.
 *
 * What was filled the book tells, and nothing is taken from it here.
 */
export class UnansweredCloses {
  #records: DecisionRecord[] = []

  /** Keeps one. */
  add(record: DecisionRecord): void {
    if (record.command.type !== 'close') return
    this.#records.push(record)
    if (this.#records.length > MAX_UNANSWERED_CLOSES) this.#records.shift()
  }

  /** Which of them an event refuses: by its name, where the broker tells no name by position and volume, the oldest. */
  refusedBy(event: ExecutionEvent): LateRefusal | undefined {
    if (this.#records.length === 0 || event.type !== 'order-rejected' || event.refused === undefined)
      return undefined
    const { type, positionId, id, volume } = event.refused
    const record = this.#records.find(({ id: own, command }) => {
      if (id !== undefined) return id === own
      if (type !== 'close' || command.type !== 'close') return false
      return command.positionId === positionId && command.volume === volume
    })
    if (record === undefined) return undefined
    this.#records = this.#records.filter(other => other !== record)
    return { record, reason: event.reason }
  }
}
