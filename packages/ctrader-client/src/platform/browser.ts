// How a server is reached from a browser: over WebSocket, with the certificates that the browser trusts.
import { CTraderError } from '../errors.ts'
import type { WebSocketEndpoint } from '../transport/endpoint.ts'
import type { Transport } from '../transport/transport.ts'
import { messagesOverWebSocket, urlOf, type WebSocketLike } from '../transport/websocket.ts'

/** What carries messages when nothing is said. */
export const DEFAULT_CARRIER: 'socket' | 'websocket' = 'websocket'

/** Not here. @throws CTraderError `invalid-argument` */
export function tcpTransport(_endpoint: unknown): Transport {
  throw notHere('over', 'A browser opens no TCP connections. Use a WebSocket.')
}

/** Not here. @throws CTraderError `invalid-argument` */
export function tlsTransport(_endpoint: unknown): Transport {
  throw notHere('over', 'A browser opens no TLS connections of its own. Use a WebSocket.')
}

/** The browser's own WebSocket. @throws CTraderError `invalid-argument` for a certificate of one's own */
export function webSocketTransport(endpoint: WebSocketEndpoint): Transport {
  if (endpoint.ca !== undefined)
    throw notHere('environment.ca', 'A browser trusts its own certificates only. Leave `ca` out.')
  const { WebSocket } = globalThis as unknown as { readonly WebSocket: new (url: string) => WebSocketLike }
  return messagesOverWebSocket(endpoint, () => new WebSocket(urlOf(endpoint)))
}

function notHere(path: string, message: string): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', message, { path, expected: 'what a browser can do' })
}
