import { benchBars, report, startRun } from './bars-data.ts'

// A minimal event-driven engine: one object and one callback a bar, orders as objects, filled at the next open with
// spread and commission, a record of each fill and each trade, equity kept for each bar. No protection, no margin, no
// parameters, no report: what remains when all is taken away.

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

interface Result {
  readonly trades: readonly Trade[]
  readonly equity: readonly number[]
}

interface Engine {
  readonly position: number
  order(side: number): void
}

type OnBar = (bar: Bar, engine: Engine) => void

const SPREAD = 0.25
const COMMISSION = 0.35
const UNITS = 10

function movingAverage(period: number): (value: number) => number | undefined {
  const ring = new Float64Array(period)
  let sum = 0
  let seen = 0
  return value => {
    const slot = seen % period
    sum += value - (ring[slot] ?? 0)
    ring[slot] = value
    seen++
    return seen < period ? undefined : sum / period
  }
}

function smaCross(): OnBar {
  const fast = movingAverage(10)
  const slow = movingAverage(30)
  let above: boolean | undefined
  return (bar, engine) => {
    const f = fast(bar.close)
    const s = slow(bar.close)
    if (f === undefined || s === undefined) return
    const crossed = above !== undefined && above !== f > s
    above = f > s
    if (!crossed) return
    if (engine.position !== 0) engine.order(-engine.position)
    engine.order(above ? 1 : -1)
  }
}

class MinimalEngine implements Engine {
  readonly #onBar: OnBar
  readonly #fills: Fill[] = []
  readonly #trades: Trade[] = []
  readonly #equity: number[] = []
  #waiting: Order[] = []
  #orders = 0
  #balance = 100_000_000
  #entry: Fill | undefined
  #now = 0
  position = 0

  constructor(onBar: OnBar) {
    this.#onBar = onBar
  }

  order(side: number): void {
    this.#waiting.push({ id: ++this.#orders, side, decidedAt: this.#now })
  }

  bar(bar: Bar): void {
    if (this.#waiting.length > 0) {
      for (const order of this.#waiting) this.#fill(order, bar)
      this.#waiting = []
    }
    this.#now = bar.at
    const open = this.#entry === undefined ? 0 : this.position * UNITS * (bar.close - this.#entry.price)
    this.#equity.push(this.#balance + open)
    this.#onBar(bar, this)
  }

  result(): Result {
    return { trades: this.#trades, equity: this.#equity }
  }

  #fill({ id, side }: Order, { at, open }: Bar): void {
    const fill = { orderId: id, at, price: open + (side > 0 ? SPREAD : 0), commission: -COMMISSION }
    this.#fills.push(fill)
    const entry = this.#entry
    this.position += side
    if (entry === undefined) {
      this.#entry = fill
      return
    }
    this.#entry = undefined
    const gross = -side * UNITS * (fill.price - entry.price)
    const net = gross + entry.commission + fill.commission
    this.#balance += net
    this.#trades.push({ side: -side, entry, exit: fill, gross, net, balance: this.#balance })
  }
}

const bars = benchBars(Number(process.argv[2]))
const engine = new MinimalEngine(smaCross())
const start = startRun()
for (let i = 0; i < bars.length; i++)
  engine.bar({
    at: bars.openedAt[i] ?? 0,
    open: (bars.open[i] ?? 0) / 1e5,
    high: (bars.high[i] ?? 0) / 1e5,
    low: (bars.low[i] ?? 0) / 1e5,
    close: (bars.close[i] ?? 0) / 1e5,
  })
const { trades } = engine.result()
report(bars.length, start, trades.length, trades.length)
