import {
  decodeJson,
  encodeJson,
  FrameDecoder,
  isCTraderError,
  JsonSplitter,
} from '@openclaw-trading/ctrader-client/protocol'
import { MAX_REQUEST_BYTES } from '../session/connection.ts'
import type { Logger } from '../options.ts'
import type { SocketWire, Wire } from './wire.ts'

const COMMON_ERROR = 50
const PREFIX_BYTES = 4

/** JSON objects without anything between them, over a wire of bytes. */
export function jsonWire(bytes: Wire, logger: Logger): SocketWire {
  const splitter = new JsonSplitter({ maxBytes: MAX_REQUEST_BYTES })
  const frames = new FrameDecoder()
  let ended = false
  const end = (): void => {
    ended = true
    bytes.end()
  }
  /** Nobody knows where the next object would begin. */
  const giveUp = (description: string): void => {
    logger.warn({ reason: description }, 'JSON stream refused')
    const errorCode = /larger/.test(description) ? 'FRAME_TOO_LONG' : 'INVALID_REQUEST'
    bytes.write(
      Buffer.from(JSON.stringify({ payloadType: COMMON_ERROR, payload: { errorCode, description } })),
    )
    end()
  }
  return {
    listen(listener) {
      bytes.listen({
        onBytes(chunk) {
          if (ended) return
          try {
            splitter.push(chunk, text => listener.onBytes(decodeJson(text)))
          } catch (error) {
            if (!isCTraderError(error, 'protocol-violation')) throw error
            giveUp(error.message)
          }
        },
        onClosed: () => listener.onClosed(),
      })
    },
    write(chunk) {
      if (ended) return
      let text = ''
      try {
        frames.push(chunk, body => {
          text += encodeJson(body)
        })
      } catch (error) {
        if (!isCTraderError(error)) throw error
        // A fault may write what JSON cannot say.
        bytes.destroy()
        return
      }
      bytes.write(Buffer.from(text))
    },
    tear(frame, most) {
      if (!ended) bytes.write(Buffer.from(encodeJson(frame.subarray(PREFIX_BYTES))).subarray(0, most))
    },
    get waitingBytes() {
      return bytes.waitingBytes
    },
    end,
    destroy: () => bytes.destroy(),
  }
}
