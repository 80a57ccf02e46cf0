import type { Socket } from 'node:net'
import {
  type Codec,
  decodeJson,
  encodeFrame,
  encodeJson,
  FrameDecoder,
  isCTraderError,
} from '@openclaw-trading/ctrader-client/protocol'
import type { WebSocket } from 'ws'
import type { Wire } from './wire.ts'

/** How the broker says goodbye to a connection that it closes. */
const NORMAL = 1000
const GOODBYE = 'Bye'
const UNSUPPORTED_DATA = 1003
/** How long the peer may take to answer the goodbye. */
const GOODBYE_MS = 2000
const NOTHING = new Uint8Array(0)

/** One message a WebSocket frame: a `ProtoMessage` without its length, or a JSON object as text. */
export function webSocketWire(webSocket: WebSocket, socket: Socket, codec: Codec): Wire {
  const frames = new FrameDecoder()
  const isJson = codec === 'json'
  // What it complains about it also closes for.
  webSocket.on('error', () => {})
  return {
    listen(listener) {
      webSocket.on('message', (data: Buffer, isBinary: boolean) => {
        if (isBinary === isJson) webSocket.close(UNSUPPORTED_DATA)
        else listener.onBytes(isJson ? decodeJson(data.toString()) : encodeFrame(data))
      })
      // The broker counts both as a sign of life.
      for (const sign of ['ping', 'pong'] as const) webSocket.on(sign, () => listener.onBytes(NOTHING))
      webSocket.on('close', () => listener.onClosed())
    },
    write(chunk) {
      if (webSocket.readyState !== webSocket.OPEN) return
      socket.cork()
      try {
        frames.push(chunk, body => webSocket.send(isJson ? encodeJson(body) : body))
      } catch (error) {
        if (!isCTraderError(error)) throw error
        // Bytes that a fault has torn are no messages: nothing more can be said here.
        webSocket.terminate()
      } finally {
        socket.uncork()
      }
    },
    get waitingBytes() {
      return webSocket.bufferedAmount
    },
    end() {
      webSocket.close(NORMAL, GOODBYE)
      const timer = setTimeout(() => webSocket.terminate(), GOODBYE_MS)
      webSocket.once('close', () => clearTimeout(timer))
    },
    destroy() {
      webSocket.terminate()
    },
  }
}
