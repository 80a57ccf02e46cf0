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
import type { SocketWire } from './wire.ts'

/** How the broker says goodbye to a connection that it closes. */
const NORMAL = 1000
const GOODBYE = 'Bye'
const UNSUPPORTED_DATA = 1003
/** How long the peer may take to answer the goodbye. */
const GOODBYE_MS = 2000
const NOTHING = new Uint8Array(0)
const PREFIX_BYTES = 4
/** Of RFC 6455, 5.2: the last frame of a message, of text or of bytes, and the two longer forms of the length. */
const TEXT = 0x81
const BINARY = 0x82
const LENGTH_IN_2_BYTES = 126
const LENGTH_IN_8_BYTES = 127

/** A message as a server puts it on the socket: one frame, unmasked. */
function webSocketFrame(payload: Uint8Array, isText: boolean): Uint8Array {
  const { length } = payload
  const isShort = length < LENGTH_IN_2_BYTES
  const head = Buffer.alloc(isShort ? 2 : length < 65_536 ? 4 : 10)
  head[0] = isText ? TEXT : BINARY
  head[1] = isShort ? length : head.length === 4 ? LENGTH_IN_2_BYTES : LENGTH_IN_8_BYTES
  if (head.length === 4) head.writeUInt16BE(length, 2)
  else if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

/** One message a WebSocket frame: a `ProtoMessage` without its length, or a JSON object as text. */
export function webSocketWire(webSocket: WebSocket, socket: Socket, codec: Codec): SocketWire {
  const frames = new FrameDecoder()
  const isJson = codec === 'json'
  let isTorn = false
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
        // A fault may write what JSON cannot say.
        webSocket.terminate()
      } finally {
        socket.uncork()
      }
    },
    tear(frame, bytes) {
      if (webSocket.readyState !== webSocket.OPEN) return
      const body = frame.subarray(PREFIX_BYTES)
      isTorn = true
      // Without compression what `ws` sends is on the socket when it returns, so this follows in its place.
      socket.write(webSocketFrame(isJson ? Buffer.from(encodeJson(body)) : body, isJson).subarray(0, bytes))
    },
    get waitingBytes() {
      return webSocket.bufferedAmount
    },
    end() {
      // A goodbye would be read as the rest of what was torn.
      if (isTorn) return void socket.destroySoon()
      webSocket.close(NORMAL, GOODBYE)
      const timer = setTimeout(() => webSocket.terminate(), GOODBYE_MS)
      webSocket.once('close', () => clearTimeout(timer))
    },
    destroy() {
      webSocket.terminate()
    },
  }
}
