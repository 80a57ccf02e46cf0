import { encodeOrder, encodePosition } from '../encode/execution.ts'
import { encodeTrader } from '../encode/trader.ts'
import { accountFrame } from '../venue.ts'
import { answer, type Handler } from './call.ts'

/** TraderReq. */
export const trader: Handler<2121> = call => {
  const { deals, exchange, facts } = call.venue
  const { ctidTraderAccountId } = facts
  const { balanceMinor } = exchange
  const { balanceVersion } = deals
  answer(call, 2122, {
    ctidTraderAccountId,
    trader: encodeTrader({ facts, balanceMinor, balanceVersion, accessRights: exchange.accessRights }),
  })
}

/** ReconcileReq: open positions and pending orders; protective orders when asked for. */
export const reconcile: Handler<2124> = call => {
  const { exchange, facts } = call.venue
  const frame = accountFrame(facts)
  answer(call, 2125, {
    ctidTraderAccountId: facts.ctidTraderAccountId,
    position: exchange.positions.map(position => encodePosition(position, frame)),
    order: [
      ...exchange.pendingOrders,
      ...(call.message.returnProtectionOrders === true ? exchange.protectionOrders : []),
    ].map(encodeOrder),
  })
}

/** GetPositionUnrealizedPnLReq, in the deposit currency; net leaves out the commission that closing would cost. */
export const unrealizedPnL: Handler<2187> = call => {
  const { exchange, facts } = call.venue
  answer(call, 2188, {
    ctidTraderAccountId: facts.ctidTraderAccountId,
    positionUnrealizedPnL: exchange.positions.map(position => {
      const gross = exchange.money.grossMinor(position)
      return {
        positionId: position.id,
        grossUnrealizedPnL: gross,
        netUnrealizedPnL: gross + position.swapMinor + position.commissionMinor,
      }
    }),
    moneyDigits: facts.account.digits,
  })
}
