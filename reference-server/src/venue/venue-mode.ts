import type { ReplayGateName } from '@openclaw-trading/ctrader-simulator'

/** Which market the venue process makes. JSON-safe: it travels over IPC. */
export type VenueMode =
  | {
      readonly type: 'simulated'
      readonly seed: number
      /** Venue seconds per wall second. */
      readonly speed: number
      /** Clock, ids, account and positions survive here. */
      readonly stateDir: string
    }
  | {
      readonly type: 'replay'
      /** Path of a tick file. */
      readonly ticks: string
      /** Rows before this instant only. */
      readonly until?: number
      readonly latencyMs: number
      /** How it runs ahead of the bot. */
      readonly gate: ReplayGateName
      /** Spins instead of sleeping while it waits for the bot. */
      readonly polling: boolean
      /** A deliberate error of the venue, for tests of the parity check. */
      readonly plant?: string
    }

/** How to reach the venue, once it listens. */
export interface VenueAccess {
  readonly host: string
  readonly port: number
  /** PEM of the authority that signed its certificate. */
  readonly ca: string
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly ctidTraderAccountId: number
  /** Changes when the venue begins anew: another seed, or a deleted state. */
  readonly venueId: string
}
