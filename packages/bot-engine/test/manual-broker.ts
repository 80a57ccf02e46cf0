import {
  type AccountSnapshot,
  type Bar,
  type DealId,
  type ExecutionEvent,
  lots,
  type MarketEvent,
  money,
  type OrderId,
  pips,
  type Position,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { REPLAY_XAUUSD } from '../src/data/instruments.ts'
import { EngineError } from '../src/errors.ts'
import type { Broker, BrokerEnd, Command, Decision, SubmitOutcome } from '../src/ports/broker.ts'
import { defineStrategy, type Handlers } from '../src/strategy/define.ts'
import { createMemoryLedger } from '../src/live/memory-ledger.ts'
import { runLive } from '../src/live/run.ts'
import type { LiveOptions, LiveSession } from '../src/live/session.ts'

export const usd = (minor: number) => money(minor, 2, 'USD')
export const held: Position = {
  id: 7 as PositionId,
  symbolId: REPLAY_XAUUSD.id,
  label: 'S03/demo',
  side: 'buy',
  volume: lots(0.1),
  entryPrice: 1290 as Price,
  openedAt: 500 as UnixMs,
  stopLoss: 1285 as Price,
  swap: usd(0),
  commission: usd(-35),
}

/** A broker that does what the test says; nothing happens by itself. */
export class ManualBroker implements Broker {
  readonly log: string[] = []
  readonly submitted: { command: Command; answer: (outcome: SubmitOutcome) => void }[] = []
  readonly withdrawals: AbortSignal[] = []
  positions: readonly Position[] = []
  past: readonly Bar[] = []
  startError: Error | undefined
  emit: (event: MarketEvent | ExecutionEvent) => void = () => undefined
  end: (end: BrokerEnd) => void = () => undefined
  readonly ended = new Promise<BrokerEnd>(resolve => {
    this.end = resolve
  })

  async instrument(name: string) {
    this.log.push('instrument')
    if (name !== 'XAUUSD') throw new EngineError('unknown-symbol', `There is no ${name}.`)
    return REPLAY_XAUUSD
  }

  async snapshot(): Promise<AccountSnapshot> {
    this.log.push('snapshot')
    return { at: 1 as UnixMs, balance: usd(1_000_000), leverage: 100, positions: this.positions, orders: [] }
  }

  async history(_symbol: unknown, timeframe: string, count: number) {
    this.log.push(`history ${timeframe} ${count}`)
    return { closed: this.past }
  }

  async start(_feeds: unknown, onEvent: ManualBroker['emit'], { signal }: { signal: AbortSignal }) {
    this.log.push('start')
    if (this.startError !== undefined) throw this.startError
    this.emit = onEvent
    signal.addEventListener('abort', () => this.log.push('unsubscribed'))
  }

  decide(): Decision {
    this.log.push('decide')
    return { release: () => void this.log.push('release') }
  }

  submit(command: Command, { withdrawal }: Parameters<Broker['submit']>[1]): Promise<SubmitOutcome> {
    this.log.push(`submit ${command.type}`)
    if (withdrawal !== undefined) this.withdrawals.push(withdrawal)
    return new Promise(answer => this.submitted.push({ command, answer }))
  }

  async close() {
    this.log.push('close')
  }

  quote(at: number, bid = 1290): void {
    this.emit({
      type: 'quote',
      symbolId: REPLAY_XAUUSD.id,
      at: at as UnixMs,
      bid: bid as Price,
      ask: (bid + 0.3) as Price,
    })
  }

  /** A closing fill of a position. */
  closed(position: Position, at: number): void {
    const order = {
      id: 90 as OrderId,
      positionId: position.id,
      symbolId: position.symbolId,
      side: 'sell',
      volume: position.volume,
      filledVolume: position.volume,
      closing: true,
    } as const
    this.emit({ type: 'order-accepted', at: at as UnixMs, order: { ...order, status: 'accepted' } })
    this.emit({
      type: 'order-filled',
      at: at as UnixMs,
      order: { ...order, status: 'filled' },
      partial: false,
      position: { ...position, volume: lots(0) },
      fill: {
        dealId: 91 as DealId,
        orderId: order.id,
        positionId: position.id,
        side: 'sell',
        volume: position.volume,
        price: 1291 as Price,
        at: at as UnixMs,
        commission: usd(-35),
        closing: {
          entryPrice: position.entryPrice,
          gross: usd(1000),
          commission: usd(-70),
          swap: usd(0),
          conversionFee: usd(0),
          balance: usd(1_000_930),
        },
      },
    })
  }
}

/** Runs that a test has started; it stops them. */
export const sessions: LiveSession[] = []

export function strategy(handlers: Handlers, history = 0) {
  return defineStrategy({
    name: 'probe',
    params: z.object({ size: z.number().positive().default(1) }),
    feeds: () => ({ main: { timeframe: 'm1', history } }),
    create: () => handlers,
  })
}

export async function start(
  handlers: Handlers,
  broker: ManualBroker,
  changes: Partial<LiveOptions<ReturnType<typeof strategy>>> = {},
  history = 0,
) {
  const session = await runLive(strategy(handlers, history), {
    params: {},
    broker,
    instrument: 'XAUUSD',
    label: 'S03/demo',
    sessionId: 's1',
    risk: {},
    ledger: createMemoryLedger(),
    ...changes,
  })
  sessions.push(session)
  return session
}

/** Lets every promise that can go on go on. */
export const turn = () => new Promise(resolve => setImmediate(resolve))
export const buyAt = (at: number): Handlers => ({
  onQuote: (quote, ctx) =>
    void (quote.at === at && ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(100) } })),
})
