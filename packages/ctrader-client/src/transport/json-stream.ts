import { type CTraderError, isCTraderError } from '../errors.ts'
import { FrameDecoder } from '../protocol/frame.ts'
import { decodeJson, encodeJson } from '../protocol/json.ts'
import { JsonSplitter } from '../protocol/json-splitter.ts'
import type { Transport, TransportConnection } from './transport.ts'

const UTF8 = new TextEncoder()

/**
 * JSON over a stream of bytes, seen as frames: what the JSON port speaks.
 *
 * A message that cannot be read is lost alone; a stream that cannot be followed closes, and so does one that is asked
 * to send what JSON cannot say.
 */
export function jsonStream(bytes: Transport, onViolation?: (error: CTraderError) => void): Transport {
  return {
    async open(listener, options) {
      const splitter = new JsonSplitter()
      const frames = new FrameDecoder()
      let link: TransportConnection | undefined
      let failure: unknown
      const fail = (error: unknown): void => {
        if (!isCTraderError(error)) throw error
        failure ??= error
        link?.destroy()
      }
      link = await bytes.open(
        {
          onData(chunk) {
            if (failure !== undefined) return
            try {
              splitter.push(chunk, text => listener.onData(decodeJson(text, onViolation)))
            } catch (error) {
              fail(error)
            }
          },
          onClose: cause => listener.onClose(failure ?? cause),
        },
        options,
      )
      const open = link
      if (failure !== undefined) open.destroy()
      return {
        send(chunk) {
          if (failure !== undefined) return
          try {
            frames.push(chunk, body => open.send(UTF8.encode(encodeJson(body))))
          } catch (error) {
            fail(error)
          }
        },
        get waitingBytes() {
          return open.waitingBytes
        },
        close: () => open.close(),
        destroy: () => open.destroy(),
      }
    },
  }
}
