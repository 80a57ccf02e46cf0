import { report, startRun } from './bars-data.ts'
import { benchTicks, ENTRY_EVERY, STOP_DISTANCE } from './ticks-data.ts'

// One object and one callback a tick; an entry fills 50 ms later, stop and target are watched, costs are taken.

interface Tick {
  readonly at: number
  readonly bid: number
  readonly ask: number
}

const LATENCY_MS = 50
const UNITS = 10
const COMMISSION = 0.35

let seen = 0
let before = 0
let wanted = 0
let dueAt = 0
let position = 0
let entry = 0
let stop = 0
let target = 0
let balance = 10_000
let trades = 0

function exit(price: number): void {
  balance += position * UNITS * (price - entry) - COMMISSION
  position = 0
  trades++
}

function trade({ at, bid, ask }: Tick): void {
  if (position > 0 ? bid <= stop || bid >= target : position < 0 && (ask >= stop || ask <= target))
    exit(position > 0 ? bid : ask)
  if (wanted === 0 || at < dueAt) return
  position = wanted
  wanted = 0
  entry = position > 0 ? ask : bid
  stop = entry - position * STOP_DISTANCE
  target = entry + position * STOP_DISTANCE * 1.5
  balance -= COMMISSION
}

function onTick(tick: Tick): void {
  if (position !== 0 || wanted !== 0) trade(tick)
  if (++seen % ENTRY_EVERY !== 0) return
  const rose = tick.bid > before
  before = tick.bid
  if (position !== 0 || wanted !== 0) return
  wanted = rose ? 1 : -1
  dueAt = tick.at + LATENCY_MS
}

const ticks = benchTicks(Number(process.argv[2]))
const start = startRun()
for (let i = 0; i < ticks.length; i++)
  onTick({ at: ticks.at[i] ?? 0, bid: (ticks.bid[i] ?? 0) / 1e5, ask: (ticks.ask[i] ?? 0) / 1e5 })
report(ticks.length, start, trades)
process.stderr.write(`balance ${balance.toFixed(2)}\n`)
