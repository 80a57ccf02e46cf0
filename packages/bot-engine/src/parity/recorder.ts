import type { SymbolId } from '@openclaw-trading/trading-model'
import { EngineError, isEngineError } from '../errors.ts'
import type { RunEvent } from '../live/run-event.ts'
import type { SessionNote, SessionRecorder, SessionStart } from '../live/session-recorder.ts'
import { createSystemClock } from '../live/system-clock.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { RecordingTarget } from '../ports/recording-target.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import { AppendQueue } from './append-queue.ts'
import { encodeFrame, MAX_PAYLOAD_BYTES, RECORDING_START } from './frame.ts'
import { headerOf } from './header.ts'
import { plainText } from './plain-text.ts'
import { QuoteSegment } from './quote-segment.ts'
import type { RecordingEndReason, SessionAccountRules } from './session.ts'
import type { StoredNote } from './stored-note.ts'

/** What a recorder is made from. */
export interface RecorderOptions {
  readonly target: RecordingTarget
  /** Hash of the strategy's code: a replay of other code says so. */
  readonly codeHash?: string
  /** How the venue treats orders, where it is known: a simulated one. Default: not told. */
  readonly venue?: VenueModel
  /** What the broker's snapshot does not tell of the account. Default: hedged, and nothing else. */
  readonly rules?: SessionAccountRules
  /** Size at which the recording ends, 65,536 to 1,073,741,824. Default 268,435,456: a month of a busy market. */
  readonly maxBytes?: number
  /** Default: the clock of this machine. */
  readonly clock?: Clock
  /** Default: silent. */
  readonly logger?: Logger
}

/** How a recording ended. */
export interface RecordingEnd {
  readonly reason: RecordingEndReason
  /** Bytes handed to the target. */
  readonly bytes: number
  readonly quotes: number
  /** What the target, or the data, had against it. */
  readonly cause?: unknown
}

/** A {@link SessionRecorder} that writes to a {@link RecordingTarget}. */
export interface RunningRecorder extends SessionRecorder, AsyncDisposable {
  /** Once all is with the target and that is closed. Never rejects. */
  readonly finished: Promise<RecordingEnd>
  /** Ends the recording where it stands; once it has ended, this does nothing. */
  close(): Promise<RecordingEnd>
}

const DEFAULT_MAX_BYTES = 268_435_456
/** What is read back at most. */
export const MOST_MAX_BYTES = 1_073_741_824
const LEAST_MAX_BYTES = 65_536
/** For the last word. */
const RESERVED_BYTES = 1024
/** Wall time for which quotes may lie in memory: what a crash costs at most. */
const FLUSH_MS = 1000

/**
 * Creates a recorder of one session: `runLive(strategy, { …, recorder })`.
 *
 * Nothing waits for it. When the target refuses bytes, does not keep up with 32 MB on their way, or `maxBytes` is reached,
 * the recording ends, the log says so, and the run goes on. It ends with the run by itself.
 *
 * @throws {@link EngineError} `invalid-options` for a `maxBytes` out of its range
 */
export function createSessionRecorder(options: RecorderOptions): RunningRecorder {
  const { maxBytes = DEFAULT_MAX_BYTES } = options
  if (!(maxBytes >= LEAST_MAX_BYTES && maxBytes <= MOST_MAX_BYTES))
    throw new EngineError(
      'invalid-options',
      `maxBytes is ${maxBytes}. Pass ${LEAST_MAX_BYTES} to ${MOST_MAX_BYTES}: more is not read back.`,
    )
  return new FrameRecorder(options)
}

