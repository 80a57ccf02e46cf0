import { benchBars, report } from './bars-data.ts'

// A minimal event-driven engine: one object and one callback a bar, orders filled at the next open with spread and
// commission, equity kept. No protection, no margin, no parameters, no report: what remains when all is taken away.

interface Bar {
  readonly at: number
  readonly open: number
  readonly close: number
}

const SPREAD = 0.25
const COMMISSION_PER_UNIT = 0.035
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

function createEngine(): { onBar(bar: Bar): void; result(): { trades: number; equity: number } } {
  const fast = movingAverage(10)
  const slow = movingAverage(30)
  let above: boolean | undefined
  let target = 0
  let position = 0
  let entry = 0
  let balance = 10_000
  let trades = 0
  const equity: number[] = []
  return {
    onBar(bar) {
      if (target !== position) {
        if (position !== 0) {
          balance +=
            position * UNITS * (bar.open + (position < 0 ? SPREAD : 0) - entry) - UNITS * COMMISSION_PER_UNIT
          trades++
        }
        position = target
        entry = bar.open + (position > 0 ? SPREAD : 0)
        balance -= UNITS * COMMISSION_PER_UNIT
      }
      equity.push(balance + position * UNITS * (bar.close - entry))
      const f = fast(bar.close)
      const s = slow(bar.close)
      if (f === undefined || s === undefined) return
      if (above !== undefined && above !== f > s) target = f > s ? 1 : -1
      above = f > s
    },
    result: () => ({ trades, equity: equity.at(-1) ?? 0 }),
  }
}

const bars = benchBars(Number(process.argv[2]))
const engine = createEngine()
const startedAt = process.hrtime.bigint()
for (let i = 0; i < bars.length; i++)
  engine.onBar({
    at: bars.openedAt[i] ?? 0,
    open: (bars.open[i] ?? 0) / 1e5,
    close: (bars.close[i] ?? 0) / 1e5,
  })
report(bars.length, startedAt, engine.result().trades)
