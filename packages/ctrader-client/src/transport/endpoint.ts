import { CTraderError } from '../errors.ts'
import type { Codec } from '../protocol/codec.ts'

/** Where to connect, and in which form to speak. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  /** Default `protobuf`. */
  readonly codec?: Codec
  /** Told why a JSON message was dropped; never carries its content. */
  readonly onViolation?: (error: CTraderError) => void
}

/** How to connect over TLS. */
export interface TlsEndpoint extends Endpoint {
  /** Certificates to trust instead of the system's, as PEM: a simulator's own. The host name is always verified. */
  readonly ca?: string | readonly string[]
}

/** How to connect over WebSocket. */
export interface WebSocketEndpoint extends TlsEndpoint {
  /** Default true (`wss`). Without it only for a simulator on this machine. */
  readonly tls?: boolean
}

/** The broker's servers, demo and live, under every name that they have had. */
const BROKER_HOST = /(^|\.)(ctraderapi\.com|ctrader\.com|spotware\.com)\.*$/i

/**
 * Refuses an address that would talk to the broker's own servers with less than the system's verification.
 *
 * @throws {@link CTraderError} `invalid-argument`
 */
export function checkVerified({ host, tls = true, ca }: WebSocketEndpoint): void {
  if (!BROKER_HOST.test(host.trim())) return
  const path = tls ? 'ca' : 'tls'
  if (tls && ca === undefined) return
  throw new CTraderError(
    'invalid-argument',
    `${host} is a server of the broker: it is reached over TLS and verified against the system's certificates only. Leave \`${path}\` out.`,
    { path: `environment.${path}`, expected: 'left out for a server of the broker' },
  )
}

/** The error of a connection that could not be opened. */
export function openFailed(
  { host, port }: Pick<Endpoint, 'host' | 'port'>,
  cause: unknown,
): CTraderError<'connection-lost'> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause))
  return new CTraderError(
    'connection-lost',
    `No connection to ${host}:${port} (${reason}). ${hintOf(code)}`,
    { delivery: 'not-sent' },
    { cause },
  )
}

function hintOf(code: string | undefined): string {
  if (code === 'ECONNREFUSED') return 'Nothing listens there: check host and port, and that the server runs.'
  if (/CERT|SELF_SIGNED|^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/.test(code ?? ''))
    return 'Its certificate is not trusted: pass the certificate of a simulator as `ca`.'
  return 'Check the network, host and port.'
}
