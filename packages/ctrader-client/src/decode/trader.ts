import { type MarginMethod, type Money, type UnixMs, unixMs } from '@openclaw-trading/trading-model'
import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  type ProtoOAMarginCall,
  ProtoOAStopOutStrategy,
  ProtoOATotalMarginCalculationType,
  type ProtoOATrader,
} from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { required } from './presence.ts'

/** How positions of one symbol live together. */
export type AccountMode = 'hedged' | 'netted' | 'spread-betting'

/** What the account may do; `unknown` for a word of a later protocol. */
export type AccessRights = 'full-access' | 'close-only' | 'no-trading' | 'no-login' | 'unknown'

/** Account as the server states it. */
export interface TraderState {
  readonly balance: Money
  /** 100 = 1:100; 0 when the server does not say. */
  readonly leverage: number
  readonly mode: AccountMode
  readonly marginMode: MarginMethod
  readonly rights: AccessRights
  /** Every position must have a guaranteed stop. */
  readonly limitedRisk: boolean
  /** Pays a rollover commission instead of swap. */
  readonly swapFree: boolean
  /** What the stop-out closes first; absent when the broker decides. */
  readonly stopOut?: 'most-margin-first' | 'most-losing-first'
  /** The stop-out closes whole positions; absent when the broker decides. */
  readonly fairStopOut?: boolean
  /** The number that people see; absent when the server does not say. */
  readonly login?: number
  /** Absent when the server does not say. */
  readonly broker?: string
  /** Absent when the server does not say. */
  readonly registeredAt?: UnixMs
}

/** A margin level at which the broker warns. */
export interface MarginCall {
  /** 1 to 3. */
  readonly number: number
  /** Equity in percent of the margin; 100 = 100 %. */
  readonly thresholdPercent: number
  /** Last change of the threshold; absent when the server does not say. */
  readonly updatedAt?: UnixMs
}

const MODES: Readonly<Record<number, AccountMode>> = {
  [ProtoOAAccountType.HEDGED]: 'hedged',
  [ProtoOAAccountType.NETTED]: 'netted',
  [ProtoOAAccountType.SPREAD_BETTING]: 'spread-betting',
}
const MARGIN_MODES: Readonly<Record<number, MarginMethod>> = {
  [ProtoOATotalMarginCalculationType.MAX]: 'max',
  [ProtoOATotalMarginCalculationType.SUM]: 'sum',
  [ProtoOATotalMarginCalculationType.NET]: 'net',
}
const RIGHTS: Readonly<Record<number, AccessRights>> = {
  [ProtoOAAccessRights.FULL_ACCESS]: 'full-access',
  [ProtoOAAccessRights.CLOSE_ONLY]: 'close-only',
  [ProtoOAAccessRights.NO_TRADING]: 'no-trading',
  [ProtoOAAccessRights.NO_LOGIN]: 'no-login',
}
const STOP_OUT: Readonly<Record<number, NonNullable<TraderState['stopOut']>>> = {
  [ProtoOAStopOutStrategy.MOST_MARGIN_USED_FIRST]: 'most-margin-first',
  [ProtoOAStopOutStrategy.MOST_LOSING_FIRST]: 'most-losing-first',
}
/** Number of the first notification type. */
const FIRST_MARGIN_CALL = 61

/** Decodes the account. @see ProtoOATrader @throws {@link CTraderError} `protocol-violation` */
export function decodeTrader(trader: ProtoOATrader, currency: string): TraderState {
  const { traderLogin, brokerName, registrationTimestamp, fairStopOut } = trader
  const stopOut = STOP_OUT[trader.stopOutStrategy ?? -1]
  return {
    balance: decodeMoney(required(trader.balance, 'trader.balance'), trader.moneyDigits, currency),
    leverage: (trader.leverageInCents ?? 0) / 100,
    mode: MODES[trader.accountType ?? ProtoOAAccountType.HEDGED] ?? 'hedged',
    marginMode: MARGIN_MODES[trader.totalMarginCalculationType ?? 0] ?? 'max',
    rights: RIGHTS[trader.accessRights ?? ProtoOAAccessRights.FULL_ACCESS] ?? 'unknown',
    limitedRisk: trader.isLimitedRisk ?? false,
    swapFree: trader.swapFree ?? false,
    ...(stopOut === undefined ? {} : { stopOut }),
    ...(fairStopOut === undefined ? {} : { fairStopOut }),
    ...(traderLogin ? { login: traderLogin } : {}),
    ...(brokerName === undefined || brokerName === '' ? {} : { broker: brokerName }),
    ...(registrationTimestamp ? { registeredAt: unixMs(registrationTimestamp) } : {}),
  }
}

/** Decodes a margin call. @see ProtoOAMarginCall @throws {@link CTraderError} `protocol-violation` */
export function decodeMarginCall(call: ProtoOAMarginCall): MarginCall {
  return {
    number: required(call.marginCallType, 'marginCall.marginCallType') - FIRST_MARGIN_CALL + 1,
    thresholdPercent: required(call.marginLevelThreshold, 'marginCall.marginLevelThreshold'),
    ...(call.utcLastUpdateTimestamp ? { updatedAt: unixMs(call.utcLastUpdateTimestamp) } : {}),
  }
}
