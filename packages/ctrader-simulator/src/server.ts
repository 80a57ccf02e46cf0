import {
  createServer as createPlainServer,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Codec } from '@openclaw-trading/ctrader-client/protocol'
import type { Certificate } from './certificate.ts'
import { Connection, type ConnectionListener } from './session/connection.ts'
import { SimulatorError } from './errors.ts'
import type { ConnectionTimes, Logger } from './options.ts'
import { portWire } from './wire/port-wire.ts'
import { Upgrades } from './wire/upgrades.ts'
import type { SocketWire, Wire } from './wire/wire.ts'

/** What a {@link Server} needs. */
export interface ServerOptions {
  readonly host: string
  /** For protobuf. */
  readonly port: number
  /** For JSON; absent: none. */
  readonly jsonPort?: number
  /** Absent: plain TCP. */
  readonly certificate?: Certificate
  /** Absent: connections live for ever (a replay). */
  readonly times?: ConnectionTimes
  readonly listener: ConnectionListener
  readonly logger: Logger
  /** Puts something between each connection and its wire. */
  readonly wrap?: (wire: SocketWire) => Wire
}

/** How often quiet connections are looked for. */
const SWEEP_MS = 500
/** The broker allows 25 connections an application. */
export const MAX_CONNECTIONS = 25

/** Listens on a port for each codec, and owns every connection. */
export class Server {
  readonly #options: ServerOptions
  readonly #servers = new Map<Codec, NetServer>()
  readonly #connections = new Set<Connection>()
  // Also sockets whose handshake is not done; without them a close would wait for strangers.
  readonly #sockets = new Set<Socket>()
  readonly #upgrades = new Upgrades()
  #sweep: NodeJS.Timeout | undefined

  private constructor(options: ServerOptions) {
    this.#options = options
  }

  /** Starts to listen. @throws {@link SimulatorError} `listen-failed` */
  static async listen(options: ServerOptions): Promise<Server> {
    const server = new Server(options)
    try {
      await server.#listen('protobuf', options.port)
      if (options.jsonPort !== undefined) await server.#listen('json', options.jsonPort)
    } catch (error) {
      await server.close()
      throw error
    }
    if (options.times !== undefined) server.#watch(options.times)
    return server
  }

  /** The port listened on for protobuf. */
  get port(): number {
    return this.#portOf('protobuf') ?? 0
  }

  /** The port listened on for JSON. */
  get jsonPort(): number | undefined {
    return this.#portOf('json')
  }

  /** Open connections. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections
  }

  /** Closes every connection and stops listening. */
  async close(): Promise<void> {
    clearInterval(this.#sweep)
    const closed = [...this.#servers.values()].map(server => new Promise(resolve => server.close(resolve)))
    for (const connection of this.#connections) connection.destroy()
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  async #listen(codec: Codec, port: number): Promise<void> {
    const { certificate, host, logger } = this.#options
    const onSocket = (socket: Socket): void => this.#accept(socket, codec)
    const server =
      certificate === undefined
        ? createPlainServer({ noDelay: true }, onSocket)
        : createTlsServer({ key: certificate.key, cert: certificate.certificate, noDelay: true }, onSocket)
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('tlsClientError', (error: Error) => logger.debug({ reason: error.message }, 'handshake failed'))
    await new Promise<void>((resolve, reject) => {
      server.once('error', cause => reject(listenFailed(host, port, cause)))
      server.listen({ host, port }, resolve)
    })
    this.#servers.set(codec, server)
  }

  #portOf(codec: Codec): number | undefined {
    return (this.#servers.get(codec)?.address() as AddressInfo | undefined)?.port
  }

  #accept(socket: Socket, codec: Codec): void {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      this.#options.logger.warn({ limit: MAX_CONNECTIONS }, 'too many connections: newcomer refused')
      this.#turnAway(socket, codec)
      return
    }
    const listener: ConnectionListener = {
      onEnvelope: (connection, envelope) => this.#options.listener.onEnvelope(connection, envelope),
      onClosed: connection => {
        this.#connections.delete(connection)
        this.#options.listener.onClosed(connection)
      },
    }
    const { logger, wrap = wire => wire } = this.#options
    const wire = wrap(portWire(socket, codec, this.#upgrades, logger))
    this.#connections.add(new Connection(wire, listener, logger, performance.now()))
  }

  /** Says why before it closes; its input is read by nobody. */
  #turnAway(socket: Socket, codec: Codec): void {
    const { logger } = this.#options
    const nobody: ConnectionListener = { onEnvelope() {}, onClosed() {} }
    const wire = portWire(socket, codec, this.#upgrades, logger)
    const newcomer = new Connection(wire, nobody, logger, performance.now())
    const description = `No more than ${MAX_CONNECTIONS} connections`
    newcomer.send(2142, { errorCode: 'CONNECTIONS_LIMIT_EXCEEDED', description })
    newcomer.end()
  }

  #watch({ idleMs, heartbeatMs }: ConnectionTimes): void {
    this.#sweep = setInterval(
      () => {
        const now = performance.now()
        for (const connection of this.#connections) {
          const strange = !connection.applicationAuthorized && now - connection.connectedMs >= idleMs
          if (strange || now - connection.lastInputMs >= idleMs) connection.end()
          else if (now - connection.lastOutputMs >= heartbeatMs) {
            connection.send(51, {})
            connection.flush()
          }
        }
      },
      Math.min(SWEEP_MS, idleMs / 4, heartbeatMs / 4),
    )
  }
}

function listenFailed(host: string, port: number, cause: Error): SimulatorError {
  const reason = 'code' in cause ? String(cause.code) : cause.message
  const hint =
    reason === 'EADDRINUSE'
      ? 'Another program has it: choose another port, or 0 for a free one.'
      : 'Check host and port.'
  return new SimulatorError(
    'listen-failed',
    `The venue cannot listen on ${host}:${port} (${reason}). ${hint}`,
    {
      cause,
      details: { host, port, reason },
    },
  )
}
