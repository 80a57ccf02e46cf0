import {
  type ExecutionEvent,
  type MarketEvent,
  pointsToPrice,
  type Price,
} from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../src/data/instruments.ts'
import { everyOrder, ReplayBroker, type ReplayBrokerOptions } from '../src/testing/index.ts'
import { OFTEN_CLOSED, type ParityCase, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

const LATENCIES = [0, 10, 50, 250]

describe('backtest and live run with every type of order', () => {
  it('give the same trades and decisions, for any market and latency', { timeout: 60_000 }, async () => {
    let trades = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(...LATENCIES), async (seed, latencyMs) => {
        // Every other market has breaks.
        const instrument = seed % 2 === 0 ? OFTEN_CLOSED : REPLAY_XAUUSD
        const parityCase: ParityCase = {
          data: wildTicks(seed, 4000),
          latencyMs,
          instrument,
          strategy: everyOrder,
        }
        const expected = await traceBacktest(parityCase)
        const actual = await traceLive(parityCase, options => new ReplayBroker(options))
        expect(actual).toEqual(expected)
        trades += expected.trades.length
      }),
      { numRuns: 16, seed: 20140501 },
    )
    expect(trades).toBeGreaterThan(200)
  })

  it('see every kind of event and refusal that pending orders have', async () => {
    const kinds = new Set<string>()
    class Noting extends ReplayBroker {
      override start(...[feeds, onEvent, options]: Parameters<ReplayBroker['start']>): Promise<void> {
        return super.start(
          feeds,
          event => {
            if (event.type !== 'quote' && event.type !== 'bar') kinds.add(kindOf(event))
            onEvent(event)
          },
          options,
        )
      }
    }
    const parityCase: ParityCase = {
      data: wildTicks(5, 12_000),
      latencyMs: 50,
      instrument: OFTEN_CLOSED,
      strategy: everyOrder,
    }
    await traceLive(parityCase, options => new Noting(options))
    const types = ['limit', 'stop', 'stop-limit', 'market-range', 'market on open']
    for (const type of types) expect(kinds).toContain(`order-filled ${type}`)
    for (const type of ['limit', 'stop-limit', 'market-range', 'market on open'])
      expect(kinds).toContain(`order-cancelled ${type}`)
    for (const type of ['limit', 'stop', 'stop-limit']) expect(kinds).toContain(`order-replaced ${type}`)
    for (const type of ['limit', 'stop']) expect(kinds).toContain(`order-expired ${type}`)
    for (const reason of ['ORDER_NOT_FOUND', 'TRADING_BAD_PRICES', 'TRADING_BAD_EXPIRATION_DATE'])
      expect(kinds).toContain(reason)
  })
})

type Filled = Extract<ExecutionEvent, { type: 'order-filled' }>

/** Fills orders of a type at another price than the core does. */
class Repriced extends ReplayBroker {
  readonly #type: string
  readonly #priceOf: (event: Filled, bid: Price, ask: Price) => Price
  #bid = 0 as Price
  #ask = 0 as Price

  constructor(
    options: ReplayBrokerOptions,
    type: string,
    priceOf: (event: Filled, bid: Price, ask: Price) => Price,
  ) {
    super(options)
    this.#type = type
    this.#priceOf = priceOf
  }

  protected override hit(row: number): void {
    this.#bid = pointsToPrice(this.options.data.bid[row] as number)
    this.#ask = pointsToPrice(this.options.data.ask[row] as number)
    super.hit(row)
  }

  override start(...[feeds, onEvent, options]: Parameters<ReplayBroker['start']>): Promise<void> {
    return super.start(feeds, event => onEvent(this.#repriced(event)), options)
  }

  #repriced(event: MarketEvent | ExecutionEvent): MarketEvent | ExecutionEvent {
    if (event.type !== 'order-filled' || event.order.terms?.type !== this.#type) return event
    const price = this.#priceOf(event, this.#bid, this.#ask)
    return {
      ...event,
      fill: { ...event.fill, price },
      position: { ...event.position, entryPrice: price },
    }
  }
}

/** Tells what a quote does to pending orders before what it does to positions. */
class PendingFirst extends ReplayBroker {
  #held: ExecutionEvent[] | undefined
  swapped = 0

  protected override hit(row: number): void {
    this.#held = []
    super.hit(row)
    const held = this.#held
    this.#held = undefined
    const closes = held.filter(event => event.type === 'order-filled' && event.fill.closing !== undefined)
    const rest = held.filter(event => !closes.includes(event))
    if (closes.length > 0 && rest.length > 0) this.swapped += 1
    for (const event of [...rest, ...closes]) this.onEvent(event)
  }

  override start(...[feeds, onEvent, options]: Parameters<ReplayBroker['start']>): Promise<void> {
    return super.start(
      feeds,
      event => {
        if (this.#held === undefined || event.type === 'quote' || event.type === 'bar') onEvent(event)
        else this.#held.push(event)
      },
      options,
    )
  }
}

describe('a planted fault is caught by the comparison:', () => {
  const parityCase: ParityCase = {
    data: wildTicks(5, 12_000),
    latencyMs: 50,
    instrument: OFTEN_CLOSED,
    strategy: everyOrder,
  }
  const otherSide = ({ order }: Filled, bid: Price, ask: Price): Price => (order.side === 'buy' ? bid : ask)
  const quoteOf = ({ order }: Filled, bid: Price, ask: Price): Price => (order.side === 'buy' ? ask : bid)

  it.each<[string, (options: ReplayBrokerOptions) => ReplayBroker]>([
    ['a limit filled at the quote instead of its limit', options => new Repriced(options, 'limit', quoteOf)],
    ['an order for the open filled at the other side', options => new Repriced(options, 'market', otherSide)],
    [
      'a stop filled at its own price through a gap',
      options => new Repriced(options, 'stop', ({ order, fill }) => order.terms?.price ?? fill.price),
    ],
  ])('%s', async (_name, createBroker) => {
    const expected = await traceBacktest(parityCase)
    expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
    expect(await traceLive(parityCase, createBroker)).not.toEqual(expected)
  })

  it('pending orders before protection', async () => {
    const expected = await traceBacktest(parityCase)
    let broker: PendingFirst | undefined
    const faulty = await traceLive(parityCase, options => {
      broker = new PendingFirst(options)
      return broker
    })
    expect(broker?.swapped).toBeGreaterThan(0)
    expect(faulty).not.toEqual(expected)
  })
})

function kindOf(event: ExecutionEvent): string {
  if (event.type === 'order-rejected') return event.reason
  if (!('order' in event)) return event.type
  const { terms } = event.order
  return `${event.type} ${terms?.type === 'market' ? 'market on open' : (terms?.type ?? 'market')}`
}
