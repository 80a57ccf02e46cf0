// How a server is reached from Node. Bundlers for browsers take browser.ts in its place.
import { WebSocket } from 'ws'
import { MAX_FRAME_BYTES } from '../protocol/frame.ts'
import type { WebSocketEndpoint } from '../transport/endpoint.ts'
import type { Transport } from '../transport/transport.ts'
import { messagesOverWebSocket, urlOf, type WebSocketLike } from '../transport/websocket.ts'

export { tcpTransport, tlsTransport } from './sockets.ts'

/** What carries messages when nothing is said. */
export const DEFAULT_CARRIER: 'socket' | 'websocket' = 'socket'

/**
 * WebSocket with a verified certificate and host name.
 *
 * @throws CTraderError `invalid-argument` for a server of the broker without TLS or with a certificate of one's own
 */
export function webSocketTransport(endpoint: WebSocketEndpoint): Transport {
  const { ca } = endpoint
  const options = {
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  } as const
  return messagesOverWebSocket(endpoint, () => new WebSocket(urlOf(endpoint), options) as WebSocketLike)
}
