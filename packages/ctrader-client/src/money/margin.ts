import { accountMargin, type MarginMethod, type Money, money } from '@openclaw-trading/trading-model'
import type { ProtoOAPosition } from '../protocol/generated/messages.js'
import { ProtoOATradeSide } from '../protocol/generated/messages.js'
import { DEFAULT_MONEY_DIGITS } from '../protocol/units/money-digits.ts'

/** What open positions bind, by the account's method and each position's own margin as the server states it. */
export function marginOf(positions: readonly ProtoOAPosition[], method: MarginMethod, like: Money): Money {
  const sides = new Map<number, { longMinor: number; shortMinor: number }>()
  for (const { tradeData, usedMargin = 0, moneyDigits = DEFAULT_MONEY_DIGITS } of positions) {
    if (!(tradeData.volume > 0)) continue
    const side = sides.get(tradeData.symbolId) ?? { longMinor: 0, shortMinor: 0 }
    const minor = Math.round(usedMargin * 10 ** (like.digits - moneyDigits))
    if (tradeData.tradeSide === ProtoOATradeSide.BUY) side.longMinor += minor
    else side.shortMinor += minor
    sides.set(tradeData.symbolId, side)
  }
  return money(accountMargin(method, sides.values()), like.digits, like.currency)
}
