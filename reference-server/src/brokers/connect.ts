import { hostname } from 'node:os'
import type { Broker } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import type { BotStart } from '@openclaw-trading/control-plane'
import type { SessionStartRequest } from '@openclaw-trading/control-plane/client'

/** A broker with the facts that a session records. */
export interface BrokerConnection {
  readonly broker: Broker
  /** Name of the venue or the broker's server. */
  readonly brokerName: string
  readonly positionMode: SessionStartRequest['environment']['positionMode']
  /** Of the machine this bot runs on. */
  readonly host: string
}

/**
 * Four attempts, some 4 s: a venue of this machine that has ended comes back at another port with another certificate,
 * and only a new process is told of them.
 */
const RECONNECT_ATTEMPTS = 4

/** Connects to the account that the worker named. @throws EngineError `broker-unavailable` */
export async function connectToBroker(
  start: Pick<BotStart, 'broker' | 'environmentName' | 'quoteSilence'>,
  options: { readonly replayPolling: boolean; readonly signal: AbortSignal },
): Promise<BrokerConnection> {
  const { host, port, ca, clientId, clientSecret, accessToken, ctidTraderAccountId } = start.broker
  const { staleAfterMs } = start.quoteSilence ?? {}
  const broker = await connectBroker({
    environment: { host, port, ...(ca === undefined ? {} : { ca }) },
    application: { clientId, clientSecret },
    accessToken,
    accountId: ctidTraderAccountId,
    reconnect: { maxAttempts: RECONNECT_ATTEMPTS },
    ...(staleAfterMs === undefined ? {} : { staleAfterMs }),
    ...options,
  })
  return {
    broker,
    brokerName: start.environmentName.split(':')[0] ?? start.environmentName,
    // The venues of this version are all hedged; the mode of a real account is read with its own work.
    positionMode: 'hedged',
    host: hostname(),
  }
}
