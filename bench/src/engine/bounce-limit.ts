import { benchBars, report } from './bars-data.ts'

// A minimal event-driven engine with stop and target: one object and one callback a bar, entries at the next open, exits
// at their level, spread and commission, equity kept. Bands and ATR by running sums. No margin, no parameters, no report.

interface Bar {
  readonly at: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

const SPREAD = 0.25
const COMMISSION = 0.35
const UNITS = 10
const PERIOD = 20
const ATR_PERIOD = 14

const ring = new Float64Array(PERIOD)
let sum = 0
let squares = 0
let seen = 0
let atr = 0
let last = 0
let outside = 0
/** Decided at a close, filled at the next open: side, and half of the distances' sum in ATR. */
let wanted = 0
let width = 0
let position = 0
let entry = 0
let stop = 0
let target = 0
let balance = 10_000
let trades = 0
const equity: number[] = []

function exit(price: number): void {
  balance += position * UNITS * (price - entry) - COMMISSION
  position = 0
  trades++
}

function trade({ open, high, low }: Bar): void {
  if (wanted !== 0) {
    position = wanted
    wanted = 0
    entry = open + (position > 0 ? SPREAD : 0)
    stop = entry - position * 2 * width
    target = entry + position * 3 * width
    balance -= COMMISSION
  }
  if (position > 0) {
    if (low <= stop) exit(Math.min(stop, open))
    else if (high >= target) exit(target)
  } else if (position < 0) {
    if (high + SPREAD >= stop) exit(Math.max(stop, open + SPREAD))
    else if (low + SPREAD <= target) exit(target)
  }
}

function onBar(bar: Bar): void {
  if (wanted !== 0 || position !== 0) trade(bar)
  const { high, low, close } = bar
  equity.push(balance + position * UNITS * (close - entry))
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
  wanted = -from
  width = atr
}

const bars = benchBars(Number(process.argv[2]))
const startedAt = process.hrtime.bigint()
for (let i = 0; i < bars.length; i++)
  onBar({
    at: bars.openedAt[i] ?? 0,
    open: (bars.open[i] ?? 0) / 1e5,
    high: (bars.high[i] ?? 0) / 1e5,
    low: (bars.low[i] ?? 0) / 1e5,
    close: (bars.close[i] ?? 0) / 1e5,
  })
report(bars.length, startedAt, trades)
