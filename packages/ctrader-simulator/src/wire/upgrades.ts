import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { MAX_REQUEST_BYTES } from '../session/connection.ts'

/** Turns sockets on which an HTTP request has begun into WebSockets. It listens on no port of its own. */
export class Upgrades {
  readonly #http: Server
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_REQUEST_BYTES,
  })
  readonly #waiting = new WeakMap<Duplex, (webSocket: WebSocket) => void>()

  /** Creates it. */
  constructor() {
    this.#http = createServer((_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
    })
    this.#http.on('upgrade', (request, socket, head) => {
      const onOpen = this.#waiting.get(socket)
      if (onOpen === undefined) socket.destroy()
      else this.#webSockets.handleUpgrade(request, socket, head, onOpen)
    })
  }

  /** Takes a socket over together with its first bytes; what is no upgrade is answered and closed. */
  take(socket: Socket, first: Buffer, onOpen: (webSocket: WebSocket) => void): void {
    this.#waiting.set(socket, onOpen)
    socket.pause()
    socket.unshift(first)
    this.#http.emit('connection', socket)
    process.nextTick(() => socket.resume())
  }
}
