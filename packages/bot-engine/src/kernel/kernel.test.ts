import {
  type Bar,
  type ClientOrderId,
  type DealId,
  type ExecutionEvent,
  lots,
  type Money,
  money,
  type OrderId,
  pips,
  type Position,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { isEngineError } from '../errors.ts'
import { riskVolume } from '../risk/sizing.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import { Kernel } from './kernel.ts'
import type { KernelListener, LogLine } from './listener.ts'
import { type DecisionRecord, decisionRecord } from './order-entry.ts'

const P = 129_000_000
const MINUTE = 60_000
const usd = (minor: number): Money => money(minor, 2, 'USD')

interface Run {
  readonly kernel: Kernel
  readonly commands: DecisionRecord[]
  readonly blocked: string[]
}

function run(
  handlers: Handlers,
  feeds: Feeds = { main: { timeframe: 'm1' } },
  listener: Partial<KernelListener> = {},
): Run {
  const commands: DecisionRecord[] = []
  const blocked: string[] = []
  const kernel = new Kernel({
    strategy: defineStrategy({
      name: 'probe',
      params: z.object({}),
      feeds: () => feeds,
      create: () => handlers,
    }),
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    label: 'probe',
    session: 's',
    seed: 1,
    size: riskVolume,
    listener: {
      onCommand(id, command) {
        commands.push(decisionRecord(kernel.state, id, command, undefined))
        return { type: 'sent' }
      },
      onBlocked: ({ reason }) => blocked.push(reason),
      ...listener,
    },
  })
  return { kernel, commands, blocked }
}

function position(id: number, changes: Partial<Position> = {}): Position {
  return {
    id: id as PositionId,
    symbolId: REPLAY_XAUUSD.id,
    label: 'probe',
    side: 'buy',
    volume: lots(0.1),
    entryPrice: 1290 as Price,
    openedAt: 1000 as UnixMs,
    swap: usd(0),
    commission: usd(-35),
    ...changes,
  }
}

function filled(held: Position, at: number, clientOrderId?: string): ExecutionEvent {
  return {
    type: 'order-filled',
    at: at as UnixMs,
    order: {
      id: held.id as number as OrderId,
      ...(clientOrderId !== undefined && { clientOrderId: clientOrderId as ClientOrderId }),
      positionId: held.id,
      symbolId: held.symbolId,
      status: 'filled',
      side: held.side,
      volume: held.volume,
      filledVolume: held.volume,
      closing: false,
    },
    fill: {
      dealId: held.id as number as DealId,
      orderId: held.id as number as OrderId,
      positionId: held.id,
      side: held.side,
      volume: held.volume,
      price: held.entryPrice,
      at: at as UnixMs,
      commission: held.commission,
    },
    position: held,
    partial: false,
  }
}

describe('a bar', () => {
  it('closes with the first message at or after its end, before that message counts', () => {
    const seen: unknown[] = []
    const { kernel } = run({
      onBar(bar, ctx) {
        seen.push([
          bar.openedAt,
          bar.closedAt,
          bar.open,
          bar.high,
          bar.low,
          bar.close,
          bar.tickVolume,
          ctx.now,
          ctx.quote?.at,
        ])
      },
      onQuote(quote) {
        seen.push(quote.at)
      },
    })
    kernel.quote(10_000, P, P + 100)
    kernel.quote(20_000, P + 500, P + 600)
    kernel.quote(59_999, P - 300, P)
    kernel.quote(60_000, P + 700, P + 800)
    expect(seen).toEqual([
      10_000,
      20_000,
      59_999,
      [0, 60_000, 1290, 1290.005, 1289.997, 1289.997, 3, 60_000, 59_999],
      60_000,
    ])
  })

  it('without a quote does not exist', () => {
    const opened: number[] = []
    const { kernel } = run({
      onBar(bar) {
        opened.push(bar.openedAt)
      },
    })
    for (const at of [1000, 10 * MINUTE, 11 * MINUTE]) kernel.quote(at, P, P)
    expect(opened).toEqual([0, 10 * MINUTE])
  })

  it('closes with an execution too, before the book learns of it', () => {
    const seen: unknown[] = []
    const { kernel } = run({
      onBar(_bar, ctx) {
        seen.push(['bar', ctx.now, ctx.positions.length])
      },
      onExecution(event, ctx) {
        seen.push([event.type, ctx.now, ctx.positions.length])
      },
    })
    kernel.quote(1000, P, P)
    kernel.execution(filled(position(1), 61_000))
    expect(seen).toEqual([
      ['bar', 61_000, 0],
      ['order-filled', 61_000, 1],
    ])
  })

  it('of a shorter feed closes before a longer one that ends with it, and each series knows its own', () => {
    const seen: string[] = []
    const { kernel } = run(
      {
        onBar(bar, ctx) {
          seen.push(
            `${bar.feed} ${bar.closedAt / MINUTE} ${ctx.bars('fast').length} ${ctx.bars('slow').length}`,
          )
        },
      },
      { slow: { timeframe: 'm5' }, fast: { timeframe: 'm1' } },
    )
    for (let minute = 0; minute < 6; minute++) kernel.quote(minute * MINUTE, P, P)
    expect(seen).toEqual(['fast 1 1 0', 'fast 2 2 0', 'fast 3 3 0', 'fast 4 4 0', 'slow 5 4 1', 'fast 5 5 1'])
  })
})

describe('timers', () => {
  it('run in time order after the bars and before the message, with its time', () => {
    const seen: unknown[] = []
    const { kernel } = run({
      onStart(ctx) {
        ctx.setTimer('b', 30_000 as UnixMs)
        ctx.setTimer('a', 20_000 as UnixMs)
        ctx.setTimer('moved', 10_000 as UnixMs)
        ctx.setTimer('moved', 90_000 as UnixMs)
      },
      onBar: () => void seen.push('bar'),
      onTimer: (timer, ctx) => void seen.push([timer.name, timer.at, ctx.now]),
      onQuote: quote => void seen.push(quote.at),
    })
    for (const at of [1000, 61_000, 90_000]) kernel.quote(at, P, P)
    expect(seen).toEqual([
      1000,
      'bar',
      ['a', 20_000, 61_000],
      ['b', 30_000, 61_000],
      61_000,
      ['moved', 90_000, 90_000],
      90_000,
    ])
  })

  it('set for now wait for the next message, so that they cannot loop', () => {
    let count = 0
    const { kernel } = run({
      onStart: ctx => ctx.setTimer('again', ctx.now),
      onTimer(timer, ctx) {
        count += 1
        ctx.setTimer(timer.name, ctx.now)
      },
    })
    kernel.quote(1000, P, P)
    kernel.quote(1000, P, P)
    kernel.quote(1001, P, P)
    expect(count).toBe(3)
  })

  it('are limited to 1,000', () => {
    const { kernel } = run({
      onStart(ctx) {
        for (let i = 0; i <= 1000; i++) ctx.setTimer(`t${i}`, 5000 as UnixMs)
      },
    })
    expect(() => kernel.quote(1000, P, P)).toThrow(/1000 timers are set/)
  })
})

describe('messages', () => {
  it('start the run with the first of them', () => {
    const seen: unknown[] = []
    const { kernel } = run({ onStart: ctx => void seen.push([ctx.now, ctx.quote]) })
    expect(seen).toEqual([])
    kernel.quote(5000, P, P)
    kernel.quote(6000, P, P)
    expect(seen).toEqual([[5000, undefined]])
  })

  it('that step back in time are dropped and counted when they are quotes', () => {
    const seen: number[] = []
    const { kernel } = run({ onQuote: quote => void seen.push(quote.at) })
    for (const at of [1000, 999, 1000]) kernel.quote(at, P, P)
    expect([seen, kernel.lateQuotes]).toEqual([[1000, 1000], 1])
  })

  it('about positions with another label change the balance and nothing else', () => {
    const seen: string[] = []
    const { kernel } = run({ onExecution: event => void seen.push(event.type) })
    kernel.quote(1000, P, P)
    const foreign = position(9, { label: 'other' })
    kernel.execution(filled(foreign, 1000))
    const closing = {
      entryPrice: 1290 as Price,
      gross: usd(100),
      commission: usd(-70),
      swap: usd(0),
      conversionFee: usd(0),
      balance: usd(1_000_030),
    }
    const close = filled({ ...foreign, volume: lots(0) }, 1000)
    if (close.type === 'order-filled') kernel.execution({ ...close, fill: { ...close.fill, closing } })
    expect(seen).toEqual([])
    expect(kernel.state.book.positions).toEqual([])
    expect(kernel.state.book.balanceMinor).toBe(1_000_030)
  })
})

describe('commands', () => {
  it('have ids in order and tell the state they were decided on', () => {
    const { kernel, commands } = run({
      onBar(_bar, ctx) {
        ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(10.04) }, takeProfit: { pips: pips(20.06) } })
        expect(ctx.pendingEntries).toBe(1)
      },
      onExecution(event, ctx) {
        if (event.type !== 'order-filled') return
        ctx.close(event.position.id, lots(0.04))
        ctx.setProtection(event.position.id, { takeProfit: 1295 as Price })
      },
    })
    kernel.quote(1000, P, P + 500)
    kernel.quote(61_000, P + 100, P + 600)
    kernel.execution(filled(position(1), 61_050, 's.1'))
    expect(commands).toEqual([
      {
        id: 's.1',
        at: 61_000,
        equity: usd(1_000_000),
        bid: 1290,
        ask: 1290.005,
        command: {
          type: 'place',
          request: {
            type: 'market',
            symbolId: 41,
            side: 'buy',
            volume: 0.1,
            label: 'probe',
            clientOrderId: 's.1',
            stopLoss: { pips: 10 },
            takeProfit: { pips: 20.1 },
          },
        },
      },
      {
        id: 's.2',
        at: 61_050,
        equity: usd(999_966),
        bid: 1290.001,
        ask: 1290.006,
        command: { type: 'close', positionId: 1, volume: 0.04 },
      },
      {
        id: 's.3',
        at: 61_050,
        equity: usd(999_966),
        bid: 1290.001,
        ask: 1290.006,
        command: { type: 'set-protection', positionId: 1, protection: { takeProfit: 1295 } },
      },
    ])
    expect(kernel.state.book.pendingEntries).toBe(0)
  })

  it('are no more pending once they are refused', () => {
    const { kernel } = run({
      onQuote: (_quote, ctx) => void (ctx.now === 1000 && ctx.buy({ volume: lots(0.1) })),
    })
    kernel.quote(1000, P, P)
    expect(kernel.state.book.pendingEntries).toBe(1)
    kernel.execution({
      type: 'order-rejected',
      at: 1000 as UnixMs,
      clientOrderId: 's.1' as ClientOrderId,
      reason: 'MARKET_CLOSED',
    })
    expect(kernel.state.book.pendingEntries).toBe(0)
  })

  it('that come to nothing give the reason', () => {
    const { kernel, commands, blocked } = run(
      {
        onQuote(_quote, ctx) {
          ctx.buy({ riskPercent: 0.001, stopLoss: { pips: pips(100) } })
          ctx.sell({ volume: lots(0.1), stopLoss: { pips: pips(0.01) } })
          ctx.sell({ volume: lots(0.1) })
        },
      },
      {},
      { onCommand: () => ({ type: 'blocked', reason: 'the limit is 0' }) },
    )
    kernel.quote(1000, P, P)
    expect(commands).toEqual([])
    expect(blocked).toEqual([
      expect.stringContaining('below the minimum'),
      expect.stringContaining('not above 0'),
      'the limit is 0',
    ])
    expect(kernel.state.book.pendingEntries).toBe(0)
  })

  it('use the volume of the operator instead of the strategy’s while there is one', () => {
    const { kernel, commands } = run({
      onQuote: (_q, ctx) => void ctx.buy({ riskPercent: 1, stopLoss: { pips: pips(100) } }),
    })
    kernel.setEntryVolume(lots(0.07))
    kernel.quote(1000, P, P)
    kernel.setEntryVolume(undefined)
    kernel.quote(2000, P, P)
    expect(commands.map(({ command }) => command.type === 'place' && command.request.volume)).toEqual([
      0.07, 1,
    ])
  })

  it('carry a trailing stop, and block one without a stop', () => {
    const { kernel, commands, blocked } = run({
      onStart(ctx) {
        ctx.sell({ volume: lots(0.1), stopLoss: { pips: pips(10) }, trailing: true })
        ctx.sell({ volume: lots(0.1), trailing: true })
      },
    })
    kernel.quote(1000, P, P)
    expect(commands.map(({ command }) => command)).toMatchObject([
      { type: 'place', request: { stopLoss: { pips: 10 }, trailing: true } },
    ])
    expect(blocked).toEqual(['a trailing stop needs a stop loss'])
  })
})

