import type {
  AccountSnapshot,
  Bar,
  ClientOrderId,
  ExecutionEvent,
  Fill,
  Instrument,
  Lots,
  MarketEvent,
  OrderAmendment,
  OrderId,
  OrderRequest,
  PendingTerms,
  Position,
  PositionId,
  PositionProtection,
  SymbolId,
  Timeframe,
  UnixMs,
} from '@openclaw-trading/trading-model'

/** What the kernel asks of the broker. Ids are the kernel's: `<session>.<seq>`. */
export type Command =
  | { readonly type: 'place'; readonly request: OrderRequest & { readonly clientOrderId: ClientOrderId } }
  | { readonly type: 'cancel'; readonly orderId: OrderId }
  /** Expiry and protection are the full set: what is left out is removed. */
  | {
      readonly type: 'amend-order'
      readonly orderId: OrderId
      /** Of the order: one that waits for no price cannot be amended. */
      readonly orderType: Exclude<PendingTerms['type'], 'market-range' | 'market'>
      readonly amendment: OrderAmendment
    }
  /** States the full set: a level left out is removed. */
  | {
      readonly type: 'set-protection'
      readonly positionId: PositionId
      readonly protection: PositionProtection
    }
  /** Without a volume the whole position. */
  | { readonly type: 'close'; readonly positionId: PositionId; readonly volume?: Lots }

/** What became of a command at the broker's door; what it led to arrives as executions. */
export type SubmitOutcome =
  | { readonly type: 'accepted' }
  | { readonly type: 'rejected'; readonly reason: string }
  /** Sent, and no word came back: never sent again, only resolved by evidence. */
  | {
      readonly type: 'unknown'
      readonly cause: unknown
      /** The link that it went out on is closed: it cannot arrive by it any more. */
      readonly linkClosed?: boolean
    }

/** The place of a decision in the stream of events; see {@link Broker.decide}. */
export interface Decision {
  /** Gives the place up when the command is not sent after all. Safe to call twice. */
  release(): void
}

/** Why the event stream of a {@link Broker} ended. */
export type BrokerEnd =
  /** A replay has delivered its last quote. */
  | { readonly type: 'data-ended' }
  /** Closed by us. */
  | { readonly type: 'closed' }
  | { readonly type: 'connection-lost'; readonly cause: unknown }

/** An execution of the past that closed a position or a part of it. */
export interface PastClosing {
  /** With its `closing`. */
  readonly fill: Fill
  /** As it stood before, as far as the broker tells. */
  readonly position: Position
}

/** The quotes of a symbol have stopped inside its hours although the connection lives, or go on again. */
export interface QuoteSilence {
  readonly symbolId: SymbolId
  readonly isSilent: boolean
  /** Wall time without a quote. */
  readonly silentMs: number
}

/** A feed to watch. */
export interface BrokerFeed {
  readonly symbolId: SymbolId
}

/** The outside world of a live run; implemented by `bot-engine/ctrader` and by the simulation. */
export interface Broker {
  /** The symbol record by the broker's name. @throws {@link EngineError} `unknown-symbol`, `broker-unavailable` */
  instrument(name: string, options?: { readonly signal?: AbortSignal }): Promise<Instrument>
  /** The account as it stands. */
  snapshot(options?: { readonly signal?: AbortSignal }): Promise<AccountSnapshot>
  /**
   * Up to `count` closed bars, oldest first, and the forming one where there is one.
   *
   * On a venue that replays, `closed` is empty and `forming` absent: a replay has no past.
   */
  history(
    symbol: SymbolId,
    timeframe: Timeframe,
    count: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly closed: readonly Bar[]; readonly forming?: Bar }>
  /**
   * Subscribes, and delivers every quote and execution in wire order, synchronously, never conflated.
   *
   * Executions that arrived between the creation of the broker and this call are delivered first.
   * Resolves when the subscription stands; events go on until `signal` aborts or {@link Broker.ended} resolves.
   */
  start(
    feeds: readonly BrokerFeed[],
    onEvent: (event: MarketEvent | ExecutionEvent) => void,
    options: { readonly signal: AbortSignal },
  ): Promise<void>
  /** Resolves when no further event will come. Never rejects. */
  readonly ended: Promise<BrokerEnd>
  /**
   * Takes the place of a decision in the stream; called synchronously while the causing event is handled.
   *
   * A venue that replays dates the order by it (and waits for it); for any other broker it does nothing.
   */
  decide(): Decision
  /**
   * Never throws for a refusal: outcomes are values, because all three are expected.
   *
   * `withdrawal` takes the command back as long as it has not left; it is then `rejected`.
   */
  submit(
    command: Command,
    options: {
      readonly signal: AbortSignal
      readonly decision: Decision
      /** Of the decision; the refusal of a close or of an amendment of a position names it where the broker can. */
      readonly id?: ClientOrderId
      readonly withdrawal?: AbortSignal
    },
  ): Promise<SubmitOutcome>
  /**
   * Calls back when what the broker has told may no longer hold: a connection or a login was lost, and comes back.
   *
   * `linkClosed` when the connection is gone, and with it what was on its way. The event `resynced` ends it. Absent on a
   * broker that ends with its connection.
   */
  readonly onStale?: (listener: (reason: string, linkClosed: boolean) => void) => void
  /**
   * Has the account told anew, as after a loss: on the link that stands, or on a new one, for which the old one is closed.
   *
   * Absent on a venue that replays, and where neither can be asked for.
   */
  readonly renew?: (what: 'account' | 'link', reason: string) => void
  /**
   * Calls back when the quotes of a feed stop inside its hours, and when they go on, before the quote itself is told.
   *
   * Absent on a venue that replays: its silence is of the past.
   */
  readonly onQuoteSilence?: (listener: (change: QuoteSilence) => void) => void
  /**
   * What closed positions of the account since an instant, oldest first. `known` are positions that need no look-up.
   *
   * Absent on a venue that replays: a replay has no past.
   *
   * @throws {@link EngineError} `broker-unavailable`
   */
  readonly pastClosings?: (
    since: UnixMs,
    known: readonly Position[],
    options: { readonly signal: AbortSignal },
  ) => Promise<readonly PastClosing[]>
  /**
   * Whether there is evidence that an order reached the broker; `false` proves nothing.
   *
   * @throws {@link EngineError} `broker-unavailable`
   */
  readonly hasOrder?: (
    id: ClientOrderId,
    since: UnixMs,
    options: { readonly signal: AbortSignal },
  ) => Promise<boolean>
  /** Closes the connection. */
  close(): Promise<void>
}
