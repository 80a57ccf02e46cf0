import {
  createServer as createPlainServer,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from './certificate.ts'
import { Connection, type ConnectionListener } from './connection.ts'
import { SimulatorError } from './errors.ts'
import type { ConnectionTimes, Logger } from './options.ts'
import { socketWire } from './wire/socket-wire.ts'

/** What a {@link Server} needs. */
export interface ServerOptions {
  readonly host: string
  readonly port: number
  /** Absent: plain TCP. */
  readonly certificate?: Certificate
  /** Absent: connections live for ever (a replay). */
  readonly times?: ConnectionTimes
  readonly listener: ConnectionListener
  readonly logger: Logger
}

/** How often quiet connections are looked for. */
const SWEEP_MS = 500
/** The broker allows 25 connections an application. */
export const MAX_CONNECTIONS = 25

/** Listens, and owns every connection. */
export class Server {
  readonly #options: ServerOptions
  readonly #server: NetServer
  readonly #connections = new Set<Connection>()
  // Also sockets whose handshake is not done; without them a close would wait for strangers.
  readonly #sockets = new Set<Socket>()
  #sweep: NodeJS.Timeout | undefined

  private constructor(options: ServerOptions) {
    this.#options = options
    const { certificate } = options
    const onSocket = (socket: Socket): void => this.#accept(socket)
    this.#server =
      certificate === undefined
        ? createPlainServer({ noDelay: true }, onSocket)
        : createTlsServer({ key: certificate.key, cert: certificate.certificate, noDelay: true }, onSocket)
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('tlsClientError', (error: Error) =>
      options.logger.debug({ reason: error.message }, 'handshake failed'),
    )
  }

  /** Starts to listen. @throws {@link SimulatorError} `listen-failed` */
  static async listen(options: ServerOptions): Promise<Server> {
    const server = new Server(options)
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', cause => reject(listenFailed(options, cause)))
      server.#server.listen({ host: options.host, port: options.port }, resolve)
    })
    if (options.times !== undefined) server.#watch(options.times)
    return server
  }

  /** The port listened on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Open connections. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections
  }

  /** Closes every connection and stops listening. */
  async close(): Promise<void> {
    clearInterval(this.#sweep)
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    for (const connection of this.#connections) connection.destroy()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      this.#options.logger.warn({ limit: MAX_CONNECTIONS }, 'too many connections: newcomer refused')
      this.#turnAway(socket)
      return
    }
    const listener: ConnectionListener = {
      onEnvelope: (connection, envelope) => this.#options.listener.onEnvelope(connection, envelope),
      onClosed: connection => {
        this.#connections.delete(connection)
        this.#options.listener.onClosed(connection)
      },
    }
    const { logger } = this.#options
    this.#connections.add(new Connection(socketWire(socket, logger), listener, logger, performance.now()))
  }

  /** Says why before it closes; its input is read by nobody. */
  #turnAway(socket: Socket): void {
    const { logger } = this.#options
    const nobody: ConnectionListener = { onEnvelope() {}, onClosed() {} }
    const newcomer = new Connection(socketWire(socket, logger), nobody, logger, performance.now())
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

function listenFailed({ host, port }: ServerOptions, cause: Error): SimulatorError {
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
