import type { Socket } from 'node:net'
import type { Logger } from '../options.ts'
import type { SocketWire } from './wire.ts'

/** Bytes over a connected socket, plain or TLS; the socket ends with the wire. */
export function socketWire(socket: Socket, logger: Logger): SocketWire {
  socket.setNoDelay(true)
  socket.on('error', error => logger.debug({ reason: error.message }, 'socket failed'))
  return {
    listen(listener) {
      socket.on('data', chunk => listener.onBytes(chunk))
      socket.on('close', () => listener.onClosed())
    },
    write(frames) {
      socket.write(frames)
    },
    tear(frame, bytes) {
      socket.write(frame.subarray(0, bytes))
    },
    get waitingBytes() {
      return socket.writableLength
    },
    end() {
      socket.destroySoon()
    },
    destroy() {
      socket.destroy()
    },
  }
}
