import type { Transport, TransportConnection, TransportListener } from '@openclaw-trading/ctrader-client'
import { decodeEnvelope } from '@openclaw-trading/ctrader-client/protocol'
import type { Link } from '../../links.ts'
import type { Random } from '../random.ts'

const HEARTBEAT = 51
const VERSION = 2104
/** A mark or the barrier of a replay, as other heartbeats and version requests carry no number. */
const MARK = /^\d+$/
/** A message waits for so many turns of the event loop at most. */
const MOST_TURNS = 4
/** Incoming bytes are cut into pieces of at most so many: from parts of a message to dozens. */
const MOST_BYTES = 2048

/** What a link loses: each leaves one side, or both, waiting for what never comes. */
export type LostWakeUp =
  /** Marks, from one on. */
  | 'marks'
  /** One barrier. */
  | 'barrier'
  /** Bytes from the venue, from one read behind the first mark on. */
  | 'reads'

/** Passes bytes on in order, each piece a few turns later than it could, chosen by `random`. */
export function slowLink(random: Random, lost?: LostWakeUp, nth = 1): Link {
  let occasions = 0
  let isReplaying = false
  const isLost = (kind: LostWakeUp): boolean => {
    isReplaying ||= kind !== 'reads'
    if (lost !== kind || !isReplaying) return false
    occasions += 1
    return kind === 'barrier' ? occasions === nth : occasions >= nth
  }
  return (inner: Transport): Transport => ({
    async open(listener, options) {
      const incoming = new Lane(random)
      const outgoing = new Lane(random)
      const connection = await inner.open(slowListener(listener, incoming, random, isLost), options)
      return slowConnection(connection, outgoing, isLost)
    },
  })
}

/** Does things in order, each some turns after the one before it. */
class Lane {
  readonly #random: Random
  readonly #waiting: (() => void)[] = []
  #isDriving = false

  constructor(random: Random) {
    this.#random = random
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0
  }

  put(work: () => void): void {
    this.#waiting.push(work)
    if (this.#isDriving) return
    this.#isDriving = true
    setImmediate(() => this.#drive(this.#random.below(MOST_TURNS)))
  }

  #drive(turns: number): void {
    if (turns === 0) this.#waiting.shift()?.()
    this.#isDriving = this.#waiting.length > 0
    const next = turns > 0 ? turns - 1 : this.#random.below(MOST_TURNS)
    if (this.#isDriving) setImmediate(() => this.#drive(next))
  }
}

function slowListener(
  listener: TransportListener,
  lane: Lane,
  random: Random,
  isLost: (kind: LostWakeUp) => boolean,
): TransportListener {
  return {
    onData(chunk) {
      if (isLost('reads')) return
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + 1 + random.below(MOST_BYTES))
        // The chunk may be reused after the call.
        const piece = chunk.slice(at, end)
        lane.put(() => listener.onData(piece))
        at = end
      }
    },
    onClose: cause => lane.put(() => listener.onClose(cause)),
  }
}

function slowConnection(
  connection: TransportConnection,
  lane: Lane,
  isLost: (kind: LostWakeUp) => boolean,
): TransportConnection {
  return {
    send(bytes) {
      const kind = kindOf(bytes)
      if (kind !== undefined && isLost(kind)) return
      const copy = bytes.slice()
      lane.put(() => connection.send(copy))
    },
    get waitingBytes() {
      return connection.waitingBytes
    },
    close: () => (lane.isIdle ? connection.close() : lane.put(() => connection.close())),
    destroy: () => connection.destroy(),
  }
}

function kindOf(frame: Uint8Array): LostWakeUp | undefined {
  const { payloadType, clientMsgId = '' } = decodeEnvelope(frame.subarray(4))
  if (!MARK.test(clientMsgId)) return undefined
  if (payloadType === HEARTBEAT) return 'marks'
  return payloadType === VERSION ? 'barrier' : undefined
}
