import type { AccountType, Heartbeat } from '../client/contracts.ts'

// Messages between a worker and its bot process, over the IPC channel of the child. The secret travels here once,
// never in argv or the environment.

/** How the bot reaches its broker. */
export interface BrokerAccess {
  readonly host: string
  readonly port: number
  /** PEM of the authority that signed the venue's certificate; absent: the platform's roots. */
  readonly ca?: string
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly ctidTraderAccountId: number
}

/** How long a bot's feed may be without a price inside its hours, in wall time, before nothing is opened on the last one. */
export interface QuoteSilenceLimits {
  /** Without a quote, in milliseconds. Default 60,000. */
  readonly staleAfterMs?: number
  /** Of quotes that come and are all kept back, in milliseconds. Default 60,000. */
  readonly keptBackAfterMs?: number
}

/** Everything a bot process is given, once, right after its start. */
export interface BotStart {
  readonly type: 'start'
  readonly botId: string
  readonly accountType: AccountType
  readonly epoch: number
  readonly nonce: string
  readonly apiUrl: string
  /** Folder for the bot's outbox; kept across restarts. */
  readonly stateDir: string
  /** `simulated:<venue id>`, `replay:<run id>` or the broker host. */
  readonly environmentName: string
  readonly broker: BrokerAccess
  /** Default: the defaults of each. */
  readonly quoteSilence?: QuoteSilenceLimits
  /** Each session is recorded in `stateDir`, so that it can be compared with its replay. Default false. */
  readonly recordSessions?: boolean
}

/** Worker → bot. */
export type ToBot =
  | BotStart
  | { readonly type: 'stop'; readonly positions: 'keep' | 'close' }
  | { readonly type: 'control-changed' }

/** Bot → worker. */
export type FromBot =
  | { readonly type: 'ready'; readonly sessionId: string }
  | { readonly type: 'heartbeat'; readonly heartbeat: Heartbeat }
  | { readonly type: 'ended'; readonly reason: string }
  /** The message is complete and for people; no stack. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
