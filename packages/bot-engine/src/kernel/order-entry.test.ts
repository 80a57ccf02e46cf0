import {
  type ClientOrderId,
  type ExecutionEvent,
  lots,
  type Order,
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
import type { Command } from '../ports/broker.ts'
import { riskVolume } from '../risk/sizing.ts'
import type { Context, Entry } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import { Kernel } from './kernel.ts'
import type { CommandVerdict } from './order-entry.ts'

const P = 129_000_000
const at = (price: number): Price => price as Price

interface Run {
  readonly kernel: Kernel
  readonly commands: Command[]
  readonly blocked: string[]
  /** Lets the strategy do something at the next quote. */
  act(what: (ctx: Context) => void): void
}

function run(onAmendment: CommandVerdict = { type: 'sent' }): Run {
  const commands: Command[] = []
  const blocked: string[] = []
  let next: ((ctx: Context) => void) | undefined
  let now = 1000
  const kernel = new Kernel({
    strategy: defineStrategy({
      name: 'probe',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1' } }),
      create: () => ({
        onQuote(_quote, ctx) {
          next?.(ctx)
          next = undefined
        },
      }),
    }),
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    label: 'probe',
    session: 's',
    seed: 1,
    size: riskVolume,
    listener: {
      onCommand(_id, command) {
        commands.push(command)
        return command.type === 'amend-order' ? onAmendment : { type: 'sent' }
      },
      onBlocked: ({ reason }) => blocked.push(reason),
    },
  })
  return {
    kernel,
    commands,
    blocked,
    act(what) {
      next = what
      now += 2000
      kernel.quote(now, P, P + 30_000)
    },
  }
}

function accepted(id: number, own: string): ExecutionEvent {
  return { type: 'order-accepted', at: 2000 as UnixMs, order: orderOf(id, own) }
}

function orderOf(id: number, own: string): Order {
  return {
    id: id as OrderId,
    clientOrderId: own as ClientOrderId,
    positionId: id as PositionId,
    symbolId: REPLAY_XAUUSD.id,
    status: 'accepted',
    side: 'buy',
    volume: lots(0.1),
    filledVolume: lots(0),
    closing: false,
    label: 'probe',
    terms: { type: 'limit', price: at(1280), timeInForce: { type: 'gtc' } },
  }
}

describe('what only a compiler would have refused', () => {
  const stop = { stopLoss: { pips: pips(10) } }
  it.each<[object, RegExp]>([
    [
      { volume: lots(0.1), ...stop, takeprofit: { pips: pips(5) } },
      /"takeprofit": did you mean takeProfit\?/,
    ],
    [{ volume: lots(0.1), sl: 5 }, /an entry has no field "sl" \(its fields are volume, riskPercent, /],
    [{ volume: lots(0.1), limit: at(1280), stop: at(1300) }, /a limit and a stop: state one/],
    [{ volume: lots(0.1), riskPercent: 1, ...stop }, /a volume and a riskPercent: state one/],
    [{ volume: lots(0.1), limit: at(1280), slippage: pips(1) }, /a limit has no slippage/],
    [{ volume: lots(0.1), trigger: 'opposite' }, /only an order with a stop has a trigger/],
    [{ volume: lots(0.1), timeInForce: { type: 'fok' } }, /a market order is not fok/],
  ])('blocks the entry %j', (entry, reason) => {
    const { act, blocked, commands } = run()
    act(ctx => void ctx.buy(entry as Entry))
    expect(blocked).toEqual([expect.stringMatching(reason)])
    expect(commands).toEqual([])
  })

  it('ends a run that states levels of an open position as a distance, and tells what to state', () => {
    const { act } = run()
    expect(() => act(ctx => void ctx.setProtection(1 as PositionId, stop as object))).toThrow(
      /setProtection takes prices, and was given a distance/,
    )
  })

  it('ends a run that states levels or changes of a name that is none', () => {
    const { act } = run()
    const wrong = { stoploss: at(1280) } as object
    expect(() => act(ctx => void ctx.setProtection(1 as PositionId, wrong))).toThrow(
      /A protection has no field "stoploss": did you mean stopLoss\?/,
    )
  })

  it('takes a position that is spread out for its levels', () => {
    const { kernel, act, commands } = run()
    const usd = { minor: 0, digits: 2, currency: 'USD' }
    const position: Position = {
      id: 1 as PositionId,
      symbolId: REPLAY_XAUUSD.id,
      label: 'probe',
      side: 'buy',
      volume: lots(0.1),
      entryPrice: at(1290),
      openedAt: 500 as UnixMs,
      stopLoss: at(1280),
      takeProfit: at(1310),
      swap: usd,
      commission: usd,
      usedMargin: usd,
    }
    kernel.load({ at: 1000 as UnixMs, balance: usd, leverage: 100, positions: [position], orders: [] })
    act(ctx => ctx.setProtection(position.id, { ...position, stopLoss: at(1285) }))
    const protection = { stopLoss: 1285, takeProfit: 1310 }
    expect(commands).toEqual([{ type: 'set-protection', positionId: 1, protection }])
  })
})

describe('an entry with a price', () => {
  it('becomes an order with prices and distances rounded to the digits', () => {
    const { act, commands } = run()
    const sized = { volume: lots(0.1) }
    act(ctx => {
      ctx.buy({ ...sized, limit: at(1280.0004), stopLoss: at(1270.0006), takeProfit: { pips: pips(10.04) } })
      ctx.sell({ ...sized, stop: at(1280), timeInForce: { type: 'gtd', expiresAt: 9000 as UnixMs } })
      ctx.buy({ ...sized, stop: at(1300), slippage: pips(2.04) })
      ctx.sell({ ...sized, slippage: pips(3) })
      ctx.buy({
        ...sized,
        timeInForce: { type: 'market-on-open' },
        stopLoss: { pips: pips(20.04) },
      })
    })
    expect(commands.map(command => command.type === 'place' && command.request)).toMatchObject([
      { type: 'limit', limitPrice: 1280, stopLoss: 1270.001, takeProfit: { pips: 10 } },
      { type: 'stop', stopPrice: 1280, timeInForce: { type: 'gtd', expiresAt: 9000 } },
      { type: 'stop-limit', stopPrice: 1300, slippage: 2 },
      { type: 'market-range', basePrice: 1290, slippage: 3 },
      { type: 'market', timeInForce: { type: 'market-on-open' }, stopLoss: { pips: 20 } },
    ])
  })

  it('is sized by the distance from its own price, not from the quote', () => {
    const { act, commands } = run()
    // 1 % of 10,000.00 USD over 10.00 USD × 100 ounces a lot.
    act(ctx => ctx.buy({ riskPercent: 1, limit: at(1280), stopLoss: at(1270) }) && undefined)
    expect(commands).toMatchObject([{ request: { volume: 0.1 } }])
  })

  it.each<[string, Entry, string]>([
    ['a stop above a buy', { volume: lots(0.1), limit: at(1280), stopLoss: at(1281) }, 'not above 0'],
    ['a target below a buy', { volume: lots(0.1), stop: at(1300), takeProfit: at(1299) }, 'not above 0'],
    ['no price', { volume: lots(0.1), limit: at(Number.NaN) }, 'NaN is not a price of XAUUSD'],
    ['a negative slippage', { volume: lots(0.1), slippage: pips(-1) }, 'a slippage of -1 pips is below 0'],
    [
      'a fraction of a millisecond',
      { volume: lots(0.1), limit: at(1280), timeInForce: { type: 'gtd', expiresAt: 1.5 as UnixMs } },
      'the expiry 1.5 is not a time',
    ],
    [
      'a stop at once, past the types',
      { volume: lots(0.1), stop: at(1300), timeInForce: { type: 'ioc' } } as unknown as Entry,
      'a stop cannot be ioc',
    ],
    [
      'a limit for the open, past the types',
      {
        volume: lots(0.1),
        limit: at(1280),
        timeInForce: { type: 'market-on-open' },
      } as unknown as Entry,
      'only a market order waits for the open',
    ],
    [
      'a range for the open, past the types',
      {
        volume: lots(0.1),
        slippage: pips(1),
        timeInForce: { type: 'market-on-open' },
      } as unknown as Entry,
      'only a market order waits for the open',
    ],
    [
      'a price as the stop of a market order, past the types',
      { volume: lots(0.1), stopLoss: at(1280) } as unknown as Entry,
      'a market order takes its stop and target as a distance',
    ],
  ])('with %s is blocked with the reason', (_name, entry, reason) => {
    const { act, commands, blocked } = run()
    act(ctx => ctx.buy(entry) && undefined)
    expect(commands).toEqual([])
    expect(blocked).toEqual([expect.stringContaining(reason)])
  })
})

describe('an order that waits', () => {
  function waiting(onAmendment?: CommandVerdict): Run {
    const made = run(onAmendment)
    made.act(ctx => ctx.buy({ volume: lots(0.1), limit: at(1280) }) && undefined)
    made.kernel.execution(accepted(7, 's.1'))
    made.commands.length = 0
    return made
  }

  it('is listed, and counts as a pending entry until its end', () => {
    const { kernel } = waiting()
    const { book } = kernel.state
    expect([book.orders.map(({ id }) => id), book.pendingEntries]).toEqual([[7], 1])
    kernel.execution({ type: 'order-expired', at: 3000 as UnixMs, order: orderOf(7, 's.1') })
    expect([book.orders, book.pendingEntries]).toEqual([[], 0])
  })

  it('is cancelled by either id; unknown ids are ignored', () => {
    const { act, commands } = waiting()
    act(ctx => {
      ctx.cancel(7 as OrderId)
      ctx.cancel('s.1' as ClientOrderId)
      ctx.cancel('s.9' as ClientOrderId)
      ctx.cancel(8 as OrderId)
    })
    expect(commands).toEqual([
      { type: 'cancel', orderId: 7 },
      { type: 'cancel', orderId: 7 },
    ])
  })

  it('is cancelled on acceptance when it was still on its way', () => {
    const { act, commands, kernel } = run()
    act(ctx => ctx.cancel(ctx.buy({ volume: lots(0.1), limit: at(1280) })))
    expect(commands.map(({ type }) => type)).toEqual(['place'])
    kernel.execution(accepted(7, 's.1'))
    expect(commands.slice(1)).toEqual([{ type: 'cancel', orderId: 7 }])
  })

  it('that is refused is not waited for any more, however many are', () => {
    const { act, kernel } = run()
    for (let seq = 1; seq <= 3; seq++) {
      act(ctx => ctx.cancel(ctx.buy({ volume: lots(0.1), limit: at(1280) })))
      const clientOrderId = `s.${seq}` as ClientOrderId
      expect([...kernel.cancelOnAcceptance]).toEqual([clientOrderId])
      kernel.execution({ type: 'order-rejected', at: 2000 as UnixMs, clientOrderId, reason: 'no' })
    }
    act(ctx => ctx.cancel(ctx.buy({ volume: lots(0.1), limit: at(1280) })))
    expect([...kernel.cancelOnAcceptance]).toEqual(['s.4'])
  })

  it('is amended with everything stated: what stays, and the full set of levels', () => {
    const { act, commands } = waiting()
    act(ctx => ctx.amend(7 as OrderId, { stopLoss: at(1270.0004) }))
    expect(commands).toEqual([
      {
        type: 'amend-order',
        orderId: 7,
        orderType: 'limit',
        amendment: { volume: 0.1, price: 1280, stopLoss: 1270 },
      },
    ])
  })

  it('tells of a change that a limit did not let pass', () => {
    const { act, blocked } = waiting({ type: 'blocked', reason: 'no stop' })
    act(ctx => ctx.amend(7 as OrderId, { price: at(1281) }))
    expect(blocked).toEqual(['no stop'])
  })

  it('for the open is listed and cancelled as others are, and ignores amendments', () => {
    const { act, commands, kernel } = run()
    act(ctx => ctx.buy({ volume: lots(0.1), timeInForce: { type: 'market-on-open' } }) && undefined)
    const terms = { type: 'market', timeInForce: { type: 'market-on-open' } } as const
    const order: Order = { ...orderOf(7, 's.1'), terms }
    kernel.execution({ type: 'order-accepted', at: 1000 as UnixMs, order })
    const { book } = kernel.state
    expect([book.orders.map(({ terms: known }) => known), book.pendingEntries]).toEqual([[terms], 1])
    act(ctx => {
      ctx.amend(7 as OrderId, { volume: lots(0.2) })
      ctx.cancel('s.1' as ClientOrderId)
    })
    expect(commands.slice(1)).toEqual([{ type: 'cancel', orderId: 7 }])
    kernel.execution({
      type: 'order-cancelled',
      at: 2000 as UnixMs,
      order: { ...order, status: 'cancelled' },
    })
    expect([book.orders, book.pendingEntries]).toEqual([[], 0])
  })

  it('is cancelled when the strategy ends its run, and left when the data ends', () => {
    const stopped = waiting()
    stopped.act(ctx => ctx.stop('enough'))
    expect(stopped.commands).toEqual([{ type: 'cancel', orderId: 7 }])
    const ended = waiting()
    ended.kernel.stop('data-ended')
    expect(ended.commands).toEqual([])
  })

  it('of an earlier session is taken over by its label', () => {
    const { kernel } = run()
    kernel.load({
      at: 1000 as UnixMs,
      balance: { minor: 1_000_000, digits: 2, currency: 'USD' },
      leverage: 100,
      positions: [],
      orders: [orderOf(7, 'old.3'), { ...orderOf(8, 'other.1'), label: 'other' }],
    })
    const { book } = kernel.state
    expect([book.orders.map(({ id }) => id), book.pendingEntries]).toEqual([[7], 1])
  })
})
