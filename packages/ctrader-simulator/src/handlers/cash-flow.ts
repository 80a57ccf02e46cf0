import { encodeDepositWithdraw } from '../encode/account-events.ts'
import { accountFrame } from '../venue.ts'
import { answer, type Handler, refuse } from './call.ts'

/** Widest span of one list: a week. */
export const MAX_CASH_FLOW_SPAN_MS = 604_800_000

/** Most rows of one list, which cannot say that there are more: the newest. */
export const MAX_CASH_FLOW_ROWS = 500

/** CashFlowHistoryListReq: deposits and withdrawals in [from, to], newest first. */
export const cashFlow: Handler<2143> = call => {
  const { message, venue } = call
  const { fromTimestamp: from, toTimestamp: to } = message
  if (from < 0 || to < from || to - from > MAX_CASH_FLOW_SPAN_MS)
    return refuse(call, {
      errorCode: 'INCORRECT_BOUNDARIES',
      description: `Incorrect boundaries: from ${from}, to ${to}`,
    })
  const frame = accountFrame(venue.facts)
  const depositWithdraw = venue.exchange.money.balanceChanges
    .filter(({ at }) => at >= from && at <= to)
    .slice(-MAX_CASH_FLOW_ROWS)
    .map(change => encodeDepositWithdraw(change, frame))
    .reverse()
  answer(call, 2144, { ctidTraderAccountId: frame.ctidTraderAccountId, depositWithdraw })
}
