import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { CTraderError } from '../errors.ts'
import type { Transport, TransportConnection, TransportListener } from './transport.ts'

/** Where to connect. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** How to connect over TLS. */
export interface TlsEndpoint extends Endpoint {
  /** Certificates to trust instead of the system's, as PEM: a simulator's own. The host name is always verified. */
  readonly ca?: string | readonly string[]
}

/** How long {@link TransportConnection.close} waits for the peer to take what is left. */
const CLOSE_GRACE_MS = 1000

/** Plain TCP: for a simulator on this machine; never for a real server. */
export function tcpTransport(endpoint: Endpoint): Transport {
  return socketTransport(endpoint, 'connect', () =>
    connectTcp({ host: endpoint.host, port: endpoint.port, noDelay: true }),
  )
}

/** TLS with a verified certificate and host name. */
export function tlsTransport(endpoint: TlsEndpoint): Transport {
  const { host, port, ca } = endpoint
  const authorities = ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }
  return socketTransport(endpoint, 'secureConnect', () =>
    connectTls({ host, port, ...authorities, rejectUnauthorized: true, minVersion: 'TLSv1.2' }),
  )
}

function openFailed({ host, port }: Endpoint, cause: unknown): CTraderError<'connection-lost'> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause))
  const hint =
    code === 'ECONNREFUSED'
      ? 'Nothing listens there: check host and port, and that the server runs.'
      : code?.includes('CERT') === true ||
          code?.includes('SELF_SIGNED') === true ||
          code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
        ? 'Its certificate is not trusted: pass the certificate of a simulator as `ca`.'
        : 'Check the network, host and port.'
  return new CTraderError(
    'connection-lost',
    `No connection to ${host}:${port} (${reason}). ${hint}`,
    { delivery: 'not-sent' },
    { cause },
  )
}

function socketTransport(
  endpoint: Endpoint,
  readyEvent: 'connect' | 'secureConnect',
  makeSocket: () => Socket,
): Transport {
  return {
    open(listener, { timeoutMs, signal }) {
      return new Promise<TransportConnection>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason)
          return
        }
        const socket = makeSocket()
        socket.setNoDelay(true)
        const fail = (error: unknown): void => {
          settle()
          socket.on('error', () => {})
          socket.destroy()
          reject(error)
        }
        const onAbort = (): void => fail(signal?.reason)
        const onError = (cause: unknown): void => fail(openFailed(endpoint, cause))
        const onEarlyClose = (): void => onError('closed by the peer')
        const timer = setTimeout(() => onError(`no answer within ${timeoutMs} ms`), timeoutMs)
        const settle = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
          socket.off('error', onError)
          socket.off('close', onEarlyClose)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        socket.on('error', onError)
        socket.on('close', onEarlyClose)
        socket.once(readyEvent, () => {
          settle()
          resolve(wrap(socket, listener))
        })
      })
    },
  }
}

function wrap(socket: Socket, listener: TransportListener): TransportConnection {
  let cause: unknown
  socket.on('data', chunk => listener.onData(chunk))
  socket.on('error', error => {
    cause = error
  })
  // A half-closed peer says nothing more and reads nothing that matters: it is gone.
  socket.on('end', () => socket.destroy())
  socket.on('close', () => listener.onClose(cause))
  return {
    send(bytes) {
      if (!socket.destroyed && socket.writable) socket.write(bytes)
    },
    get waitingBytes() {
      return socket.writableLength
    },
    close() {
      if (socket.destroyed) return
      const timer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS)
      socket.once('close', () => clearTimeout(timer))
      socket.end(() => socket.destroy())
    },
    destroy() {
      socket.destroy()
    },
  }
}
