import { type Money, money } from '@openclaw-trading/trading-model'

/** Digits of an amount whose message does not state them. */
export const DEFAULT_MONEY_DIGITS = 2

/** Decodes an integer amount; `moneyDigits` comes with each message and means 2 when it is absent. */
export function decodeMoney(
  minor: number | undefined,
  moneyDigits: number | undefined,
  currency: string,
): Money {
  return money(minor ?? 0, moneyDigits ?? DEFAULT_MONEY_DIGITS, currency)
}
