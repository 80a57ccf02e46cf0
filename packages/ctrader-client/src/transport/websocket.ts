import { CTraderError, isCTraderError } from '../errors.ts'
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES } from '../protocol/frame.ts'
import { decodeJson, encodeJson } from '../protocol/json.ts'
import { checkVerified, openFailed, type WebSocketEndpoint } from './endpoint.ts'
import type { Transport, TransportConnection, TransportListener } from './transport.ts'

/** What a browser's WebSocket and that of the package `ws` have in common. */
export interface WebSocketLike {
  binaryType: string
  readonly bufferedAmount: number
  onopen: unknown
  onmessage: unknown
  onerror: unknown
  onclose: unknown
  send(data: string | Uint8Array): void
  close(code?: number, reason?: string): void
  /** Cuts the link; browsers cannot. */
  terminate?(): void
}

/** How long {@link TransportConnection.close} waits for the peer to answer the farewell. */
const CLOSE_GRACE_MS = 1000
const NORMAL = 1000
const GOING_AWAY = 3000

/** Address of an endpoint, as a WebSocket takes it. */
export function urlOf({ host, port, tls = true }: WebSocketEndpoint): string {
  return `${tls ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

/**
 * Messages over WebSocket, seen as frames: one message a frame, binary without a length, or as JSON text.
 *
 * @param make creates the socket, which connects by itself
 */
export function messagesOverWebSocket(endpoint: WebSocketEndpoint, make: () => WebSocketLike): Transport {
  checkVerified(endpoint)
  return {
    open(listener, { timeoutMs, signal }) {
      return new Promise<TransportConnection>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason)
          return
        }
        let socket: WebSocketLike
        try {
          socket = make()
        } catch (cause) {
          reject(openFailed(endpoint, cause))
          return
        }
        socket.binaryType = 'arraybuffer'
        const settle = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
          socket.onopen = null
          socket.onclose = null
        }
        const fail = (error: unknown): void => {
          settle()
          // A socket that is cut before it was open complains once more.
          socket.onerror = (): void => {}
          cut(socket)
          reject(error)
        }
        const onAbort = (): void => fail(signal?.reason)
        const timer = setTimeout(
          () => fail(openFailed(endpoint, `no answer within ${timeoutMs} ms`)),
          timeoutMs,
        )
        signal?.addEventListener('abort', onAbort, { once: true })
        socket.onerror = (event: unknown): void => fail(openFailed(endpoint, causeOf(event)))
        socket.onclose = (): void => fail(openFailed(endpoint, 'closed by the peer'))
        socket.onopen = (): void => {
          settle()
          resolve(new OpenWebSocket(socket, endpoint, listener))
        }
      })
    },
  }
}

function cut(socket: WebSocketLike): void {
  if (socket.terminate === undefined) socket.close()
  else socket.terminate()
}

/** Browsers do not tell why: a page must not explore the network of its user. */
function causeOf(event: unknown): unknown {
  const { error, message } = event as { readonly error?: unknown; readonly message?: string }
  return error ?? (message || 'the WebSocket did not open')
}

class OpenWebSocket implements TransportConnection {
  readonly #socket: WebSocketLike
  readonly #endpoint: WebSocketEndpoint
  readonly #listener: TransportListener
  readonly #frames = new FrameDecoder()
  #cause: unknown
  #leaving = false
  #closed = false
  #grace: ReturnType<typeof setTimeout> | undefined

  constructor(socket: WebSocketLike, endpoint: WebSocketEndpoint, listener: TransportListener) {
    this.#socket = socket
    this.#endpoint = endpoint
    this.#listener = listener
    socket.onmessage = (event: { readonly data: unknown }): void => this.#take(event.data)
    socket.onerror = (event: unknown): void => {
      this.#cause ??= causeOf(event)
    }
    socket.onclose = (): void => this.#end()
  }

  get waitingBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(bytes: Uint8Array): void {
    if (this.#closed || this.#leaving) return
    try {
      this.#frames.push(bytes, body => {
        this.#socket.send(this.#endpoint.codec === 'json' ? encodeJson(body) : body)
      })
    } catch (error) {
      this.#fail(error)
    }
  }

  close(): void {
    if (this.#closed || this.#leaving) return
    this.#leaving = true
    this.#socket.close(NORMAL)
    this.#grace = setTimeout(() => this.destroy(), CLOSE_GRACE_MS)
  }

  destroy(): void {
    if (this.#closed) return
    cut(this.#socket)
    // A browser waits for the peer's farewell, which may never come; nobody else should.
    if (this.#socket.terminate === undefined) queueMicrotask(() => this.#end())
  }

  #take(data: unknown): void {
    if (this.#closed || this.#cause !== undefined) return
    const { codec, onViolation } = this.#endpoint
    if (codec === 'json' && typeof data === 'string' && data.length <= MAX_FRAME_BYTES)
      this.#listener.onData(decodeJson(data, onViolation))
    else if (codec !== 'json' && data instanceof ArrayBuffer && data.byteLength <= MAX_FRAME_BYTES)
      this.#listener.onData(encodeFrame(new Uint8Array(data)))
    else
      this.#fail(
        new CTraderError(
          'protocol-violation',
          `The peer sent a WebSocket frame that is too large or is not ${codec === 'json' ? 'text' : 'binary'}. Check that codec and port belong together.`,
          {},
        ),
      )
  }

  #fail(error: unknown): void {
    if (!isCTraderError(error)) throw error
    this.#cause ??= error
    this.#socket.close(GOING_AWAY)
    this.destroy()
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#grace)
    this.#socket.onmessage = null
    this.#listener.onClose(this.#cause)
  }
}
