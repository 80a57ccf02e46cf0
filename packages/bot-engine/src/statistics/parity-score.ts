import { checkNumbers } from './sample.ts'

/** How far a session agrees with a replay of it. */
export interface ParityScore {
  /** Mean over the trades, 0 to 1; `undefined` where there was none to compare. */
  readonly score: number | undefined
  /** Closings compared: pairs, missing and extra ones. */
  readonly trades: number
}

/** In how far the two trades of a pair agree, each a share from 0 to 1. */
export interface TradeAgreement {
  /** 1 − distance of the fills ÷ distance to the stop. */
  readonly price: number
  /** Time that both were open ÷ time that either was. */
  readonly time: number
  /** Smaller volume ÷ larger one. */
  readonly size: number
  /** 1 − difference of the costs ÷ money at risk. */
  readonly cost: number
}

/** The score of a trade that one side alone has. */
export const LONELY_TRADE = 0

/** The score of a pair, 0 to 1: the product of the shares, so that it is 1 only where all of them are. */
export function tradeScore({ price, time, size, cost }: TradeAgreement): number {
  return price * time * size * cost
}

/** The mean over trades. @throws {@link EngineError} `data-invalid` for a score that is no number */
export function parityScore(scores: readonly number[]): ParityScore {
  checkNumbers('scores', scores)
  const trades = scores.length
  const sum = scores.reduce((total, score) => total + score, 0)
  return { score: trades === 0 ? undefined : sum / trades, trades }
}
