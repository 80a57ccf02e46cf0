import { priceToPoints, type Quote } from '@openclaw-trading/trading-model'
import type { Logger } from '../ports/logger.ts'
import type { LiveObserver } from './session.ts'
import type { SessionNote, SessionRecorder, SessionStart } from './session-recorder.ts'

/** Between a run and its recorder: whatever the recorder does, the run goes on. */
export class RecordingLine {
  #recorder: SessionRecorder | undefined
  readonly #logger: Logger | undefined

  /** Creates a line to a recorder. */
  constructor(recorder: SessionRecorder, logger: Logger | undefined) {
    this.#recorder = recorder
    this.#logger = logger
  }

  /** The run is about to subscribe. */
  begin(start: SessionStart): void {
    try {
      this.#recorder?.begin(start)
    } catch (err) {
      this.#cut(err)
    }
  }

  /** The kernel has met a quote. */
  quote({ symbolId, at, bid, ask }: Quote, counted: boolean): void {
    try {
      this.#recorder?.quote(symbolId, at, priceToPoints(bid), priceToPoints(ask), counted)
    } catch (err) {
      this.#cut(err)
    }
  }

  /** An observer that tells the recorder too. */
  observer(inner: LiveObserver = {}): LiveObserver {
    return {
      ...inner,
      onTrade: trade => {
        inner.onTrade?.(trade)
        this.#note({ type: 'trade', trade })
      },
      onPositions: positions => inner.onPositions?.(positions),
      onBar: bar => inner.onBar?.(bar),
      onDecision: decision => {
        inner.onDecision?.(decision)
        this.#note({ type: 'decision', decision })
      },
      onEvent: event => {
        inner.onEvent?.(event)
        this.#note({ type: 'event', event })
      },
    }
  }

  #note(note: SessionNote): void {
    try {
      this.#recorder?.note(note)
    } catch (err) {
      this.#cut(err)
    }
  }

  #cut(err: unknown): void {
    this.#recorder = undefined
    this.#logger?.error({ err }, 'session not recorded any more')
  }
}
