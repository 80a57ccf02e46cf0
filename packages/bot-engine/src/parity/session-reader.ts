import type { ExecutionEvent, UnixMs } from '@openclaw-trading/trading-model'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { StopReason } from '../strategy/define.ts'
import type { FrameEnd } from './frame.ts'
import { MetQuotes } from './met-quotes.ts'
import type { SegmentQuote } from './quote-segment.ts'
import type {
  OperatorWord,
  RecordedSession,
  RecordingEndReason,
  SessionGap,
  SessionHeader,
  SessionTrade,
} from './session.ts'
import type { StoredNote } from './stored-note.ts'

/** Puts a session together from what stands in its recording, in that order. */
export class SessionReader {
  readonly #header: SessionHeader
  readonly #quotes: MetQuotes
  readonly #decisions: DecisionRecord[] = []
  readonly #blocked: BlockedEntry[] = []
  readonly #executions: ExecutionEvent[] = []
  readonly #trades: SessionTrade[] = []
  readonly #words: OperatorWord[] = []
  readonly #absences: SessionGap[] = []
  #absence: { readonly from: UnixMs; readonly reason: string } | undefined
  #stopRow: number | undefined
  #ended: StopReason | undefined
  #recordingEnd: RecordingEndReason | undefined

  /** Begins with the header. */
  constructor(header: SessionHeader) {
    this.#header = header
    this.#quotes = new MetQuotes([header.instrument, ...header.watched].map(({ id }) => id))
  }

  /** The next quote. */
  quote(quote: Readonly<SegmentQuote>): void {
    this.#quotes.push(quote)
  }

  /** What stands between the quotes; words of a later version are left out. */
  note(note: StoredNote): void {
    const row = this.#quotes.length
    switch (note.type) {
      case 'decision':
        this.#decisions.push(note.decision)
        return
      case 'trade':
        this.#trades.push({ trade: note.trade, row })
        return
      case 'execution':
        this.#executions.push(note.execution)
        return
      case 'blocked':
        this.#blocked.push(note.blocked)
        return
      case 'entries-paused':
      case 'entries-resumed':
        this.#words.push({ row, type: note.type })
        return
      case 'entry-volume-changed':
        this.#words.push({ row, type: note.type, volume: note.volume })
        return
      case 'status':
        return this.#status(note)
      case 'end':
        this.#recordingEnd = note.reason
        return
      default:
    }
  }

  #status({ at, status, reason }: Extract<StoredNote, { readonly type: 'status' }>): void {
    this.#returned(at)
    if (status === 'exits-only') this.#absence = { from: at, reason }
    if (status === 'stopping') this.#stopRow ??= this.#quotes.length
    if (status === 'stopped') this.#ended = reason as StopReason
  }

  #returned(at: UnixMs): void {
    if (this.#absence === undefined) return
    this.#absences.push({ type: 'absence', ...this.#absence, to: at })
    this.#absence = undefined
  }

  /** All of it; `end` is where the recording ceases to be readable. */
  session(end: FrameEnd, cutBytes: number): RecordedSession {
    this.#returned(this.#quotes.lastAt as UnixMs)
    return {
      header: this.#header,
      quotes: this.#quotes.columns(),
      ...(this.#stopRow === undefined ? {} : { stopRow: Math.min(this.#stopRow, this.#quotes.length) }),
      decisions: this.#decisions,
      blocked: this.#blocked,
      executions: this.#executions,
      trades: this.#trades,
      words: this.#words,
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
      gaps: [...this.#fileGaps(end, cutBytes), ...this.#startGaps(), ...this.#absences],
    }
  }

  #fileGaps({ type, offset }: FrameEnd, cutBytes: number): readonly SessionGap[] {
    const { late, unusable, lastAt } = this.#quotes
    const reason: RecordingEndReason | 'unknown' = this.#recordingEnd ?? 'unknown'
    const at = lastAt as UnixMs
    return [
      ...(type === 'torn' ? [{ type, cutBytes }] : type === 'damaged' ? [{ type, offset, cutBytes }] : []),
      ...(reason === 'run-ended' ? [] : [{ type: 'ended-early' as const, reason, at }]),
      ...(late + unusable === 0 ? [] : [{ type: 'lost-quotes' as const, late, unusable }]),
    ]
  }

  #startGaps(): readonly SessionGap[] {
    const { snapshot, label, remembers, ownProtections } = this.#header
    const own = <Of extends { readonly label?: string }>(all: readonly Of[]): number =>
      all.filter(one => one.label === label).length
    const [positions, orders] = [own(snapshot.positions), own(snapshot.orders)]
    return [
      ...(positions + orders === 0 ? [] : [{ type: 'taken-over' as const, positions, orders }]),
      ...(remembers ? [{ type: 'memory' as const }] : []),
      ...(ownProtections.length === 0 ? [] : [{ type: 'protections' as const, names: ownProtections }]),
    ]
  }
}
