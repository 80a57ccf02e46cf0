import type { BotStart } from '@openclaw-trading/control-plane'
import type { ControlClient, InstanceRef } from '@openclaw-trading/control-plane/client'
import type { AccountSnapshot } from '@openclaw-trading/trading-model'
import type { BrokerConnection } from '../brokers/connect.ts'
import type { StrategyEntry } from '../strategies/strategy-entry.ts'
import { sessionCodeHash } from '../strategies/session-code-hash.ts'
import { retried } from './retry.ts'

/** What a session is opened with. */
export interface SessionStart {
  readonly client: ControlClient
  readonly ref: InstanceRef
  readonly entry: StrategyEntry
  readonly paramsVersion: number
  readonly start: BotStart
  readonly connection: BrokerConnection
  readonly snapshot: AccountSnapshot
  readonly signal: AbortSignal
}

/** Opens the session of a run. @returns its id */
export async function startSession(options: SessionStart): Promise<string> {
  const { client, ref, entry, paramsVersion, start, connection, snapshot, signal } = options
  const request = {
    ...ref,
    codeHash: sessionCodeHash(entry),
    paramsVersion,
    epoch: start.epoch,
    host: connection.host,
    pid: process.pid,
    environment: {
      name: start.environmentName,
      ctidTraderAccountId: start.broker.ctidTraderAccountId,
      broker: connection.brokerName,
      currency: snapshot.balance.currency,
      leverage: snapshot.leverage,
      positionMode: connection.positionMode,
    },
  }
  const { sessionId } = await retried(() => client.startSession(request, { signal }), signal)
  return sessionId
}
