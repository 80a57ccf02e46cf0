import { type ExchangePosition, grossMinor } from '@openclaw-trading/bot-engine/simulation'
import { encodeOrder, encodePosition } from '../encode/execution.ts'
import { encodeTrader } from '../encode/trader.ts'
import { accountFrame, type Venue } from '../venue.ts'
import { answer, type Handler } from './call.ts'

/** TraderReq. */
export const trader: Handler<2121> = call => {
  const { deals, exchange, facts } = call.venue
  const { account, assets, ctidTraderAccountId, registeredAt } = facts
  const depositAssetId = assets.find(asset => asset.name === account.currency)?.assetId ?? 0
  const { balanceMinor } = exchange
  const { balanceVersion } = deals
  answer(call, 2122, {
    ctidTraderAccountId,
    trader: encodeTrader({
      ctidTraderAccountId,
      account,
      accessRights: exchange.accessRights,
      balanceMinor,
      balanceVersion,
      depositAssetId,
      registeredAt,
    }),
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

/** GetPositionUnrealizedPnLReq; net leaves out the commission that closing would cost. */
export const unrealizedPnL: Handler<2187> = call => {
  const { exchange, facts } = call.venue
  answer(call, 2188, {
    ctidTraderAccountId: facts.ctidTraderAccountId,
    positionUnrealizedPnL: exchange.positions.map(position => {
      const gross = openGross(call.venue, position)
      return {
        positionId: position.id,
        grossUnrealizedPnL: gross,
        netUnrealizedPnL: gross + position.swapMinor + position.commissionMinor,
      }
    }),
    moneyDigits: facts.account.digits,
  })
}

function openGross(venue: Venue, position: ExchangePosition): number {
  const quote = venue.quoteOf(position.symbolId)
  if (quote === undefined) return 0
  const exit = position.side === 'buy' ? quote.bid : quote.ask
  return grossMinor(
    position.side,
    position.entryPoints,
    exit,
    position.volumeCents,
    venue.facts.account.digits,
  )
}
