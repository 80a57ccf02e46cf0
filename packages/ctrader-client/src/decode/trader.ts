import type { Money } from '@openclaw-trading/trading-model'
import { ProtoOAAccountType, type ProtoOATrader } from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { required } from './presence.ts'

/** How positions of one symbol live together. */
export type AccountMode = 'hedged' | 'netted' | 'spread-betting'

/** Account as the server states it. */
export interface TraderState {
  readonly balance: Money
  /** 100 = 1:100; 0 when the server does not say. */
  readonly leverage: number
  readonly mode: AccountMode
}

const MODES: Readonly<Record<number, AccountMode>> = {
  [ProtoOAAccountType.HEDGED]: 'hedged',
  [ProtoOAAccountType.NETTED]: 'netted',
  [ProtoOAAccountType.SPREAD_BETTING]: 'spread-betting',
}

/** Decodes the account. @see ProtoOATrader @throws {@link CTraderError} `protocol-violation` */
export function decodeTrader(trader: ProtoOATrader, currency: string): TraderState {
  return {
    balance: decodeMoney(required(trader.balance, 'trader.balance'), trader.moneyDigits, currency),
    leverage: (trader.leverageInCents ?? 0) / 100,
    mode: MODES[trader.accountType ?? ProtoOAAccountType.HEDGED] ?? 'hedged',
  }
}
