import type { BalanceChange, MarginCallState } from '@openclaw-trading/bot-engine/simulation'
import {
  ProtoOAChangeBalanceType,
  type ProtoOADepositWithdraw,
  type ProtoOAExecutionEvent,
  ProtoOAExecutionType,
  type ProtoOAMarginCall,
  type ProtoOAMarginChangedEvent,
  ProtoOANotificationType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { VenueEvent } from '../venue-events.ts'
import { type AccountFrame, encodePosition } from './execution.ts'

/** Encodes a charged swap: the position with its new swap, without order and deal. @see ProtoOAExecutionEvent */
export function encodeSwapCharge(
  { position, server }: Extract<VenueEvent, { type: 'swap-charged' }>,
  account: AccountFrame,
): ProtoOAExecutionEvent {
  return {
    ctidTraderAccountId: account.ctidTraderAccountId,
    executionType: ProtoOAExecutionType.SWAP,
    position: encodePosition(position, account),
    isServerEvent: server,
  }
}

/** Encodes a deposit or withdrawal as it happens. @see ProtoOAExecutionEvent */
export function encodeBalanceChange(change: BalanceChange, account: AccountFrame): ProtoOAExecutionEvent {
  return {
    ctidTraderAccountId: account.ctidTraderAccountId,
    executionType: ProtoOAExecutionType.DEPOSIT_WITHDRAW,
    depositWithdraw: encodeDepositWithdraw(change, account),
    isServerEvent: true,
  }
}

/** Encodes a deposit or withdrawal. @see ProtoOADepositWithdraw */
export function encodeDepositWithdraw(
  change: BalanceChange,
  { moneyDigits }: AccountFrame,
): ProtoOADepositWithdraw {
  return {
    operationType:
      change.deltaMinor < 0
        ? ProtoOAChangeBalanceType.BALANCE_WITHDRAW
        : ProtoOAChangeBalanceType.BALANCE_DEPOSIT,
    balanceHistoryId: change.id,
    balance: change.balanceMinor,
    delta: change.deltaMinor,
    changeBalanceTimestamp: change.at,
    ...(change.note === undefined ? {} : { externalNote: change.note }),
    balanceVersion: change.balanceVersion,
    equity: change.equityMinor,
    moneyDigits,
  }
}

/** Encodes a threshold of the margin level, in percent. @param index - from 0 @see ProtoOAMarginCall */
export function encodeMarginCall(
  index: number,
  { percent, updatedAt }: Pick<MarginCallState, 'percent' | 'updatedAt'>,
): ProtoOAMarginCall {
  return {
    marginCallType: ProtoOANotificationType.MARGIN_LEVEL_THRESHOLD_1 + index,
    marginLevelThreshold: percent,
    utcLastUpdateTimestamp: updatedAt,
  }
}

/** Encodes the new margin of a position. @see ProtoOAMarginChangedEvent */
export function encodeMarginChange(
  { position }: Extract<VenueEvent, { type: 'margin-changed' }>,
  { ctidTraderAccountId, moneyDigits }: AccountFrame,
): ProtoOAMarginChangedEvent {
  const { id, usedMarginMinor = 0 } = position
  return { ctidTraderAccountId, positionId: id, usedMargin: usedMarginMinor, moneyDigits }
}
