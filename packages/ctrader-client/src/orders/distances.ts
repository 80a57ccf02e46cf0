import {
  type Distance,
  type Instrument,
  pipDistance,
  type Pips,
  type Price,
  type Protection,
  type Quote,
  type Side,
} from '@openclaw-trading/trading-model'
import { invalid } from '../encode/invalid.ts'

type Rules = Pick<Instrument, 'digits' | 'pipPosition'>

/**
 * Makes distances of levels that are prices, as market orders need them: from the price at which the order would fill
 * now, the ask for a buy and the bid for a sell.
 *
 * The fill may be elsewhere, and the levels move with it: where a level must hold, set it once more after the fill.
 *
 * @throws {@link CTraderError} `invalid-argument` for a level on the wrong side of the market
 */
export function toDistances(
  instrument: Rules,
  side: Side,
  quote: Pick<Quote, 'bid' | 'ask'>,
  protection: Protection,
): Protection<Distance> {
  const { stopLoss, takeProfit, ...rest } = protection
  const from = side === 'buy' ? quote.ask : quote.bid
  const distance = (level: Price | Distance, path: string, up: boolean): Distance => {
    if (typeof level === 'object') return level
    const pips = pipDistance(instrument, from, level)
    const away = (up ? pips : -pips) as Pips
    if (away > 0) return { pips: away }
    throw invalid(path, level, `a price ${up ? 'above' : 'below'} ${from}, where this order would fill now`)
  }
  return {
    ...rest,
    ...(stopLoss === undefined ? {} : { stopLoss: distance(stopLoss, 'stopLoss', side === 'sell') }),
    ...(takeProfit === undefined ? {} : { takeProfit: distance(takeProfit, 'takeProfit', side === 'buy') }),
  }
}
