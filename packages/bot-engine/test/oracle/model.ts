// A second, slow and plain implementation of docs/concepts/fills.md, orders.md and costs-and-margin.md, for tests. It
// shares no code with the engine: what both get wrong in the same way was misread in the same rule.
// Prices in 1/100000, volumes in 1/100 unit, money in cents, times in milliseconds.

export type Side = 'buy' | 'sell'
export type Trigger = 'trade' | 'opposite' | 'double-trade' | 'double-opposite'
export type Kind = 'market' | 'market-range' | 'limit' | 'stop' | 'stop-limit'

/** A rule that the oracle breaks on purpose, so that the comparison is known to look at it. */
export type Fault =
  | 'stop at its own level through a gap'
  | 'target before stop'
  | 'commission once'
  | 'target of a new position counts'
  | 'trailing stop moves first'
  | 'farther extreme first'
  | 'limit at the quote'
  | 'limit pays slippage'
  | 'one touch for a double trigger'
  | 'money cut off'
  | 'due a millisecond late'
  | 'expiry before its last quote'
  | 'no triple swap'
  | 'new position protected at once'
  | 'stop-out ignores open commission'
  | 'rest of a part is lost'
  | 'decision fills at the close'
  | 'short ignores the spread'
  | 'extreme before the entry counts'
  | 'a part is of what is left'
  | 'the break is open'
  | 'an order for the open fills at once'
  | 'all at the first level'
  | 'levels last'
  | 'limit takes any level'
  | 'fok fills in part'
  | 'rest of a stop waits'
  | 'rest of a position is bare'
  | 'distance from the first level'

export interface Rules {
  /** Points in a step of the last digit. */
  readonly tick: number
  readonly lotCents: number
  readonly stepCents: number
  readonly commission: { readonly per: 'lot' | 'million' | 'percent'; readonly rate: number } | undefined
  readonly minCommission: number
  readonly swap:
    | {
        readonly unit: 'pips' | 'points' | 'percent'
        readonly long: number
        readonly short: number
        readonly minute: number
        readonly skipped: number
        readonly weekends: boolean
        readonly tripleDay: number
        /** Points in a pip. */
        readonly pip: number
      }
    | undefined
  readonly balance: number
  readonly leverage: number
  readonly marginMethod: 'sum' | 'max' | 'net'
  readonly hedged: boolean
  readonly stopOut:
    | { readonly level: number; readonly whole: boolean; readonly first: 'most-losing' | 'most-margin' }
    | undefined
  readonly latency: number
  readonly slippageTicks: number
  /** Closed each day from this hour (UTC) on, for so many hours; `quoted`: quotes go on. */
  readonly breaks: { readonly from: number; readonly hours: number; readonly quoted: boolean } | undefined
  /** A script of the venue: orders of a kind fill first in these parts of their volume. */
  readonly parts: { readonly kind: Kind; readonly shares: readonly number[] } | undefined
  /** From the quote outward: steps of the last digit behind it, and what can be had there. Absent: everything at the quote. */
  readonly depth?: readonly { readonly ticks: number; readonly cents: number }[]
  readonly faults: ReadonlySet<Fault>
}

/** A level as a price, or as a distance from the fill. */
export type Level = { readonly price: number } | { readonly distance: number }

export interface Entry {
  readonly kind: Kind
  readonly side: Side
  readonly cents: number
  /** Of a limit, stop or stop-limit; the base of a market range. */
  readonly price: number
  readonly range: number
  readonly tif: 'gtc' | 'gtd' | 'ioc' | 'fok' | 'on-open'
  readonly expiresAt: number | undefined
  readonly trigger: Trigger
  readonly stop: Level | undefined
  readonly target: Level | undefined
  readonly trailing: boolean
  readonly guaranteed: boolean
}

export type Request =
  | { readonly type: 'enter'; readonly number: number; readonly entry: Entry }
  | { readonly type: 'cancel'; readonly number: number }
  | {
      readonly type: 'amend'
      readonly number: number
      readonly price: number
      readonly stop: Level | undefined
      readonly target: Level | undefined
      readonly expiresAt: number | undefined
    }
  | { readonly type: 'close'; readonly position: number; readonly cents: number }
  | {
      readonly type: 'protect'
      readonly position: number
      readonly stop: number | undefined
      readonly target: number | undefined
      readonly trailing: boolean
      readonly guaranteed: boolean
      readonly trigger: Trigger
    }

export interface Order {
  /** Which entry it came from. */
  readonly number: number
  /** Of the position that it would open. */
  positionId: number
  entry: Entry
  /** Cents of it that have filled. */
  filled: number
  /** A double trigger had its first quote. */
  touched: boolean
  /** From when on it fills that waits for the open. */
  opensAt: number
}

export interface Position {
  readonly id: number
  readonly side: Side
  readonly openedAt: number
  /** Its place in the order in which positions opened: several may within one instant. */
  readonly turn: number
  entry: number
  cents: number
  stop: number | undefined
  target: number | undefined
  trailing: number | undefined
  guaranteed: boolean
  trigger: Trigger
  touched: boolean
  /** Opening commission and swap that are not realised, 0 or below; margin held back. */
  commission: number
  swap: number
  margin: number
  nextSwap: number
}

export interface Fill {
  readonly at: number
  readonly side: Side
  readonly cents: number
  readonly price: number
}

export interface Trade {
  readonly positionId: number
  readonly side: Side
  readonly cents: number
  readonly entry: number
  readonly openedAt: number
  readonly exit: number
  readonly closedAt: number
  readonly gross: number
  readonly commission: number
  readonly swap: number
  readonly net: number
  readonly balance: number
}
