import { report, startRun } from './bars-data.ts'
import { benchTicks, ENTRY_EVERY, STOP_DISTANCE } from './ticks-data.ts'

// A minimal event-driven engine: one object and one callback a tick; an entry fills 50 ms later, stop and target are
// watched, costs are taken. No orders, no margin, no parameters, no report.
//
// The engine keeps the last tick, as every engine does whose strategies may ask for a price in any handler. Without
// that nobody holds the object, V8 removes it (no collection in five million ticks), and what runs is a loop over three
// columns: some 100 M ticks/s, which no engine with quotes as objects can be measured against.

interface Tick {
  readonly at: number
  readonly bid: number
  readonly ask: number
}

interface Engine {
  readonly last: Tick
  /** Whether something is open or on its way. */
  readonly isBusy: boolean
  enter(side: number): void
}

type OnTick = (tick: Tick, engine: Engine) => void

const LATENCY_MS = 50
const UNITS = 10
const COMMISSION = 0.35

class MinimalEngine implements Engine {
  readonly #onTick: OnTick
  #wanted = 0
  #dueAt = 0
  #position = 0
  #entry = 0
  #stop = 0
  #target = 0
  last: Tick = { at: 0, bid: 0, ask: 0 }
  balance = 10_000
  trades = 0

  constructor(onTick: OnTick) {
    this.#onTick = onTick
  }

  get isBusy(): boolean {
    return this.#position !== 0 || this.#wanted !== 0
  }

  enter(side: number): void {
    this.#wanted = side
    this.#dueAt = this.last.at + LATENCY_MS
  }

  tick(tick: Tick): void {
    this.last = tick
    if (this.#position !== 0 || this.#wanted !== 0) this.#trade(tick)
    this.#onTick(tick, this)
  }

  #trade({ at, bid, ask }: Tick): void {
    const position = this.#position
    if (position > 0 ? bid <= this.#stop || bid >= this.#target : position < 0 && this.#isShortDone(ask))
      this.#exit(position > 0 ? bid : ask)
    const side = this.#wanted
    if (side === 0 || at < this.#dueAt) return
    this.#position = side
    this.#wanted = 0
    this.#entry = side > 0 ? ask : bid
    this.#stop = this.#entry - side * STOP_DISTANCE
    this.#target = this.#entry + side * STOP_DISTANCE * 1.5
    this.balance -= COMMISSION
  }

  #isShortDone(ask: number): boolean {
    return ask >= this.#stop || ask <= this.#target
  }

  #exit(price: number): void {
    this.balance += this.#position * UNITS * (price - this.#entry) - COMMISSION
    this.#position = 0
    this.trades++
  }
}

function momentum(): OnTick {
  let seen = 0
  let before = 0
  return ({ bid }, engine) => {
    if (++seen % ENTRY_EVERY !== 0) return
    const rose = bid > before
    before = bid
    if (!engine.isBusy) engine.enter(rose ? 1 : -1)
  }
}

const ticks = benchTicks(Number(process.argv[2]))
const engine = new MinimalEngine(momentum())
const start = startRun()
for (let i = 0; i < ticks.length; i++)
  engine.tick({ at: ticks.at[i] ?? 0, bid: (ticks.bid[i] ?? 0) / 1e5, ask: (ticks.ask[i] ?? 0) / 1e5 })
report(ticks.length, start, engine.trades)
process.stderr.write(`balance ${engine.balance.toFixed(2)}\n`)
