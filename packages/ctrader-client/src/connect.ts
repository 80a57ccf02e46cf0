import { CTraderClient } from './client.ts'
import { isCTraderError } from './errors.ts'
import {
  type ConnectOptions,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_REQUEST_TIMEOUT_MS,
  SILENT,
} from './options.ts'
import { createRateBudget } from './session/rate-limiter.ts'
import type { ReplayGate } from './session/replay.ts'
import { Session } from './session/session.ts'
import { tcpTransport, tlsTransport } from './transport/socket.ts'
import type { Transport } from './transport/transport.ts'

const HOSTS = { demo: 'demo.ctraderapi.com', live: 'live.ctraderapi.com' } as const
/** Protobuf over TLS. */
const PORT = 5035
/** How a server that replays marks its version, by its gate. */
const REPLAY_MARKS: readonly (readonly [mark: string, gate: ReplayGate])[] = [
  ['+replay', 'lookahead'],
  ['+replay-rewind', 'rewind'],
]

/**
 * Connects, authorises the application, and resolves when requests may be sent.
 *
 * @throws {@link CTraderError} `connection-lost` when there is no connection, `token-invalid` when the application is
 *   refused, `request-timeout`; or the reason of `options.signal`
 * @see ProtoOAApplicationAuthReq, ProtoOAVersionReq
 */
export async function connect(options: ConnectOptions): Promise<CTraderClient> {
  const logger = options.logger ?? SILENT
  const session = await Session.open({
    transport: options.transport ?? transportOf(options.environment),
    budget: options.budget ?? createRateBudget(),
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    logger,
    signal: options.signal,
  })
  try {
    const call = options.signal === undefined ? {} : { signal: options.signal }
    await authorizeApplication(session, options)
    const { version = '' } = await session.query('version', {}, call)
    const [, gate] = REPLAY_MARKS.find(([mark]) => version.endsWith(mark)) ?? []
    if (gate !== undefined) session.enterReplay({ gate, polling: options.replayPolling ?? true })
    logger.info({ serverVersion: version }, 'connected')
    return new CTraderClient(session, version, logger)
  } catch (error) {
    await session.close()
    throw error
  }
}

async function authorizeApplication(
  session: Session,
  { application, signal }: ConnectOptions,
): Promise<void> {
  const { clientId, clientSecret } = application
  try {
    await session.query('applicationAuth', { clientId, clientSecret }, signal === undefined ? {} : { signal })
  } catch (error) {
    if (
      !(
        isCTraderError(error, 'request-refused') &&
        error.details.serverCode === 'CH_CLIENT_ALREADY_AUTHENTICATED'
      )
    )
      throw error
  }
}

function transportOf(environment: ConnectOptions['environment']): Transport {
  if (typeof environment === 'string') return tlsTransport({ host: HOSTS[environment], port: PORT })
  const { host, port, tls = true, ca } = environment
  if (!tls) return tcpTransport({ host, port })
  return tlsTransport({ host, port, ...(ca === undefined ? {} : { ca }) })
}
