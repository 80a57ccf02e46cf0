import type { Socket } from 'node:net'
import type { Codec } from '@openclaw-trading/ctrader-client/protocol'
import type { Logger } from '../options.ts'
import { jsonWire } from './json-wire.ts'
import { socketWire } from './socket-wire.ts'
import type { Upgrades } from './upgrades.ts'
import { webSocketWire } from './websocket-wire.ts'
import type { SocketWire, WireListener } from './wire.ts'

/** First letter of an HTTP request; a length begins with 0, a JSON object with a brace. */
const G = 0x47

/** What a port of the broker takes: messages in its codec, on the socket itself or over WebSocket. */
export function portWire(socket: Socket, codec: Codec, upgrades: Upgrades, logger: Logger): SocketWire {
  let wire: SocketWire | undefined
  let isUpgrading = false
  let listener: WireListener | undefined
  const onEarlyClose = (): void => listener?.onClosed()
  const become = (chosen: SocketWire): void => {
    wire = chosen
    socket.off('close', onEarlyClose)
    socket.off('data', onFirst)
    if (listener !== undefined) chosen.listen(listener)
  }
  const becomePlain = (): SocketWire => {
    const bytes = socketWire(socket, logger)
    const plain = codec === 'json' ? jsonWire(bytes, logger) : bytes
    become(plain)
    return plain
  }
  const onFirst = (first: Buffer): void => {
    if (first[0] === G) {
      isUpgrading = true
      socket.off('data', onFirst)
      upgrades.take(socket, first, webSocket => become(webSocketWire(webSocket, socket, codec)))
      return
    }
    becomePlain()
    socket.unshift(first)
  }
  return {
    listen(reported) {
      listener = reported
      socket.on('error', error => logger.debug({ reason: error.message }, 'socket failed'))
      socket.on('close', onEarlyClose)
      socket.on('data', onFirst)
    },
    write(frames) {
      // A WebSocket client speaks first: whoever is written to before has no more to say than a heartbeat.
      if (wire !== undefined || !isUpgrading) (wire ?? becomePlain()).write(frames)
    },
    tear(frame, bytes) {
      if (wire !== undefined || !isUpgrading) (wire ?? becomePlain()).tear(frame, bytes)
    },
    get waitingBytes() {
      return wire?.waitingBytes ?? 0
    },
    end() {
      if (wire === undefined) socket.destroySoon()
      else wire.end()
    },
    destroy() {
      if (wire === undefined) socket.destroy()
      else wire.destroy()
    },
  }
}
