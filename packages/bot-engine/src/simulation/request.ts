import { type Instrument, lotsToCents, pipsToPoints, priceToPoints } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Command } from '../ports/broker.ts'
import type { ExchangeRequest } from './exchange-types.ts'

type MarketRequest = Extract<ExchangeRequest, { type: 'market' }>

/**
 * Says a command in the words of the exchange, exactly as it arrives over the wire.
 *
 * @throws {@link EngineError} `invalid-options` for pending orders and cancels, which are later work
 */
export function toExchangeRequest(command: Command, instrument: Instrument): ExchangeRequest {
  switch (command.type) {
    case 'place': {
      const { request } = command
      if (request.type !== 'market') throw notBuilt(`${request.type} orders`)
      const { stopLoss, takeProfit, label } = request
      // Assigned, not spread: see execution-event.ts.
      const market: { -readonly [K in keyof MarketRequest]: MarketRequest[K] } = {
        type: 'market',
        symbolId: request.symbolId,
        side: request.side,
        volumeCents: lotsToCents(instrument, request.volume),
        clientOrderId: request.clientOrderId,
        comment: request.clientOrderId,
      }
      if (stopLoss !== undefined) market.stopDistancePoints = pipsToPoints(instrument, stopLoss.pips)
      if (takeProfit !== undefined) market.targetDistancePoints = pipsToPoints(instrument, takeProfit.pips)
      if (label !== undefined) market.label = label
      return market
    }
    case 'close':
      if (command.volume === undefined) throw notBuilt('closes without a volume')
      return {
        type: 'close',
        positionId: command.positionId,
        volumeCents: lotsToCents(instrument, command.volume),
      }
    case 'set-protection': {
      const { stopLoss, takeProfit } = command.protection
      return {
        type: 'amend-protection',
        positionId: command.positionId,
        ...(stopLoss !== undefined && { stopPoints: priceToPoints(stopLoss) }),
        ...(takeProfit !== undefined && { targetPoints: priceToPoints(takeProfit) }),
      }
    }
    case 'cancel':
      throw notBuilt('cancels')
  }
}

function notBuilt(what: string): EngineError {
  return new EngineError('invalid-options', `The simulated venue takes no ${what} yet. Use market orders.`)
}
