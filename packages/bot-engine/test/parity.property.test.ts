import type { ExecutionEvent, MarketEvent, UnixMs } from '@openclaw-trading/trading-model'
import { addMoney, money, pointsToPrice } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../src/live/memory-ledger.ts'
import type { IntentLedger } from '../src/ports/intent-ledger.ts'
import { type ParityCase, traceBacktest, traceLive, wildHistory, wildTicks } from './parity-fixture.ts'
import { ReplayBroker, type ReplayBrokerOptions } from '../src/testing/replay-broker.ts'

const LATENCIES = [0, 10, 50, 250]

/** Grants after a few turns of the event loop, as a database would. */
function slowLedger(): IntentLedger {
  const ledger = createMemoryLedger()
  return {
    ...ledger,
    commit: async (id, command, at) => {
      await turns(3)
      return ledger.commit(id, command, at)
    },
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve))
}

describe('backtest and live run', () => {
  it('give the same trades and decisions over the same quotes, for any market and latency', {
    timeout: 60_000,
  }, async () => {
    let trades = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom(...LATENCIES),
        fc.boolean(),
        async (seed, latencyMs, warm) => {
          const data = wildTicks(seed, 3000)
          const parityCase: ParityCase = { data, latencyMs, ...(warm && { history: wildHistory(data) }) }
          const expected = await traceBacktest(parityCase)
          const actual = await traceLive(parityCase, options => new ReplayBroker(options))
          expect(actual).toEqual(expected)
          trades += expected.trades.length
        },
      ),
      { numRuns: 40, seed: 20140501 },
    )
    expect(trades).toBeGreaterThan(400)
  })

  it('are equal with every exit reason and refusals among the trades', async () => {
    const reasons = new Set<string>()
    for (const latencyMs of LATENCIES) {
      const parityCase = {
        data: wildTicks(7, 8000),
        latencyMs,
        risk: { maxOpenPositions: 3, maxOrdersPerMinute: 5 },
      }
      const expected = await traceBacktest(parityCase)
      expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
      for (const trade of expected.trades) reasons.add(trade.exitReason)
    }
    expect([...reasons].sort()).toEqual(['stop-loss', 'strategy', 'take-profit'])
  })

  it('are equal when the ledger takes its time', async () => {
    const parityCase = { data: wildTicks(11, 3000), latencyMs: 50 }
    const expected = await traceBacktest(parityCase)
    expect(expected.trades.length).toBeGreaterThan(5)
    expect(await traceLive(parityCase, options => new ReplayBroker(options), slowLedger())).toEqual(expected)
  })
})

class QuoteFirst extends ReplayBroker {
  protected override async step(row: number): Promise<void> {
    await this.settle()
    this.hit(row)
    await this.runDueBefore(this.options.data.at[row] as number)
    this.tell(row)
  }
}

class EventAfterQuote extends ReplayBroker {
  protected override async step(row: number): Promise<void> {
    await this.runDueBefore(this.options.data.at[row] as number)
    this.tell(row)
    this.hit(row)
  }
}

class DueOneTickLate extends ReplayBroker {
  protected override async step(row: number): Promise<void> {
    await this.settle()
    this.hit(row)
    this.tell(row)
    await this.runDueBefore(this.options.data.at[row] as number)
  }
}

class Unsettled extends ReplayBroker {
  protected override async step(row: number): Promise<void> {
    // The early mark: the venue goes on although a decision is not in yet.
    if (row % 7 === 0) await this.runDueBefore(this.options.data.at[row] as number)
    this.hit(row)
    this.tell(row)
  }
}

class OneDropped extends ReplayBroker {
  #dropped = false

  protected override tell(row: number): void {
    if (!this.#dropped && row > 500 && this.exchange.positions.length > 0) this.#dropped = true
    else super.tell(row)
  }
}

class Altered extends ReplayBroker {
  readonly #alter: (event: MarketEvent | ExecutionEvent) => MarketEvent | ExecutionEvent

  constructor(options: ReplayBrokerOptions, alter: Altered['alter']) {
    super(options)
    this.#alter = alter
  }

  declare alter: (event: MarketEvent | ExecutionEvent) => MarketEvent | ExecutionEvent