describe('a handler', () => {
  it('that throws ends the run with the cause, and nothing is called any more', () => {
    const cause = new RangeError('boom')
    let calls = 0
    const { kernel } = run({
      onQuote() {
        calls += 1
        throw cause
      },
      onStop: () => void calls++,
    })
    try {
      kernel.quote(1000, P, P)
      expect.unreachable()
    } catch (error) {
      expect(isEngineError(error, 'handler-failed') && error.cause).toBe(cause)
      expect(String(error)).toMatch(/onQuote of strategy "probe" threw: boom\. .*positions stay open/)
    }
    kernel.quote(2000, P, P)
    kernel.stop('requested')
    expect([calls, kernel.ended]).toEqual([1, 'failed'])
  })

  it('that returns a promise is refused at run time too', () => {
    const { kernel } = run({ onQuote: (async () => undefined) as unknown as () => undefined })
    expect(() => kernel.quote(1000, P, P)).toThrow(/returned a value or a promise/)
  })

  it('that stops the run gets onStop, from which only closes leave', () => {
    const log: LogLine[] = []
    const handlers: Handlers = {
      onQuote: (_quote, ctx) => ctx.stop('enough'),
      onStop(reason, ctx) {
        expect(reason).toBe('requested')
        ctx.buy({ volume: lots(0.1) })
        ctx.close()
      },
    }
    const { kernel, commands, blocked } = run(handlers, undefined, { onLog: line => void log.push(line) })
    kernel.load({
      at: 0 as UnixMs,
      balance: usd(500_000),
      leverage: 100,
      positions: [position(1)],
      orders: [],
    })
    kernel.quote(1000, P, P)
    expect(commands.map(({ command }) => command.type)).toEqual(['close'])
    expect(blocked).toEqual(['the run has ended'])
    expect(kernel.ended).toBe('requested')
    expect(log.map(({ at, level, message }) => [at, level, message])).toEqual([
      [1000, 'info', 'ctx.stop: enough'],
    ])
    kernel.stop('data-ended')
    expect(kernel.ended).toBe('requested')
  })
})

