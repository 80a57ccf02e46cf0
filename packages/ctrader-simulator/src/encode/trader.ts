import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOATotalMarginCalculationType,
  type ProtoOATrader,
} from '@openclaw-trading/ctrader-client/protocol'
import type { AccessRights } from '@openclaw-trading/bot-engine/simulation'
import type { VenueAccount } from '@openclaw-trading/bot-engine/data'

/** What {@link encodeTrader} needs. */
export interface TraderFacts {
  readonly ctidTraderAccountId: number
  readonly account: VenueAccount
  /** As they are now. */
  readonly accessRights: AccessRights
  readonly balanceMinor: number
  /** Closing deals so far. */
  readonly balanceVersion: number
  readonly depositAssetId: number
  /** Milliseconds of market time. */
  readonly registeredAt: number
}

const ACCESS_RIGHTS: Readonly<Record<AccessRights, number>> = {
  'full-access': ProtoOAAccessRights.FULL_ACCESS,
  'close-only': ProtoOAAccessRights.CLOSE_ONLY,
  'no-trading': ProtoOAAccessRights.NO_TRADING,
  'no-login': ProtoOAAccessRights.NO_LOGIN,
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
    accessRights: ACCESS_RIGHTS[facts.accessRights],
    depositAssetId: facts.depositAssetId,
    swapFree: false,
    leverageInCents: facts.account.leverage * 100,
    totalMarginCalculationType: ProtoOATotalMarginCalculationType.SUM,
    maxLeverage: facts.account.leverage * 100,
    traderLogin: traderLoginOf(facts.ctidTraderAccountId),
    accountType: facts.account.hedged ? ProtoOAAccountType.HEDGED : ProtoOAAccountType.NETTED,
    brokerName: 'openclaw-simulator',
    registrationTimestamp: facts.registeredAt,
    isLimitedRisk: facts.account.limitedRisk ?? false,
    moneyDigits: facts.account.digits,
  }
}
