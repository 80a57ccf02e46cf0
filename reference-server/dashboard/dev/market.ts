import type { ChartBar, PositionRow, TradeRow } from '../src/contract.ts'

const MINUTE_MS = 60_000
const BALANCE_MINOR = 1_000_000

/** A seeded source of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Minute candles that wander around 4,070. */
export function makeBars(count: number, endAt: number, random: () => number): ChartBar[] {
  const bars: ChartBar[] = []
  let price = 4066
  let drift = 0
  for (let index = 0; index < count; index++) {
    drift = drift * 0.92 + (random() - 0.5) * 0.9
    const open = price
    const close = open + drift + (random() - 0.5) * 1.6 - (open - 4070) * 0.006
    const high = Math.max(open, close) + random() * 1.1
    const low = Math.min(open, close) - random() * 1.1
    bars.push({
      openedAt: endAt - (count - 1 - index) * MINUTE_MS,
      open: cents(open),
      high: cents(high),
      low: cents(low),
      close: cents(close),
      tickVolume: Math.floor(40 + random() * 160),
    })
    price = close
  }
  return bars
}

/** Trades that fit the candles, newest first. */
export function makeTrades(bars: readonly ChartBar[], count: number, random: () => number): TradeRow[] {
  const trades: TradeRow[] = []
  const every = Math.floor((bars.length - 24) / count)
  let balance = BALANCE_MINOR
  for (let index = 0; index < count; index++) {
    const at = 10 + index * every
    const from = bars[at]
    const to = bars[at + 2 + Math.floor(random() * Math.max(1, every - 4))]
    if (from === undefined || to === undefined) continue
    const side = random() < 0.5 ? 'buy' : 'sell'
    const gross = Math.round((to.close - from.close) * (side === 'buy' ? 1 : -1) * 0.1 * 100 * 100)
    const costs = -70
    balance += gross + costs
    trades.unshift(tradeOf(index, side, from, to, gross, costs, balance))
  }
  return trades
}

function tradeOf(
  index: number,
  side: 'buy' | 'sell',
  from: ChartBar,
  to: ChartBar,
  gross: number,
  costs: number,
  balance: number,
): TradeRow {
  const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })
  const direction = side === 'buy' ? 1 : -1
  return {
    botId: 'S03',
    accountType: 'demo',
    sessionId: 's7',
    environmentId: 1,
    dealId: 2000 + index,
    positionId: 900 + index,
    symbol: 'XAUUSD',
    side,
    volume: 0.1,
    entryPrice: from.close,
    exitPrice: to.close,
    stopLoss: cents(from.close - 4 * direction),
    takeProfit: cents(from.close + 6 * direction),
    openedAt: from.openedAt + 20_000,
    closedAt: to.openedAt + 35_000,
    exitReason: index % 5 === 4 ? 'strategy' : gross > 0 ? 'take-profit' : 'stop-loss',
    gross: usd(gross),
    commission: usd(costs),
    swap: usd(0),
    conversionFee: usd(0),
    net: usd(gross + costs),
    balance: usd(balance),
    paramsVersion: 3,
    recordedAt: Date.now() - (40 - index) * 12_000,
  }
}

/** A long that was opened a few candles ago. */
export function makePosition(bars: readonly ChartBar[]): PositionRow {
  const bar = bars.at(-9)
  const price = bar?.close ?? 4070
  return {
    positionId: 961,
    symbol: 'XAUUSD',
    side: 'buy',
    volume: 0.1,
    entryPrice: price,
    openedAt: (bar?.openedAt ?? 0) + 12_000,
    stopLoss: cents(price - 5),
    takeProfit: cents(price + 7.6),
    confirmedAt: Date.now(),
  }
}

/** Rounded to the two digits of the symbol. */
export function cents(price: number): number {
  return Math.round(price * 100) / 100
}
