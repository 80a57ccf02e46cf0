import {
  type Bar,
  type Instrument,
  lots,
  pips,
  pointsToPrice,
  priceToPoints,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { backtest } from '../src/backtest/run.ts'
import type { TickColumns } from '../src/data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../src/data/instruments.ts'
import type { Explanation } from '../src/kernel/explanation.ts'
import type { BlockedEntry, DecisionRecord } from '../src/kernel/order-entry.ts'
import type { Trade } from '../src/kernel/trade.ts'
import { createMemoryLedger } from '../src/live/memory-ledger.ts'
import { runLive } from '../src/live/run.ts'
import { createRandom } from '../src/ports/random.ts'
import type { IntentLedger } from '../src/ports/intent-ledger.ts'
import type { RiskLimits } from '../src/risk/limits.ts'
import type { DepthModel } from '../src/simulation/venue-model.ts'
import type { EntryProtection } from '../src/strategy/entry-protection.ts'
import { type AnyStrategy, defineStrategy } from '../src/strategy/define.ts'
import type { ReplayBroker, ReplayBrokerOptions } from '../src/testing/replay-broker.ts'

/** What one run leaves to compare. */
export interface RunTrace {
  readonly trades: readonly Trade[]
  readonly decisions: readonly DecisionRecord[]
  /** The first 1,000. */
  readonly blocked: readonly BlockedEntry[]
  /** Of a case that explains itself. */
  readonly explanations: readonly Explanation[]
}

/** Does everything a strategy can do, at random but seeded: the worst customer of both modes. */
export const restless = defineStrategy({
  name: 'restless',
  params: z.object({ history: z.int().default(0) }),
  feeds: p => ({ main: { timeframe: 'm1', history: p.history }, slow: { timeframe: 'm5' } }),
  create() {
    let average = 0
    let digest = 17
    return {
      onStart(ctx) {
        ctx.setTimer('first', (ctx.now + 12_345) as UnixMs)
      },
      onBar(bar, ctx) {
        average = average === 0 ? bar.close : average + (bar.close - average) / 5
        if (bar.feed === 'slow') {
          if (ctx.random() < 0.3) ctx.close()
          return
        }
        const stopLoss = {
          pips: pips(20 + 60 * ctx.random() + 10 * (bar.high - bar.low) + Math.abs(digest % 10)),
        }
        const takeProfit = { pips: pips(10 + 80 * ctx.random()) }
        if (ctx.positions.length + ctx.pendingEntries < 4) {
          const sized = ctx.random() < 0.5 ? { riskPercent: 0.5 + ctx.random() } : { volume: lots(0.03) }
          if (bar.close < average) ctx.buy({ ...sized, stopLoss, takeProfit })
          else ctx.sell({ ...sized, stopLoss, ...(ctx.random() < 0.5 && { takeProfit }) })
        }
        const [position] = ctx.positions
        if (position !== undefined && ctx.random() < 0.3) ctx.close(position.id, lots(0.01))
      },
      onQuote(quote, ctx) {
        // Every stop depends on all quotes so far: one that is missing, wrong or out of place shows.
        digest = (Math.imul(digest, 31) + priceToPoints(quote.bid)) | 0
        if (digest % 97 === 0 && ctx.positions.length < 6) ctx.buy({ volume: lots(0.01) })
      },
      onExecution(event, ctx) {
        if (event.type === 'order-filled' && event.fill.closing !== undefined && ctx.random() < 0.3)
          ctx.sell({ riskPercent: 0.2, stopLoss: { pips: pips(35) } })
        if (event.type === 'order-filled' && event.fill.closing === undefined && ctx.random() < 0.2)
          ctx.close(event.position.id)
        if (event.type === 'position-updated' && event.position.volume > 0 && ctx.random() < 0.3) {
          const { entryPrice, side, id } = event.position
          const shift = side === 'buy' ? -0.9 : 0.9
          ctx.setProtection(id, { stopLoss: pointsToPrice(Math.round((entryPrice + shift) * 1000) * 100) })
        }
        if (event.type === 'order-rejected' && ctx.random() < 0.5) ctx.buy({ volume: lots(0.01) })
      },
      onTimer(timer, ctx) {
        ctx.setTimer(timer.name, (timer.at + 1000 + Math.floor(90_000 * ctx.random())) as UnixMs)
        if (ctx.random() < 0.5) ctx.sell({ volume: lots(0.02), stopLoss: { pips: pips(40) } })
      },
    }
  },
})

/** Quotes of a wild market: equal times, silent stretches, jumps, changing spread; prices of three digits. */
export function wildTicks(seed: number, length: number): TickColumns {
  const random = createRandom(seed)
  const at = new Float64Array(length)
  const bid = new Float64Array(length)
  const ask = new Float64Array(length)
  let time = Date.UTC(2014, 4, 1, 0, 0, 0) + Math.floor(random.next() * 60_000)
  let price = 1_290_000
  for (let row = 0; row < length; row++) {
    const kind = random.next()
    time +=
      kind < 0.2 ? 0 : kind < 0.95 ? Math.floor(random.next() * 900) : Math.floor(random.next() * 40_000)
    price += Math.round((random.next() - 0.5) * (random.next() < 0.02 ? 3000 : 120))
    at[row] = time
    bid[row] = price * 100
    ask[row] = (price + 100 + Math.floor(random.next() * 300)) * 100
  }
  return { type: 'ticks', symbolId: REPLAY_XAUUSD.id, length, at, bid, ask }
}

/** Bars from before {@link wildTicks}, and the one that its first quote falls into. */
export function wildHistory(data: TickColumns): { readonly closed: readonly Bar[]; readonly forming: Bar } {
  const minute = Math.floor((data.at[0] as number) / 60_000) * 60_000
  const bar = (openedAt: number, close: number): Bar => ({
    type: 'bar',
    symbolId: data.symbolId,
    timeframe: 'm1',
    openedAt: openedAt as UnixMs,
    closedAt: (openedAt + 60_000) as UnixMs,
    open: pointsToPrice(close),
    high: pointsToPrice(close + 90_000),
    low: pointsToPrice(close - 90_000),
    close: pointsToPrice(close),
    tickVolume: 7,
  })
  const closed = [5, 4, 3, 2, 1].map(back => bar(minute - back * 60_000, 129_000_000 + back * 4000))
  return { closed, forming: bar(minute, 128_900_000) }
}

/** Closed for 5 of each 35 minutes; {@link wildTicks} go on in between. */
export const OFTEN_CLOSED: Instrument = {
  ...REPLAY_XAUUSD,
  hours: {
    timeZone: 'UTC',
    sessions: Array.from({ length: 288 }, (_, nth) => ({
      startSecond: nth * 2100,
      endSecond: nth * 2100 + 1800,
    })),
    holidays: [],
  },
}

/** A case of the parity proof. */
export interface ParityCase {
  readonly data: TickColumns
  readonly latencyMs: number
  /** Default: the market has everything at its quote. */
  readonly depth?: DepthModel
  /** Default: one that is always open. */
  readonly instrument?: Instrument
  /** Default: {@link restless}. */
  readonly strategy?: AnyStrategy
  /** Default: the history alone. */
  readonly params?: object
  readonly risk?: RiskLimits
  readonly protections?: readonly EntryProtection[]
  readonly explain?: boolean
  readonly history?: { readonly closed: readonly Bar[]; readonly forming: Bar }
}

/** The case through `backtest()`. */
export async function traceBacktest({
  data,
  latencyMs,
  depth,
  instrument = REPLAY_XAUUSD,
  strategy = restless,
  risk = {},
  protections = [],
  explain = false,
  history,
  params = { history: history?.closed.length ?? 0 },
}: ParityCase): Promise<RunTrace> {
  const report = await backtest(strategy, {
    params,
    instrument,
    account: REPLAY_ACCOUNT,
    data,
    risk,
    protections,
    explain,
    venue: { latencyMs, ...(depth !== undefined && { depth }) },
    recordDecisions: true,
    ...(history !== undefined && { warmUp: { main: history } }),
  })
  const { trades, decisions, blocked, explanations } = report
  return { trades, decisions, blocked, explanations }
}

/** The case through `runLive()` over a broker in this process. */
export async function traceLive(
  {
    data,
    latencyMs,
    depth,
    instrument = REPLAY_XAUUSD,
    strategy = restless,
    risk = {},
    protections = [],
    explain = false,
    history,
    params = { history: history?.closed.length ?? 0 },
  }: ParityCase,
  createBroker: (options: ReplayBrokerOptions) => ReplayBroker,
  ledger: IntentLedger = createMemoryLedger(),
): Promise<RunTrace> {
  const trades: Trade[] = []
  const decisions: DecisionRecord[] = []
  const blocked: BlockedEntry[] = []
  const explanations: Explanation[] = []
  const session = await runLive(strategy, {
    params,
    broker: createBroker({
      instrument,
      account: REPLAY_ACCOUNT,
      venue: { latencyMs, ...(depth !== undefined && { depth }) },
      data,
      ...(history !== undefined && { history }),
    }),
    instrument: instrument.name,
    label: strategy.name,
    sessionId: 'bt',
    risk,
    protections,
    explain,
    ledger,
    observer: {
      onTrade: trade => trades.push(trade),
      onDecision: decision => decisions.push(decision),
      onEvent: event => {
        if (event.type === 'entry-blocked') blocked.push(event.blocked)
        if (event.type === 'explained') explanations.push(event.explanation)
      },
    },
  })
  const reason = await session.finished
  if (reason !== 'data-ended') throw session.failure ?? new Error(`The run ended as ${reason}.`)
  return { trades, decisions, blocked: blocked.slice(0, 1000), explanations }
}
