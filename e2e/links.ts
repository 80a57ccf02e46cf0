import type { Transport, TransportConnection, TransportListener } from '@openclaw-trading/ctrader-client'
import { decodeEnvelope, encodeFrame, FrameDecoder } from '@openclaw-trading/ctrader-client/protocol'

const HEARTBEAT = 51
const VERSION_REQUEST = 2104
const VERSION_ANSWER = 2105
const COUNTED: readonly number[] = [2131, 2126, 2132]
const PLACE = /^\d+(\.\d+)?$/

/** Something that is done to a link, for a test. */
export type Link = (inner: Transport) => Transport

/** Sizes into which a {@link cutLink} cuts what comes, in turn: from single bytes to several messages. */
const ODD_SIZES = [1, 7, 64, 3, 1021, 16, 5, 4093, 2, 331]

/** Hands incoming bytes on in pieces of odd sizes, each in a turn of its own, and sends every message in two. */
export const cutLink: Link = inner => ({
  async open(listener, options) {
    const pieces: Uint8Array[] = []
    let turn = 0
    let closing: (() => void) | undefined
    const next = (): void => {
      const piece = pieces.shift()
      if (piece !== undefined) listener.onData(piece)
      if (pieces.length > 0) setImmediate(next)
      else closing?.()
    }
    const connection = await inner.open(
      {
        onData(chunk) {
          const isIdle = pieces.length === 0
          for (let at = 0; at < chunk.length; ) {
            const size = ODD_SIZES[turn++ % ODD_SIZES.length] as number
            // The chunk may be reused after the call.
            pieces.push(chunk.slice(at, at + size))
            at += size
          }
          if (isIdle && pieces.length > 0) setImmediate(next)
        },
        onClose(cause) {
          closing = () => listener.onClose(cause)
          if (pieces.length === 0) closing()
        },
      },
      options,
    )
    return {
      send(bytes) {
        const half = (bytes.length >> 1) | 1
        connection.send(bytes.subarray(0, half))
        connection.send(bytes.subarray(half))
      },
      get waitingBytes() {
        return connection.waitingBytes
      },
      close: () => connection.close(),
      destroy: () => connection.destroy(),
    }
  },
})

/** Faults of a client that rewinds, planted into its link. */
export type LinkFault =
  /** None: the link parses and writes every message anew. */
  | 'none'
  /** The mark that confirms a message overtakes an order that was decided on it. */
  | 'early-mark'
  /** One message that was sent behind a decision is not dropped. */
  | 'one-not-dropped'

/** A link with a fault that strikes once, at the `nth` occasion; `struck` tells whether it did. */
export function faultyLink(fault: LinkFault, nth: number): { readonly link: Link; struck(): boolean } {
  let occasions = 0
  let isStruck = false
  const strikes = (): boolean => {
    occasions += 1
    if (occasions < nth || isStruck) return false
    isStruck = true
    return true
  }
  const link: Link = inner => ({
    async open(listener, options) {
      const incoming = new Incoming(listener, () => fault === 'one-not-dropped' && strikes())
      const connection = await inner.open(
        { onData: chunk => incoming.push(chunk), onClose: cause => listener.onClose(cause) },
        options,
      )
      return outgoing(connection, () => fault === 'early-mark' && strikes())
    },
  })
  return { link, struck: () => isStruck }
}

/** Passes messages on; on demand lets the last message before the answer to a barrier come behind it as well. */
class Incoming {
  readonly #decoder = new FrameDecoder()
  readonly #listener: TransportListener
  readonly #strikes: () => boolean
  #last: Uint8Array | undefined

  constructor(listener: TransportListener, strikes: () => boolean) {
    this.#listener = listener
    this.#strikes = strikes
  }

  push(chunk: Uint8Array): void {
    this.#decoder.push(chunk, body => this.#take(body))
  }

  #take(body: Uint8Array): void {
    const { payloadType, clientMsgId } = decodeEnvelope(body)
    const frame = encodeFrame(body)
    this.#listener.onData(frame)
    if (COUNTED.includes(payloadType)) this.#last = frame
    else if (payloadType === VERSION_ANSWER && PLACE.test(clientMsgId ?? '') && this.#last !== undefined)
      if (this.#strikes())
        // The venue was far ahead: the last message before the answer was sent behind the decision, and dropped.
        this.#listener.onData(this.#last)
  }
}

function outgoing(connection: TransportConnection, holdsOrder: () => boolean): TransportConnection {
  let order: Uint8Array | undefined
  return {
    send(bytes) {
      const { payloadType, clientMsgId = '' } = decodeEnvelope(bytes.subarray(4))
      const isPlaced = PLACE.test(clientMsgId)
      if (isPlaced && clientMsgId.includes('.') && holdsOrder()) {
        order = bytes
        return
      }
      connection.send(bytes)
      const isMark = payloadType === HEARTBEAT || payloadType === VERSION_REQUEST
      if (order === undefined || !isMark) return
      connection.send(order)
      order = undefined
    },
    get waitingBytes() {
      return connection.waitingBytes
    },
    close: () => connection.close(),
    destroy: () => connection.destroy(),
  }
}
