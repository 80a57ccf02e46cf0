import type { SymbolId } from '@openclaw-trading/trading-model'
import type { ExchangePosition } from './exchange-position.ts'
import type { MarginCallState } from './money/margin-call.ts'

/** Deposits and withdrawals that an exchange remembers; older ones are forgotten. */
export const MAX_BALANCE_CHANGES = 1000

/** A deposit, or with a negative amount a withdrawal; JSON-safe. */
export interface BalanceChange {
  readonly id: number
  readonly at: number
  readonly deltaMinor: number
  /** Of the account, after it. */
  readonly balanceMinor: number
  /** Changes of the balance up to and with this one, closing deals included. */
  readonly balanceVersion: number
  /** Of the account, after it. */
  readonly equityMinor: number
  readonly note?: string
}

/** The money of an account: what it is worth, what it holds back, and what moves it without an order. */
export interface ExchangeMoney {
  /** Balance + open gross at the prevailing quotes + open swap + opening commission, in minor units. */
  readonly equityMinor: number
  /** Held back for the open positions by the account's method, in minor units. */
  readonly marginMinor: number
  /** Changes of the balance so far: closing deals, deposits, withdrawals. */
  readonly balanceVersion: number
  readonly marginCalls: readonly MarginCallState[]
  /** Deposits and withdrawals, oldest first. */
  readonly balanceChanges: readonly BalanceChange[]
  /** Gross of an open position at the prevailing quotes in minor units of the deposit currency; 0 before a quote. */
  grossMinor(position: ExchangePosition): number
  /**
   * Margin that a market order would add, in minor units.
   *
   * @returns `undefined` for an unknown symbol or before the first quote
   */
  expectedMarginMinor(symbolId: SymbolId, side: 'buy' | 'sell', volumeCents: number): number | undefined
  /** Rate between two currencies at the prevailing quotes, for display; `undefined` without a way or a quote. */
  conversionRate(from: string, to: string): number | undefined
  /** Moves a margin call threshold; 0 turns it off. @returns whether the account has it and the percent is a level */
  setMarginCall(index: number, percent: number, at: number): boolean
  /**
   * Pays in or, with a negative amount, out, at once.
   *
   * @returns `false` when more than the free margin would be paid out: nothing has changed then
   * @throws {@link EngineError} `invalid-options`
   */
  changeBalance(deltaMinor: number, at: number, note?: string): boolean
}
