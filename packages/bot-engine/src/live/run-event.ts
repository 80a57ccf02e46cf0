import type {
  ClientOrderId,
  ExecutionEvent,
  Lots,
  OrderId,
  PositionId,
  SymbolId,
  UnixMs,
} from '@openclaw-trading/trading-model'
import type { Explanation } from '../kernel/explanation.ts'
import type { KernelListener, LogLine } from '../kernel/listener.ts'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { SubmitOutcome } from '../ports/broker.ts'
import type { UnansweredExit } from '../strategy/context.ts'
import type { RefusedClose } from './refused-closes.ts'

/** Where a live run stands. */
export type LiveStatus = 'recovering' | 'warming-up' | 'running' | 'exits-only' | 'stopping' | 'stopped'

/** What happened in a run; `seq` has no holes, so that a reader sees what it missed. */
export type RunEvent = {
  readonly seq: number
  /** Market time; 0 before the first message. */
  readonly at: UnixMs
} & (
  | { readonly type: 'status-changed'; readonly status: LiveStatus; readonly reason?: string }
  | { readonly type: 'command-sent'; readonly decision: DecisionRecord }
  | { readonly type: 'command-resolved'; readonly id: ClientOrderId; readonly outcome: SubmitOutcome }
  | { readonly type: 'entry-blocked'; readonly blocked: BlockedEntry }
  | { readonly type: 'execution'; readonly event: ExecutionEvent }
  /**
   * Quotes of a feed have stopped inside its hours, or go on: nothing is opened meanwhile. With `isKeptBack` they come, and
   * none counts. `silentMs` is wall time.
   */
  | {
      readonly type: 'quotes-stopped' | 'quotes-resumed'
      readonly symbolId: SymbolId
      readonly silentMs: number
      readonly isKeptBack?: true
    }
  /** A person blocks entries, or allows them again. */
  | { readonly type: 'entries-paused' | 'entries-resumed' }
  /** A person sets the lots of every entry from now on; `null`: the strategy sizes. */
  | { readonly type: 'entry-volume-changed'; readonly volume: Lots | null }
  /** The broker has not answered an exit in time on a link that stands: it may have taken effect, and is not sent again. */
  | { readonly type: 'exit-unanswered'; readonly exit: UnansweredExit }
  /** The broker refused to close a position, or a part of it. */
  | ({ readonly type: 'close-refused' } & RefusedClose)
  /**
   * A stop was to close or to cancel these, and they are open, or may still open: under their protection, with nobody to
   * watch them. One that keeps positions names none.
   */
  | {
      readonly type: 'left-open'
      readonly positionIds: readonly PositionId[]
      /** Orders that work and may open a position. */
      readonly orderIds: readonly OrderId[]
      /** Entries that may still be filled: those orders, and what has no outcome yet. */
      readonly pendingEntries: number
      readonly refused: readonly RefusedClose[]
    }
  /** In a run that explains itself. */
  | { readonly type: 'explained'; readonly explanation: Explanation }
  | { readonly type: 'logged'; readonly line: LogLine }
)

/** A {@link RunEvent} before it has its place. */
export type RunEventBody = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never

/** What a kernel tells that becomes an event as it is. */
export function notedEvents(note: (body: RunEventBody) => void): Omit<KernelListener, 'onCommand'> {
  return {
    onBlocked: blocked => note({ type: 'entry-blocked', blocked }),
    onExecution: event => note({ type: 'execution', event }),
    onLog: line => note({ type: 'logged', line }),
    onExplanation: explanation => note({ type: 'explained', explanation }),
  }
}

/** Events a reader may fall behind before it loses the oldest. */
export const MAX_UNREAD_EVENTS = 10_000

/** Numbers the events of a run and hands them to readers that join at any time. */
export class RunEvents {
  readonly #readers = new Set<Reader>()
  #seq = 0
  #closed = false

  /** Appends an event. */
  push(body: RunEventBody, at: number): RunEvent {
    this.#seq += 1
    const event = { ...body, seq: this.#seq, at: at as UnixMs } as RunEvent
    for (const reader of this.#readers) reader.push(event)
    return event
  }

  /** Ends every reader once it has read what it holds. */
  close(): void {
    this.#closed = true
    for (const reader of this.#readers) reader.end()
  }

  /** The events from now on; a reader that falls 10,000 behind loses the oldest. */
  async *read(signal?: AbortSignal): AsyncGenerator<RunEvent, void, undefined> {
    if (this.#closed) return
    signal?.throwIfAborted()
    const reader = new Reader()
    const onAbort = () => reader.end()
    this.#readers.add(reader)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      for (let event = await reader.next(); event !== undefined; event = await reader.next()) yield event
      signal?.throwIfAborted()
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#readers.delete(reader)
    }
  }
}

class Reader {
  readonly #unread: RunEvent[] = []
  #ended = false
  #wake: (() => void) | undefined

  push(event: RunEvent): void {
    if (this.#ended) return
    this.#unread.push(event)
    if (this.#unread.length > MAX_UNREAD_EVENTS) this.#unread.shift()
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async next(): Promise<RunEvent | undefined> {
    while (this.#unread.length === 0 && !this.#ended)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    return this.#unread.shift()
  }
}
