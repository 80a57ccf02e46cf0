import type { ExecutionEvent, Lots, Position, PositionId } from '@openclaw-trading/trading-model'
import type { DecisionRecord } from '../kernel/order-entry.ts'

/** Closes without an answer whose refusal is waited for; of more the oldest are forgotten. */
export const MAX_UNANSWERED_CLOSES = 100

/** A position whose close, or that of a part of it, the broker has not answered. */
export interface UnansweredClose {
  readonly positionId: PositionId
  /** Of the position: what is still open of it. */
  readonly volume: Lots
}

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
  #kept: { readonly record: DecisionRecord; readonly volume: Lots | undefined }[] = []

  /** Keeps one, of a position of which so much is open. */
  add(record: DecisionRecord, volume: Lots | undefined): void {
    this.#kept.push({ record, volume })
    if (this.#kept.length > MAX_UNANSWERED_CLOSES) this.#kept.shift()
  }

  /** Positions that have not become smaller since. */
  of(positions: readonly Position[]): readonly UnansweredClose[] {
    return positions.flatMap(({ id, volume }) =>
      this.#kept.some(
        ({ record: { command }, volume: before }) =>
          command.type === 'close' && command.positionId === id && before !== undefined && volume >= before,
      )
        ? [{ positionId: id, volume }]
        : [],
    )
  }

  /** Which of them an event refuses: by its name, where the broker tells no name by position and volume, the oldest. */
  refusedBy(event: ExecutionEvent): LateRefusal | undefined {
    if (this.#kept.length === 0 || event.type !== 'order-rejected' || event.refused === undefined)
      return undefined
    const { type, positionId, id, volume } = event.refused
    const kept = this.#kept.find(({ record: { id: own, command } }) => {
      if (id !== undefined) return id === own
      if (type !== 'close' || command.type !== 'close') return false
      return command.positionId === positionId && command.volume === volume
    })
    if (kept === undefined) return undefined
    this.#kept = this.#kept.filter(other => other !== kept)
    return { record: kept.record, reason: event.reason }
  }
}
