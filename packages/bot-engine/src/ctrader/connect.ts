import {
  type CallOptions,
  type ConnectOptions,
  type CTraderClient,
  connect,
  type Logger,
} from '@openclaw-trading/ctrader-client'
import { type AccountId, accountId } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Broker } from '../ports/broker.ts'
import { CTraderBroker } from './broker.ts'
import { translated } from './translated.ts'

/** How to reach an account at the broker. */
export interface BrokerOptions {
  /** The broker's `demo` or `live` servers, or an address (a simulator). */
  readonly environment: ConnectOptions['environment']
  readonly application: { readonly clientId: string; readonly clientSecret: string }
  /** A token of the owner of the account, or a function that returns one. */
  readonly accessToken: string | (() => Promise<string>)
  /** Default: the only account that the token gives access to. */
  readonly accountId?: number
  /** Wall time for an answer. Default 15,000. */
  readonly requestTimeoutMs?: number
  /** Another way to reach the server; then `environment` is not looked at. */
  readonly transport?: NonNullable<ConnectOptions['transport']>
  /** How to come back after a loss. Default: ten attempts, a minute or so; then a supervisor should look after it. */
  readonly reconnect?: NonNullable<ConnectOptions['reconnect']>
  /** Shared request budget. Default: one of this connection. */
  readonly budget?: NonNullable<ConnectOptions['budget']>
  /** Silence of an open market after which nothing is opened until it ticks again, in wall time. Default 60,000; least 100. */
  readonly staleAfterMs?: number
  /** In a replay: spins instead of sleeping between messages. Default true. */
  readonly replayPolling?: boolean
  readonly logger?: Logger
  /** Gives up connecting. */
  readonly signal?: AbortSignal
}

const RECONNECT_ATTEMPTS = 10

/**
 * Connects to an account and offers it as the {@link Broker} of a live run.
 *
 * After a loss it comes back by itself and tells the account anew (`resynced`); only when it cannot, or in a replay, it
 * ends (`ended`). A token that only allows looking is refused here, not at the first order.
 *
 * @throws {@link EngineError} `broker-unavailable`; its `cause` is the client's error (`token-invalid`: the login was
 *   refused and a retry will not help)
 */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  const { accessToken, signal } = options
  const call: CallOptions = signal === undefined ? {} : { signal }
  const client = await translated('connect', () => connect(connectOptions(options)))
  try {
    return await translated('log in', async () => {
      const id = await chooseAccount(client, options, call)
      const account = await client.authorize(id, accessToken, call)
      return new CTraderBroker(client, account, options.staleAfterMs)
    })
  } catch (error) {
    await client.close()
    throw error
  }
}

function connectOptions(options: BrokerOptions): ConnectOptions {
  const { environment, application, requestTimeoutMs, replayPolling, transport, logger, signal } = options
  return {
    environment,
    application,
    reconnect: options.reconnect ?? { maxAttempts: RECONNECT_ATTEMPTS },
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(replayPolling === undefined ? {} : { replayPolling }),
    ...(transport === undefined ? {} : { transport }),
    ...(logger === undefined ? {} : { logger }),
    ...(signal === undefined ? {} : { signal }),
  }
}

async function chooseAccount(
  client: CTraderClient,
  options: BrokerOptions,
  call: CallOptions,
): Promise<AccountId> {
  const accounts = await client.accounts(options.accessToken, call)
  if (accounts.some(({ scope }) => scope === 'accounts'))
    throw new EngineError(
      'broker-unavailable',
      'The access token has the scope "accounts": it may look, and not trade. Log in again with the scope "trading": ctrader auth login.',
      { retryable: false, details: { scope: 'accounts' } },
    )
  if (options.accountId !== undefined) return accountId(options.accountId)
  const [only] = accounts
  if (accounts.length === 1 && only !== undefined) return only.id
  const ids = accounts.map(account => account.id).join(', ')
  throw new EngineError(
    'broker-unavailable',
    `The token gives access to ${accounts.length} accounts (${ids}). Name one with accountId.`,
    { retryable: false, details: { accountIds: accounts.map(account => account.id) } },
  )
}
