import { CTraderClient } from './client.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import {
  type ConnectOptions,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_REQUEST_TIMEOUT_MS,
  SILENT,
} from './options.ts'
import { createRateBudget } from './session/rate-budget.ts'
import { Session } from './session/session.ts'
import { tcpTransport, tlsTransport } from './transport/socket.ts'
import type { Transport } from './transport/transport.ts'

const HOSTS = { demo: 'demo.ctraderapi.com', live: 'live.ctraderapi.com' } as const
/** Protobuf over TLS. */
const PORT = 5035

/**
 * Connects, authorises the application, and resolves when requests may be sent.
 *
 * After a loss the client comes back by itself and restores every account; see {@link ConnectOptions.reconnect}.
 *
 * @throws {@link CTraderError} `connection-lost` when there is no connection, `token-invalid` when the application is
 *   refused, `request-timeout`; or the reason of `options.signal`
 * @see ProtoOAApplicationAuthReq, ProtoOAVersionReq
 */
export async function connect(options: ConnectOptions): Promise<CTraderClient> {
  const logger = options.logger ?? SILENT
  const clock = options.clock ?? SYSTEM_CLOCK
  const session = await Session.open({
    transport: options.transport ?? transportOf(options.environment),
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

function transportOf(environment: ConnectOptions['environment']): Transport {
  if (typeof environment === 'string') return tlsTransport({ host: HOSTS[environment], port: PORT })
  const { host, port, tls = true, ca } = environment
  if (!tls) return tcpTransport({ host, port })
  return tlsTransport({ host, port, ...(ca === undefined ? {} : { ca }) })
}
