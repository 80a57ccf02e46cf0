import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { checkVerified, type Endpoint, openFailed, type TlsEndpoint } from '../transport/endpoint.ts'
import { jsonStream } from '../transport/json-stream.ts'
import type { Transport, TransportConnection, TransportListener } from '../transport/transport.ts'

/** How long {@link TransportConnection.close} waits for the peer to take what is left. */
const CLOSE_GRACE_MS = 1000

/** Plain TCP: for a simulator on this machine. @throws CTraderError `invalid-argument` for a server of the broker */
export function tcpTransport(endpoint: Endpoint): Transport {
  const { host, port } = endpoint
  checkVerified({ host, port, tls: false })
  return spoken(
    endpoint,
    socketTransport(endpoint, 'connect', () => connectTcp({ host, port, noDelay: true })),
  )
}

/**
 * TLS with a verified certificate and host name.
 *
 * @throws CTraderError `invalid-argument` for a server of the broker with a certificate of one's own
 */
export function tlsTransport(endpoint: TlsEndpoint): Transport {
  const { host, port, ca } = endpoint
  checkVerified(endpoint)
  const authorities = ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }
  return spoken(
    endpoint,
    socketTransport(endpoint, 'secureConnect', () =>
      connectTls({ host, port, ...authorities, rejectUnauthorized: true, minVersion: 'TLSv1.2' }),
    ),
  )
}

function spoken({ codec, onViolation }: Endpoint, bytes: Transport): Transport {
  return codec === 'json' ? jsonStream(bytes, onViolation) : bytes
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
      if (socket.writable) socket.write(bytes)
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
