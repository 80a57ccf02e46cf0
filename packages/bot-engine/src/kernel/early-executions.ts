import type { ExecutionEvent, UnixMs } from '@openclaw-trading/trading-model'

/** Executions before a run has a time that its strategy is told of; of more the oldest are forgotten. */
export const MAX_EARLY_EXECUTIONS_TOLD = 100

/**
 * Executions that came before any message has told a run the time: the book has them at once, the strategy hears of them
 * right after its start.
 *
 * They are refusals of what earlier sessions asked for, margins, and snapshots: nothing that this run has asked for.
 */
export class EarlyExecutions {
  private kept: ExecutionEvent[] = []

  /** Keeps one. */
  keep(event: ExecutionEvent): void {
    // A snapshot tells what those before it did.
    if (event.type === 'resynced') this.kept = []
    else if (this.kept.length >= MAX_EARLY_EXECUTIONS_TOLD) this.kept.shift()
    this.kept.push(event)
  }

  /** Those kept, oldest first and of now; they are kept no longer. */
  take(now: number): readonly ExecutionEvent[] {
    const kept = this.kept
    this.kept = []
    return kept.map(event => ({ ...event, at: now as UnixMs }))
  }
}
