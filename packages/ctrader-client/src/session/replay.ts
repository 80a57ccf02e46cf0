/**
 * How the server runs ahead in a replay.
 *
 * - `lookahead`: never further than an order could act
 * - `rewind`: further, and it goes back to the message that an order was decided on; what it sent behind is dropped here
 */
export type ReplayGate = 'lookahead' | 'rewind'

/** What a {@link ReplayMarks} sends. */
export interface ReplayMarksOptions {
  readonly gate: ReplayGate
  /** Writes a heartbeat with this id. */
  readonly sendMark: (mark: string) => void
  /** Writes a VersionReq with this id; its answer leads to {@link ReplayMarks.barrierAnswered}. */
  readonly sendBarrier: (mark: string) => void
}

/** The place of a decision in the stream of a replay. */
export interface ReplayReservation {
  /** Id under which the request must be sent: `<message>.<request>`. */
  readonly clientMsgId: string
  /** The request has been written, or is given up. Safe to call twice. */
  release(): void
}

/** Counts what a strategy sees in a replay, and tells the venue how far it has got. */
export interface Replay {
  /** Number of the counted message being handled, or of the last one. */
  readonly current: number
  /**
   * Takes the place of a decision, synchronously while the message that causes it is handled; the venue waits for it.
   *
   * @returns `undefined` when the venue has already been told that everything up to here is decided
   */
  reserve(): ReplayReservation | undefined
}

/**
 * Marks of a replay (the venue cannot know otherwise what the bot has handled).
 *
 * Counted messages are spots, executions and order errors since the first subscription of the connection. A mark
 * says: all up to it are handled, and every order decided on them is already in the byte stream.
 *
 * With the gate `rewind` a decision on message n shuts the stream at once: counted messages are dropped unseen and
 * uncounted until the answer to the barrier "n", which follows the orders of n. The server sends n + 1 behind it.
 */
export class ReplayMarks implements Replay {
  readonly #options: ReplayMarksOptions
  /** Message number → decisions on it that are not written yet; ascending, because numbers only grow. */
  readonly #held = new Map<number, number>()
  #counting = false
  #current = 0
  #handled = 0
  #marked = 0
  #requests = 0
  #scheduled = false
  #stopped = false
  #dropping = false

  /** Creates it before the subscription. */
  constructor(options: ReplayMarksOptions) {
    this.#options = options
  }

  /** Counted messages that come now are of a future that a decision has undone: nobody may see or count them. */
  get dropping(): boolean {
    return this.#dropping
  }

  get current(): number {
    return this.#current
  }

  /** The subscription stands: the next counted message is number 1. */
  startCounting(): void {
    this.#counting = true
  }

  /** A counted message is about to be handled. */
  begin(): void {
    if (!this.#counting) return
    this.#current += 1
    this.#requests = 0
  }

  /** It has been handled by every listener. */
  end(): void {
    this.#handled = this.#current
  }

  /** The bytes of one read have been handled: a mark follows in the same turn, behind the orders they caused. */
  readDone(): void {
    if (this.#scheduled || this.#stopped || this.#handled === this.#marked) return
    this.#scheduled = true
    setImmediate(this.#flush)
  }

  /** The connection is gone: nothing more is sent. */
  stop(): void {
    this.#stopped = true
  }

  reserve(): ReplayReservation | undefined {
    const place = this.#current
    if (place === 0 || place <= this.#marked) return undefined
    // From the decision on, not from the sending: the message behind it may be in the same read.
    this.#dropping = this.#options.gate === 'rewind'
    this.#requests += 1
    this.#held.set(place, (this.#held.get(place) ?? 0) + 1)
    let released = false
    return {
      clientMsgId: `${place}.${this.#requests}`,
      release: () => {
        if (released) return
        released = true
        const left = (this.#held.get(place) ?? 0) - 1
        if (left > 0) this.#held.set(place, left)
        else this.#held.delete(place)
        this.readDone()
      },
    }
  }

  /** The answer to the barrier came: the server goes on behind the decision, with all its orders. */
  barrierAnswered(): void {
    this.#dropping = false
  }

  readonly #flush = (): void => {
    this.#scheduled = false
    if (this.#stopped) return
    const [lowestHeld] = this.#held.keys()
    const mark = lowestHeld === undefined ? this.#handled : Math.min(this.#handled, lowestHeld - 1)
    if (mark <= this.#marked) return
    this.#marked = mark
    // Also when no order was sent after all: the server must go back, because what it sent has been dropped.
    if (this.#dropping && mark === this.#current) this.#options.sendBarrier(String(mark))
    else this.#options.sendMark(String(mark))
  }
}
