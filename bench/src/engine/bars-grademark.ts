import { DataFrame } from 'data-forge'
import { backtest } from 'grademark'
import { benchBars, report, startRun } from './bars-data.ts'

// grademark, as its README shows it: indicators are columns made beforehand, rules look at the current bar. Long only
// on both crosses, as the library holds one direction a strategy.

const columns = benchBars(Number(process.argv[2]))

interface Row {
  time: Date
  open: number
  high: number
  low: number
  close: number
  volume: number
  fast: number
  slow: number
}

function average(index: number, period: number): number {
  let sum = 0
  for (let i = Math.max(0, index - period + 1); i <= index; i++) sum += (columns.close[i] ?? 0) / 1e5
  return sum / Math.min(period, index + 1)
}

const start = startRun()
const rows: Row[] = Array.from({ length: columns.length }, (_, i) => ({
  time: new Date(columns.openedAt[i] ?? 0),
  open: (columns.open[i] ?? 0) / 1e5,
  high: (columns.high[i] ?? 0) / 1e5,
  low: (columns.low[i] ?? 0) / 1e5,
  close: (columns.close[i] ?? 0) / 1e5,
  volume: columns.tickVolume[i] ?? 0,
  fast: average(i, 10),
  slow: average(i, 30),
}))
const trades = backtest<Row, Row, object, number>(
  {
    entryRule: (enter, { bar }) => {
      if (bar.fast > bar.slow) enter()
    },
    exitRule: (exit, { bar }) => {
      if (bar.fast < bar.slow) exit()
    },
  },
  new DataFrame<number, Row>(rows),
)
report(columns.length, start, trades.length)