class FrameRecorder implements RunningRecorder {
  readonly finished: Promise<RecordingEnd>
  readonly #options: RecorderOptions
  readonly #clock: Clock
  readonly #queue: AppendQueue
  readonly #segment = new QuoteSegment()
  readonly #closing = new AbortController()
  #resolve: (end: RecordingEnd) => void = () => undefined
  #bytes = 0
  #quotes = 0
  #end: { readonly reason: RecordingEndReason; readonly cause?: unknown } | undefined
  #isFlushing = false
  #hasBegun = false

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#clock = options.clock ?? createSystemClock()
    this.#queue = new AppendQueue({
      target: options.target,
      onFailed: cause => this.#failed(cause),
    })
    this.finished = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  begin(start: SessionStart): void {
    if (this.#hasBegun)
      throw new EngineError(
        'invalid-options',
        `The recorder holds a session already, and ${start.sessionId} is another. Create one for each run.`,
        { details: { sessionId: start.sessionId } },
      )
    this.#hasBegun = true
    const header = headerOf(start, this.#options, this.#clock.now())
    this.#append(RECORDING_START)
    this.#write({ type: 'begin', header })
  }

  quote(symbolId: SymbolId, at: number, bid: number, ask: number, counted: boolean): void {
    if (this.#end !== undefined || !this.#hasBegun) return
    this.#segment.push(symbolId, at, bid, ask, counted)
    if (this.#segment.isFull) this.#flush()
    else if (!this.#isFlushing) void this.#flushSoon()
  }

  note(note: SessionNote): void {
    if (this.#end !== undefined || !this.#hasBegun) return
    if (note.type === 'decision') this.#write({ type: 'decision', decision: note.decision })
    else if (note.type === 'trade') this.#write({ type: 'trade', trade: note.trade })
    else this.#event(note.event)
  }

  async close(): Promise<RecordingEnd> {
    this.#finish('closed')
    return this.finished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #event(event: RunEvent): void {
    switch (event.type) {
      case 'execution':
        return this.#write({ type: 'execution', execution: event.event })
      case 'entry-blocked':
        return this.#write({ type: 'blocked', blocked: event.blocked })
      case 'entries-paused':
      case 'entries-resumed':
        return this.#write({ type: event.type })
      case 'entry-volume-changed':
        return this.#write({ type: event.type, volume: event.volume })
      case 'status-changed':
        this.#write({ type: 'status', at: event.at, status: event.status, reason: event.reason ?? '' })
        if (event.status === 'stopped') this.#finish('run-ended')
        return
      default:
    }
  }

  #write(note: StoredNote): void {
    if (this.#end !== undefined) return
    // A prefix of the file is a prefix of the session: quotes that came before go before.
    this.#flush()
    try {
      this.#frame('note', Buffer.from(plainText(note)))
    } catch (cause) {
      if (!isEngineError(cause, 'invalid-options')) throw cause
      this.#finish('not-plain', cause)
    }
  }

  #flush(): void {
    if (this.#segment.length === 0) return
    const { length } = this.#segment
    if (this.#frame('quotes', this.#segment.take())) this.#quotes += length
  }

  async #flushSoon(): Promise<void> {
    this.#isFlushing = true
    await this.#clock.sleep(FLUSH_MS, this.#closing.signal).catch(() => undefined)
    this.#isFlushing = false
    if (this.#end === undefined) this.#flush()
  }

  #frame(kind: 'note' | 'quotes', payload: Uint8Array): boolean {
    if (this.#end !== undefined) return false
    const frame = encodeFrame(kind, payload)
    const limit = (this.#options.maxBytes ?? DEFAULT_MAX_BYTES) - RESERVED_BYTES
    if (payload.length <= MAX_PAYLOAD_BYTES && this.#bytes + frame.length <= limit) return this.#append(frame)
    this.#finish('size-limit')
    return false
  }

  #append(bytes: Uint8Array): boolean {
    if (this.#queue.push(bytes)) {
      this.#bytes += bytes.length
      return true
    }
    this.#finish('too-slow')
    return false
  }

  #finish(reason: RecordingEndReason, cause?: unknown): void {
    if (this.#end !== undefined) return
    if (reason === 'run-ended' || reason === 'closed') this.#flush()
    // The last quotes may not have had room.
    if (this.#end !== undefined) return
    this.#end = { reason, ...(cause === undefined ? {} : { cause }) }
    this.#closing.abort()
    if (this.#bytes > 0)
      this.#append(encodeFrame('note', Buffer.from(JSON.stringify({ type: 'end', reason }))))
    if (reason !== 'run-ended' && reason !== 'closed')
      this.#options.logger?.error(
        { reason, bytes: this.#bytes, err: cause },
        'recording ended before the run',
      )
    void this.#queue.close().then(() => this.#told())
  }

  /** What was on its way when the run ended is lost too. */
  #failed(cause: unknown): void {
    if (this.#end === undefined) return this.#finish('write-failed', cause)
    this.#end = { reason: 'write-failed', cause }
    this.#options.logger?.error({ bytes: this.#bytes, err: cause }, 'end of recording lost')
  }

  #told(): void {
    const end = this.#end ?? { reason: 'closed' as const }
    this.#resolve({ ...end, bytes: this.#bytes, quotes: this.#quotes })
  }
}
