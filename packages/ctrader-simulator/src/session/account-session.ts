/** One account on one connection: what it watches there. Ends with the connection, a log-out or its token. */
export class AccountSession {
  /** Its token may trade; else it may only look. */
  readonly mayTrade: boolean
  /** Watched symbols; the value tells whether spots carry their time. */
  readonly spots = new Map<number, boolean>()
  /** Periods of the live bars that come with the spots of a symbol. */
  readonly liveBars = new Map<number, Set<number>>()
  /** Symbols of which the depth is watched. */
  readonly depth = new Set<number>()

  /** Begins it with nothing watched. */
  constructor(mayTrade: boolean) {
    this.mayTrade = mayTrade
  }
}
