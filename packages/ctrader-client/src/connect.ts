import { DEFAULT_CARRIER, tcpTransport, tlsTransport, webSocketTransport } from '#platform'
import { CTraderClient } from './client.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import type { CTraderError } from './errors.ts'
import {
  type ConnectOptions,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_REQUEST_TIMEOUT_MS,
  type ServerAddress,
  SILENT,
} from './options.ts'
import { createRateBudget } from './session/rate-budget.ts'
import { Session } from './session/session.ts'
import type { Transport } from './transport/transport.ts'

const HOSTS = { demo: 'demo.ctraderapi.com', live: 'live.ctraderapi.com' } as const
/** Each takes TLS and WebSocket. */
const PORTS = { protobuf: 5035, json: 5036 } as const

/**
 * Connects, authorises the application, and resolves when requests may be sent.
 *
 * After a loss the client comes back by itself and restores every account; see {@link ConnectOptions.reconnect}.
 *
 * @throws {@link CTraderError} `connection-lost` when there is no connection, `token-invalid` when the application is
 *   refused, `request-timeout`, `invalid-argument` for an address that cannot be used here; or the reason of `options.signal`
 * @see ProtoOAApplicationAuthReq, ProtoOAVersionReq
 */
export async function connect(options: ConnectOptions): Promise<CTraderClient> {
  const logger = options.logger ?? SILENT
  const clock = options.clock ?? SYSTEM_CLOCK
  const session = await Session.open({
    transport: options.transport ?? transportOf(options),
    isBroker: typeof options.environment === 'string',
    application: options.application,
    budget: options.budget ?? createRateBudget(clock),
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    reconnect: options.reconnect ?? {},
    replayPolling: options.replayPolling ?? true,
    logger,
    clock,
    random: Math.random,
    signal: options.signal,
  })
  return new CTraderClient(session, logger)
}

/** The way to the server that the options name. */
function transportOf({
  environment,
  codec = 'protobuf',
  over = DEFAULT_CARRIER,
  logger,
}: ConnectOptions): Transport {
  const { tls = true, ...address } =
    typeof environment === 'string'
      ? { host: HOSTS[environment], port: PORTS[codec] }
      : (environment satisfies ServerAddress)
  const onViolation = (error: CTraderError): void =>
    logger?.warn({ reason: error.message }, 'JSON message refused')
  const endpoint = { ...address, codec, onViolation }
  if (over === 'websocket') return webSocketTransport({ ...endpoint, tls })
  return tls ? tlsTransport(endpoint) : tcpTransport(endpoint)
}
