import type { Broker } from '@openclaw-trading/bot-engine'
import {
  type Bar,
  type ExecutionEvent,
  type MarketEvent,
  money,
  pointsToPrice,
  type Position,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'

/** Faults of a bot that reads the stream wrongly; each must make it part from its backtest. */
export const BOT_FAULTS = [
  /** A clock half a second ahead of the market's ends bars: quotes before a minute's end count to the next. */
  'bar-by-wall-clock',
  /** Prices are kept as doubles and cut off, not rounded to whole points. */
  'doubles',
  /** The opening commission is left out of equity, which entries are sized from. */
  'sizing-before-commission',
  /** The bar in the making is taken for a closed one. */
  'forming-as-closed',
] as const

export type BotFault = (typeof BOT_FAULTS)[number]

/** Bars from before the data, as a broker with a past would have given them. */
export interface Past {
  readonly closed: readonly Bar[]
  readonly forming: Bar
}

/** A broker whose replay has a past, and whose stream is read with a fault; without one as it is. */
export function plantedBroker(inner: Broker, past: Past | undefined, fault?: BotFault): Broker {
  return {
    ended: inner.ended,
    instrument: (name, options) => inner.instrument(name, options),
    snapshot: options => inner.snapshot(options),
    async history(symbol, timeframe, count, options) {
      if (past === undefined) return inner.history(symbol, timeframe, count, options)
      if (fault === 'forming-as-closed') return { closed: [...past.closed, past.forming].slice(-count) }
      return { closed: past.closed.slice(-count), forming: past.forming }
    },
    start: (feeds, onEvent, options) => inner.start(feeds, event => onEvent(misread(event, fault)), options),
    decide: () => inner.decide(),
    submit: (command, options) => inner.submit(command, options),
    close: () => inner.close(),
  }
}

const MINUTE_MS = 60_000
const AHEAD_MS = 500

function misread(event: MarketEvent | ExecutionEvent, fault: BotFault | undefined): typeof event {
  if (event.type === 'quote') {
    if (fault === 'bar-by-wall-clock') {
      const minute = event.at + AHEAD_MS - ((event.at + AHEAD_MS) % MINUTE_MS)
      return minute > event.at ? { ...event, at: minute as UnixMs } : event
    }
    return fault === 'doubles' ? { ...event, bid: cut(event.bid), ask: cut(event.ask) } : event
  }
  if (fault !== 'sizing-before-commission') return event
  if (event.type !== 'order-filled' && event.type !== 'position-updated') return event
  return { ...event, position: withoutCommission(event.position) }
}

function cut(price: Price): Price {
  return pointsToPrice(Math.floor(price * 100_000))
}

function withoutCommission(position: Position): Position {
  const { digits, currency } = position.commission
  return { ...position, commission: money(0, digits, currency) }
}
