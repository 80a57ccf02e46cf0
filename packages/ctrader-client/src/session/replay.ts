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
 */
export class ReplayMarks implements Replay {
  readonly #sendMark: (mark: string) => void
  /** Message number → decisions on it that are not written yet; ascending, because numbers only grow. */
  readonly #held = new Map<number, number>()
  #counting = false
  #current = 0
  #handled = 0
  #marked = 0
  #requests = 0
  #scheduled = false
  #stopped = false

  /** Creates it before the subscription; `sendMark` writes a heartbeat with this id. */
  constructor(sendMark: (mark: string) => void) {
    this.#sendMark = sendMark
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

  readonly #flush = (): void => {
    this.#scheduled = false
    if (this.#stopped) return
    const [lowestHeld] = this.#held.keys()
    const mark = lowestHeld === undefined ? this.#handled : Math.min(this.#handled, lowestHeld - 1)
    if (mark <= this.#marked) return
    this.#marked = mark
    this.#sendMark(String(mark))
  }
}
