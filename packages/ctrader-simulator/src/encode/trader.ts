import {
  ProtoOAAccessRights,
  ProtoOAAccountType,
  ProtoOAStopOutStrategy,
  ProtoOATotalMarginCalculationType,
  type ProtoOATrader,
} from '@openclaw-trading/ctrader-client/protocol'
import type { AccessRights } from '@openclaw-trading/bot-engine/simulation'
import type { VenueAccount } from '@openclaw-trading/bot-engine/data'
import type { MarginMethod } from '@openclaw-trading/trading-model'
import type { VenueFacts } from '../venue.ts'

/** What {@link encodeTrader} needs. */
export interface TraderFacts {
  readonly facts: VenueFacts
  /** As they are now. Default: as the account began. */
  readonly accessRights?: AccessRights
  readonly balanceMinor: number
  /** Changes of the balance so far. */
  readonly balanceVersion: number
}

const MARGIN_METHODS: Readonly<Record<MarginMethod, number>> = {
  max: ProtoOATotalMarginCalculationType.MAX,
  sum: ProtoOATotalMarginCalculationType.SUM,
  net: ProtoOATotalMarginCalculationType.NET,
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
export function encodeTrader({
  facts,
  balanceMinor,
  balanceVersion,
  accessRights,
}: TraderFacts): ProtoOATrader {
  const { account, assets, ctidTraderAccountId, registeredAt } = facts
  const leverageInCents = Math.round(account.leverage * 100)
  return {
    ctidTraderAccountId,
    balance: balanceMinor,
    ...(balanceVersion === 0 ? {} : { balanceVersion }),
    accessRights: ACCESS_RIGHTS[accessRights ?? account.accessRights ?? 'full-access'],
    depositAssetId: assets.find(asset => asset.name === account.currency)?.assetId ?? 0,
    swapFree: account.swapFree ?? false,
    leverageInCents,
    totalMarginCalculationType: MARGIN_METHODS[account.marginMethod ?? 'sum'],
    maxLeverage: leverageInCents,
    traderLogin: traderLoginOf(ctidTraderAccountId),
    accountType: account.hedged ? ProtoOAAccountType.HEDGED : ProtoOAAccountType.NETTED,
    brokerName: 'openclaw-simulator',
    registrationTimestamp: registeredAt,
    isLimitedRisk: account.limitedRisk ?? false,
    moneyDigits: account.digits,
    ...encodeStopOut(account.stopOut),
  }
}

/** The level itself is not on the wire; an account without stop-out states nothing. */
function encodeStopOut(
  stopOut: VenueAccount['stopOut'],
): Pick<ProtoOATrader, 'fairStopOut' | 'stopOutStrategy'> {
  if (stopOut === undefined) return {}
  return {
    fairStopOut: stopOut.closes === 'whole',
    stopOutStrategy:
      stopOut.first === 'most-margin'
        ? ProtoOAStopOutStrategy.MOST_MARGIN_USED_FIRST
        : ProtoOAStopOutStrategy.MOST_LOSING_FIRST,
  }
}