describe('the warm-up', () => {
  const bar = (openedAt: number, close: number): Bar => ({
    type: 'bar',
    symbolId: REPLAY_XAUUSD.id,
    timeframe: 'm1',
    openedAt: openedAt as UnixMs,
    closedAt: (openedAt + MINUTE) as UnixMs,
    open: close as Price,
    high: (close + 1) as Price,
    low: (close - 1) as Price,
    close: close as Price,
    tickVolume: 3,
  })

  it('replays closed bars before onStart with orders ignored, and goes on with the forming bar', () => {
    const seen: unknown[] = []
    const { kernel, commands, blocked } = run({
      onStart: ctx => void seen.push(['start', ctx.bars('main').length]),
      onBar(closed, ctx) {
        seen.push([closed.closedAt, closed.high, closed.tickVolume])
        ctx.buy({ volume: lots(0.1) })
      },
    })
    kernel.warmUp({ main: { closed: [bar(0, 1290), bar(MINUTE, 1291)], forming: bar(2 * MINUTE, 1292) } })
    kernel.quote(2 * MINUTE + 5000, P, P)
    expect(commands).toEqual([])
    kernel.quote(3 * MINUTE, P, P)
    expect(seen).toEqual([
      [60_000, 1291, 3],
      [120_000, 1292, 3],
      ['start', 2],
      [180_000, 1293, 4],
    ])
    expect(blocked).toEqual([])
    expect(commands.map(({ id }) => id)).toEqual(['s.1'])
  })
})

