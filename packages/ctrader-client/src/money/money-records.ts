import type { ConversionChain, Lots, Money, PositionId, UnixMs } from '@openclaw-trading/trading-model'

/** Margin that a volume would need. */
export interface ExpectedMargin {
  readonly volume: Lots
  readonly buy: Money
  readonly sell: Money
}

/** A rate between two currencies, from the bids of the symbols between them. */
export interface Conversion {
  readonly chain: ConversionChain
  /** One unit of `chain.from` in `chain.to`. */
  readonly rate: number
  /** Market time. */
  readonly at: UnixMs
}

/** What a position would bring now, by the server's own reckoning. */
export interface PositionProfit {
  readonly positionId: PositionId
  readonly gross: Money
  /** With swap and the commission of the opening side; without the commission that closing would cost. */
  readonly net: Money
}

/** What an account is worth now, reckoned from the server's profits and margins. */
export interface AccountEquity {
  readonly balance: Money
  /** Balance and the net profit of every open position. */
  readonly equity: Money
  /** What the open positions bind. */
  readonly margin: Money
  readonly freeMargin: Money
  /** Equity in percent of the margin; absent without margin. */
  readonly marginLevelPercent?: number
}