  override start(...[feeds, onEvent, options]: Parameters<ReplayBroker['start']>): Promise<void> {
    return super.start(feeds, event => onEvent(this.#alter(event)), options)
  }
}

/** The first quote at or after each minute is stamped before it: its bar closes one quote late. */
function lateBars(): Altered['alter'] {
  let minute = 0
  return event => {
    if (event.type !== 'quote') return event
    const now = Math.floor(event.at / 60_000)
    const isFirst = minute !== 0 && now > minute
    minute = now
    return isFirst ? { ...event, at: (now * 60_000 - 1) as UnixMs } : event
  }
}

function withoutCommission(event: MarketEvent | ExecutionEvent): MarketEvent | ExecutionEvent {
  if (event.type !== 'order-filled' && event.type !== 'position-updated') return event
  return { ...event, position: { ...event.position, commission: money(0, 2, 'USD') } }
}

function balanceBeforeCommission(event: MarketEvent | ExecutionEvent): MarketEvent | ExecutionEvent {
  if (event.type !== 'order-filled' || event.fill.closing === undefined) return event
  const { closing } = event.fill
  const balance = addMoney(closing.balance, money(-closing.commission.minor, 2, 'USD'))
  return { ...event, fill: { ...event.fill, closing: { ...closing, balance } } }
}

function truncatedDoubles(event: MarketEvent | ExecutionEvent): MarketEvent | ExecutionEvent {
  if (event.type !== 'quote') return event
  return {
    ...event,
    bid: pointsToPrice(Math.trunc(event.bid * 100_000)),
    ask: pointsToPrice(Math.trunc(event.ask * 100_000)),
  }
}

describe('a planted fault is caught by the comparison:', () => {
  const data = wildTicks(3, 6000)
  const plain: ParityCase = { data, latencyMs: 50 }
  const warm: ParityCase = { ...plain, history: wildHistory(data) }
  const faults: readonly [string, ParityCase, (options: ReplayBrokerOptions) => ReplayBroker][] = [
    ['protection before due orders', plain, options => new QuoteFirst(options)],
    ['protection after the quote was told', plain, options => new EventAfterQuote(options)],
    ['orders due filled one tick late', plain, options => new DueOneTickLate(options)],
    ['an early progress mark', plain, options => new Unsettled(options)],
    ['one tick dropped', plain, options => new OneDropped(options)],
    [
      'a due instant late by one millisecond',
      plain,
      options => new ReplayBroker({ ...options, venue: { latencyMs: options.venue.latencyMs + 1 } }),
    ],
    ['a bar closed late', plain, options => new Altered(options, lateBars())],
    ['sizing before opening commission', plain, options => new Altered(options, withoutCommission)],
    [
      'sizing on the balance before commission',
      plain,
      options => new Altered(options, balanceBeforeCommission),
    ],
    ['doubles cut instead of rounded', plain, options => new Altered(options, truncatedDoubles)],
    [
      'the forming bar taken as closed',
      warm,
      options => {
        const { forming, closed = [] } = options.history ?? {}
        return new ReplayBroker({
          ...options,
          history: { closed: [...closed, ...(forming ? [forming] : [])].slice(-5) },
        })
      },
    ],
    [
      'the forming bar forgotten',
      warm,
      options => new ReplayBroker({ ...options, history: { closed: options.history?.closed ?? [] } }),
    ],
    [
      'two ticks swapped',
      plain,
      options => {
        const swapped = { ...options.data, bid: options.data.bid.slice(), ask: options.data.ask.slice() }
        for (const side of [swapped.bid, swapped.ask])
          for (let row = 601; row < 6000; row += 600)
            [side[row - 1], side[row]] = [side[row] as number, side[row - 1] as number]
        return new ReplayBroker({ ...options, data: swapped })
      },
    ],
  ]

  it.each(faults)('%s', async (_name, parityCase, createBroker) => {
    const expected = await traceBacktest(parityCase)
    expect(expected.trades.length).toBeGreaterThan(10)
    expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
    expect(await traceLive(parityCase, createBroker)).not.toEqual(expected)
  })
})