describe('equity', () => {
  it('is balance + open profit + swap − opening commission, of this run’s positions', () => {
    const { kernel } = run({})
    const held = position(1, { swap: usd(-12), side: 'sell' })
    kernel.load({
      at: 0 as UnixMs,
      balance: usd(500_000),
      leverage: 100,
      positions: [held, position(2, { label: 'x' })],
      orders: [],
    })
    expect(kernel.state.equityMinor).toBe(499_953)
    kernel.quote(1000, P - 200_000, P - 100_000)
    expect(kernel.state.equityMinor).toBe(500_953)
    expect(kernel.state.accountView).toEqual({
      balance: usd(500_000),
      equity: usd(500_953),
      freeMargin: usd(488_053),
    })
  })

  it('lost is counted from the first message of the UTC day', () => {
    const { kernel } = run({})
    kernel.load({
      at: 0 as UnixMs,
      balance: usd(500_000),
      leverage: 100,
      positions: [position(1)],
      orders: [],
    })
    kernel.quote(1000, P, P)
    kernel.quote(2000, P - 100_000, P)
    expect(kernel.day.lossMinor(kernel.state.equityMinor)).toBe(1000)
    kernel.quote(86_400_000, P - 200_000, P)
    expect(kernel.day.lossMinor(kernel.state.equityMinor)).toBe(1000)
  })
})

it('refuses an account in another currency', () => {
  const account = { ...REPLAY_ACCOUNT, currency: 'EUR' }
  const strategy = defineStrategy({ name: 'x', params: z.object({}), feeds: () => ({}), create: () => ({}) })
  const listener = { onCommand: () => ({ type: 'sent' as const }) }
  const options = {
    strategy,
    params: {},
    instrument: REPLAY_XAUUSD,
    account,
    label: 'x',
    session: 's',
    seed: 1,
    size: riskVolume,
    listener,
  }
  expect(() => new Kernel(options)).toThrow(/no symbols of the run lead from one to the other/)
})
