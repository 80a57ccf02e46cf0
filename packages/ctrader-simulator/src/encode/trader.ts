import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOATotalMarginCalculationType,
  type ProtoOATrader,
} from '@openclaw-trading/ctrader-client/protocol'
import type { VenueAccount } from '@openclaw-trading/bot-engine/data'

/** What {@link encodeTrader} needs. */
export interface TraderFacts {
  readonly ctidTraderAccountId: number
  readonly account: VenueAccount
  readonly balanceMinor: number
  /** Closing deals so far. */
  readonly balanceVersion: number
  readonly depositAssetId: number
  /** Milliseconds of market time. */
  readonly registeredAt: number
}

/** The login that people see; different from the account's id on purpose, as it is on a real server. */
export function traderLoginOf(ctidTraderAccountId: number): number {
  return ctidTraderAccountId % 10_000_000
}

/** Encodes the account; `balanceVersion` stays unset until the balance has changed. @see ProtoOATrader */
export function encodeTrader(facts: TraderFacts): ProtoOATrader {
  return {
    ctidTraderAccountId: facts.ctidTraderAccountId,
    balance: facts.balanceMinor,
    ...(facts.balanceVersion === 0 ? {} : { balanceVersion: facts.balanceVersion }),
    accessRights: ProtoOAAccessRights.FULL_ACCESS,
    depositAssetId: facts.depositAssetId,
    swapFree: false,
    leverageInCents: facts.account.leverage * 100,
    totalMarginCalculationType: ProtoOATotalMarginCalculationType.SUM,
    maxLeverage: facts.account.leverage * 100,
    traderLogin: traderLoginOf(facts.ctidTraderAccountId),
    accountType: ProtoOAAccountType.HEDGED,
    brokerName: 'openclaw-simulator',
    registrationTimestamp: facts.registeredAt,
    isLimitedRisk: false,
    moneyDigits: facts.account.digits,
  }
}
