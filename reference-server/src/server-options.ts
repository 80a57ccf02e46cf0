import type { Change, Database } from '@openclaw-trading/control-plane'
import type { BrokerAccess, QuoteSilenceLimits } from '@openclaw-trading/control-plane'
import type { ReplayGateName } from '@openclaw-trading/ctrader-simulator'
import type { Logger } from './observability/logger.ts'

/** The market a server trades on. */
export type ServerEnvironment =
  /** The simulated venue, kept from one start to the next. */
  | {
      readonly type: 'simulated' /** Default 1. */
      readonly seed?: number /** Default 60. */
      readonly speed?: number
    }
  /** A tick file, once, as fast as the gate allows. */
  | {
      readonly type: 'replay'
      readonly botId: string
      readonly params: Readonly<Record<string, unknown>>
      /** Path of a tick file. */
      readonly ticks: string
      /** Rows before this instant only. */
      readonly until?: number
      /** Default 50. */
      readonly latencyMs?: number
      /** How the venue runs ahead of the bot. Default: `lookahead`. */
      readonly gate?: ReplayGateName
      /** Venue and bot spin instead of sleeping: faster on an idle machine with two cores, slower on a busy one. Default: with two cores. */
      readonly polling?: boolean
      /** A deliberate error of the venue, for tests of the parity check. */
      readonly plant?: string
    }

/** How to start a server. */
export interface ServerOptions {
  /** Default: simulated. */
  readonly environment?: ServerEnvironment
  /** Folder of database, venue and outboxes. */
  readonly dataDir: string
  /** 0 takes a free one. */
  readonly port: number
  /** Default and only choice: 127.0.0.1. */
  readonly host?: string
  /** Absent: the embedded database in the data folder. */
  readonly databaseUrl?: string
  /** Serves the dashboard; default true. */
  readonly dashboard?: boolean
  /** A module with further strategies; see `loadRegistry`. */
  readonly strategiesFile?: string
  /** Of every bot; see docs/concepts/sessions.md. */
  readonly quoteSilence?: QuoteSilenceLimits
  /** Every bot records its sessions; see docs/concepts/parity-and-replay.md. Default false. */
  readonly recordSessions?: boolean
  /** Default: says nothing. */
  readonly logger?: Logger
  /** Bots and the embedded database may lose what a power cut loses; for tests and replays. Default false. */
  readonly fast?: boolean
  /** Changes how bots reach the broker; for tests that break the login. */
  readonly brokerAccess?: (access: BrokerAccess) => BrokerAccess
  /** Ends the start where it is; what was begun is undone. */
  readonly signal?: AbortSignal
  /** Called with what is done now, for people. */
  readonly onProgress?: (step: string) => void
}

/** A server that runs. */
export interface RunningServer extends AsyncDisposable {
  /** Of API and dashboard. */
  readonly url: string
  readonly port: number
  /** `simulated:<venue id>` or `replay:<run id>`. */
  readonly environmentName: string
  readonly database: Database
  /** Whether the dashboard's files were found. */
  readonly dashboardBuilt: boolean
  /** Ids of the processes it owns, for those who look after orphans. */
  processes(): { readonly venue: number | undefined; readonly bots: readonly number[] }
  /** Tells of changes in the database. @returns how to stop listening */
  onChange(listener: (change: Change) => void): () => void
  /** Resolves when a replay has delivered its last quote, with its error; never for a simulated venue. */
  readonly replayEnded: Promise<Error | undefined>
  /** Ends everything in reverse order: bots first, the database last. Positions stay at the venue. */
  close(): Promise<void>
}
