import { benchBars, report, startRun } from './bars-data.ts'

// A minimal event-driven engine with stop and target: one object and one callback a bar, orders as objects, entries at
// the next open, exits at their level, spread and commission, a record of each fill and each trade, equity kept for each
// bar. Bands and ATR by running sums. No margin, no parameters, no report.

interface Bar {
  readonly at: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

interface Order {
  readonly id: number
  /** 1 buys, −1 sells. */
  readonly side: number
  readonly stop: number
  readonly target: number
  readonly decidedAt: number
}

interface Fill {
  readonly orderId: number
  readonly at: number
  readonly price: number
  readonly commission: number
}

interface Trade {
  readonly side: number
  readonly entry: Fill
  readonly exit: Fill
  readonly gross: number
  readonly net: number
  readonly balance: number
}

const SPREAD = 0.25
const COMMISSION = 0.35
const UNITS = 10
const PERIOD = 20
const ATR_PERIOD = 14
/** Levels are prices of two digits: without rounding the dust of a sum would decide whether one is reached. */
const cents = (price: number): number => Math.round(price * 100) / 100

const fills: Fill[] = []
const trades: Trade[] = []
const equity: number[] = []
let waiting: Order | undefined
let orders = 0
let position = 0
let entry: Fill | undefined
let stop = 0
let target = 0
let balance = 100_000_000

function fill(at: number, price: number): Fill {
  const made = { orderId: orders, at, price, commission: -COMMISSION }
  fills.push(made)
  return made
}

function exit(opened: Fill, at: number, price: number): void {
  const closed = fill(at, price)
  const gross = position * UNITS * (price - opened.price)
  const net = gross + opened.commission + closed.commission
  balance += net
  trades.push({ side: position, entry: opened, exit: closed, gross, net, balance })
  position = 0
  entry = undefined
}

function trade({ at, open, high, low }: Bar): void {
  if (waiting !== undefined) {
    position = waiting.side
    entry = fill(at, open + (position > 0 ? SPREAD : 0))
    stop = cents(entry.price - position * waiting.stop)
    target = cents(entry.price + position * waiting.target)
    waiting = undefined
  }
  if (entry === undefined) return
  if (position > 0) {
    if (low <= stop) exit(entry, at, Math.min(stop, open))
    else if (high >= target) exit(entry, at, Math.max(target, open))
  } else if (cents(high + SPREAD) >= stop) exit(entry, at, Math.max(stop, open + SPREAD))
  else if (cents(low + SPREAD) <= target) exit(entry, at, Math.min(target, open + SPREAD))
}

const ring = new Float64Array(PERIOD)
let sum = 0
let squares = 0
let seen = 0
let atr = 0
let last = 0
let outside = 0

function strategy({ at, high, low, close }: Bar): void {
  const slot = seen % PERIOD
  const old = ring[slot] ?? 0
  ring[slot] = close
  sum += close - old
  squares += close * close - old * old
  const range = seen === 0 ? high - low : Math.max(high, last) - Math.min(low, last)
  atr += (range - atr) / Math.min(seen + 1, ATR_PERIOD)
  last = close
  seen++
  if (seen < PERIOD) return
  const middle = sum / PERIOD
  const band = 2 * Math.sqrt(Math.max(0, squares / PERIOD - middle * middle))
  const from = outside
  outside = close < middle - band ? -1 : close > middle + band ? 1 : 0
  if (from === 0 || outside !== 0 || position !== 0) return
  const tenths = Math.max(1, Math.round(atr * 10))
  waiting = { id: ++orders, side: -from, stop: tenths / 5, target: (tenths * 3) / 10, decidedAt: at }
}

function onBar(bar: Bar): void {
  if (waiting !== undefined || position !== 0) trade(bar)
  equity.push(balance + (entry === undefined ? 0 : position * UNITS * (bar.close - entry.price)))
  strategy(bar)
}

const bars = benchBars(Number(process.argv[2]))
const start = startRun()
for (let i = 0; i < bars.length; i++)
  onBar({
    at: bars.openedAt[i] ?? 0,
    open: (bars.open[i] ?? 0) / 1e5,
    high: (bars.high[i] ?? 0) / 1e5,
    low: (bars.low[i] ?? 0) / 1e5,
    close: (bars.close[i] ?? 0) / 1e5,
  })
report(bars.length, start, trades.length, trades.length)
