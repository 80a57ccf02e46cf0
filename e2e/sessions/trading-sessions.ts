import type { ScriptedOutcome } from '@openclaw-trading/bot-engine/simulation'
import { expect } from 'vitest'
import { ask, type Fields, login, refused, rejected, type Session, type Step } from './session.ts'

// Numbers of the wire: executions 2 accepted, 3 filled, 4 replaced, 5 cancelled; positions 1 open, 2 closed,
// 3 created; orders 1 accepted, 2 filled, 5 cancelled; order types 1 market, 4 stop loss/take profit; sides 1 buy, 2 sell.

const GOLD = 41
const STOP = 5_000_000
const TARGET = 6_000_000
/** 120 market seconds a second: latency and quotes are short. */
const own = { mode: { type: 'live-clock', speed: 120 } as const, seed: 11 }

type Known = Readonly<Record<string, number>>

const order = (fields: Fields = {}): Fields => ({
  symbolId: GOLD,
  orderType: 1,
  tradeSide: 1,
  volume: 1000,
  ...fields,
})

function execution(id: string | undefined, executionType: number, fields: Fields, more: object = {}): Step {
  return {
    expect: 2126,
    ...(id === undefined ? {} : { id }),
    fields: { ctidTraderAccountId: '$account', executionType, ...fields },
    ...more,
  }
}

/** Sends an order of the account. */
const send = (payloadType: number, fields: Fields, id: string, on = 'A'): Step => ({
  send: payloadType,
  fields: { ctidTraderAccountId: '$account', ...fields },
  id,
  on,
})

/** A position without protection: sequence A. */
const bare: readonly Step[] = [
  send(2106, order(), 'open'),
  execution('open', 2, {
    isServerEvent: false,
    order: { orderStatus: 1, orderType: 1, executedVolume: 0 },
    position: { positionStatus: 3, price: 0, tradeData: { volume: 0 } },
  }),
  execution(
    'open',
    3,
    {
      isServerEvent: false,
      order: { orderStatus: 2, executedVolume: 1000, timeInForce: 3 },
      position: { positionStatus: 1, tradeData: { volume: 1000, tradeSide: 1 } },
      deal: { dealStatus: 2, filledVolume: 1000 },
    },
    { save: { position: 'position.positionId', price: 'position.price' } },
  ),
]

/** A position with both levels: sequence B. */
const guarded: readonly Step[] = [
  send(2106, order({ relativeStopLoss: STOP, relativeTakeProfit: TARGET }), 'open'),
  execution('open', 2, { order: { relativeStopLoss: STOP, relativeTakeProfit: TARGET } }),
  execution(
    'open',
    3,
    { position: { positionStatus: 1 } },
    { save: { position: 'position.positionId', price: 'position.price' }, without: ['position.stopLoss'] },
  ),
  execution(
    'open',
    2,
    {
      isServerEvent: true,
      order: {
        orderType: 4,
        orderStatus: 1,
        closingOrder: true,
        timeInForce: 2,
        tradeData: { tradeSide: 2 },
      },
      position: {
        positionStatus: 1,
        stopLoss: (known: Known) => expect.closeTo((known['price'] ?? 0) - 50, 6),
        takeProfit: (known: Known) => expect.closeTo((known['price'] ?? 0) + 60, 6),
      },
    },
    {
      save: { protection: 'order.orderId', stop: 'position.stopLoss', target: 'position.takeProfit' },
      without: ['order.stopLoss', 'order.takeProfit'],
    },
  ),
]

const trading = (name: string, ...steps: readonly (Step | readonly Step[])[]): Session => ({
  name,
  venue: own,
  steps: [...login(), ...steps.flat()],
})

/** A session on a venue whose first order goes as the script says. */
const scripted = (name: string, outcome: ScriptedOutcome, ...steps: readonly Step[]): Session => ({
  ...trading(name, ...steps),
  venue: { ...own, venue: { latencyMs: 50, script: [{ times: 1, outcome }] } },
})

const sequences: readonly Session[] = [
  scripted(
    'H: [row 57] fills in parts with the volume so far, then completes',
    { fill: [0.4, 0.6] },
    send(2106, order(), 'open'),
    execution('open', 2, { order: { executedVolume: 0 } }),
    execution('open', 11, {
      order: { orderStatus: 1, executedVolume: 400 },
      deal: { filledVolume: 400 },
      position: { tradeData: { volume: 400 } },
    }),
    execution('open', 3, { order: { orderStatus: 2, executedVolume: 1000 }, deal: { filledVolume: 600 } }),
  ),
  scripted(
    'H: cancels the rest of an order for at once and leaves the position open',
    { fill: [0.4] },
    send(2106, order(), 'open'),
    execution('open', 2, {}),
    execution('open', 11, { order: { executedVolume: 400 } }),
    execution('open', 5, { order: { orderStatus: 5, executedVolume: 400 }, position: { positionStatus: 1 } }),
  ),
  scripted(
    'I: refuses after the acceptance with an event that has the code and a rejected deal',
    { rejectAfterAcceptance: 'NOT_ENOUGH_MONEY' },
    send(2106, order(), 'open'),
    execution('open', 2, {}),
    execution('open', 7, {
      errorCode: 'NOT_ENOUGH_MONEY',
      order: { orderStatus: 3 },
      position: { positionStatus: 2 },
      deal: { dealStatus: 4, filledVolume: 0 },
    }),
  ),
  trading(
    'J: moves a trailing stop by its own event, and reconciles the flag',
    ask(2127, { symbolId: [GOLD] }, 2128),
    send(2106, order({ relativeStopLoss: STOP, trailingStopLoss: true }), 'open'),
    execution('open', 2, { order: { trailingStopLoss: true } }),
    execution('open', 3, {}, { save: { position: 'position.positionId' } }),
    execution(
      'open',
      2,
      { isServerEvent: true, order: { orderType: 4 }, position: { trailingStopLoss: true } },
      { save: { protection: 'order.orderId' } },
    ),
    { expect: 2107, fields: { positionId: '$position', orderId: '$protection' } },
  ),
  trading('A: fills a market order without protection and says no more', bare, { quiet: 'A' }),
  trading(
    'A: sells at the bid',
    send(2106, order({ tradeSide: 2 }), 'open'),
    execution('open', 2, { order: { tradeData: { tradeSide: 2 } } }),
    execution('open', 3, { position: { tradeData: { tradeSide: 2 } }, deal: { tradeSide: 2 } }),
  ),
  trading(
    'A: keeps label and comment on order and position, the client order id on the order alone',
    send(2106, order({ label: 'run 1', comment: 'why', clientOrderId: 'run.1' }), 'open'),
    execution('open', 2, {
      order: { clientOrderId: 'run.1', tradeData: { label: 'run 1', comment: 'why' } },
      position: { tradeData: { label: 'run 1', comment: 'why' } },
    }),
    execution('open', 3, { order: { clientOrderId: 'run.1' } }, { without: ['position.clientOrderId'] }),
  ),
  trading(
    'B: [row 23] protects after the fill with one order of the venue that carries both levels',
    guarded,
    {
      quiet: 'A',
    },
  ),
  trading(
    'B: protects with a stop alone',
    send(2106, order({ relativeStopLoss: STOP }), 'open'),
    execution('open', 2, {}),
    execution('open', 3, {}),
    execution(
      'open',
      2,
      { isServerEvent: true, order: { orderType: 4 } },
      { without: ['order.limitPrice', 'position.takeProfit'] },
    ),
  ),
  trading(
    'C: replaces the whole set of levels on the same order; a level left out is gone',
    guarded,
    send(2110, { positionId: '$position', stopLoss: (known: Known) => (known['stop'] ?? 0) - 10 }, 'amend'),
    execution(
      'amend',
      4,
      {
        isServerEvent: false,
        order: { orderId: '$protection' },
        position: { stopLoss: (known: Known) => expect.closeTo((known['stop'] ?? 0) - 10, 6) },
      },
      { without: ['order.limitPrice', 'position.takeProfit'] },
    ),
  ),
  trading(
    'C: cancels the protective order when both levels are left out',
    guarded,
    send(2110, { positionId: '$position' }, 'amend'),
    execution(
      'amend',
      5,
      { order: { orderId: '$protection', orderStatus: 5 }, position: { positionStatus: 1 } },
      { without: ['position.stopLoss', 'position.takeProfit'] },
    ),
  ),
  trading(
    'C: makes a protective order for a bare position',
    bare,
    send(2110, { positionId: '$position', stopLoss: (known: Known) => (known['price'] ?? 0) - 80 }, 'amend'),
    execution('amend', 2, { order: { orderType: 4 }, position: { positionStatus: 1 } }),
  ),
  trading(
    'D: closes a part, realises its share, and leaves the rest open',
    bare,
    send(2111, { positionId: '$position', volume: 400 }, 'part'),
    execution('part', 2, { order: { closingOrder: true, tradeData: { tradeSide: 2, volume: 400 } } }),
    execution('part', 3, {
      position: { positionStatus: 1, commission: -21, tradeData: { volume: 600 } },
      deal: { closePositionDetail: { closedVolume: 400, commission: -28, balanceVersion: 1 } },
    }),
    { quiet: 'A' },
  ),
  trading(
    'D: shrinks the protective order after a partial close',
    guarded,
    send(2111, { positionId: '$position', volume: 400 }, 'part'),
    execution('part', 2, {}),
    execution('part', 3, {
      position: { stopLoss: '$stop', takeProfit: '$target', tradeData: { volume: 600 } },
    }),
    execution('part', 4, {
      isServerEvent: true,
      order: { orderId: '$protection', tradeData: { volume: 600 } },
    }),
  ),
  trading(
    'E: closes a bare position in the fill',
    bare,
    send(2111, { positionId: '$position', volume: 1000 }, 'close'),
    execution('close', 2, { position: { positionStatus: 1, tradeData: { volume: 1000 } } }),
    execution('close', 3, { position: { positionStatus: 2, tradeData: { volume: 0 } } }),
    { quiet: 'A' },
  ),
  trading(
    'E: [row 42] leaves a protected position created with volume 0 until its protective order is cancelled',
    guarded,
    send(2111, { positionId: '$position', volume: 1000 }, 'close'),
    execution('close', 2, {}),
    execution('close', 3, {
      position: { positionStatus: 3, price: 0, stopLoss: '$stop', tradeData: { volume: 0 } },
    }),
    execution('close', 5, {
      isServerEvent: true,
      order: { orderId: '$protection', orderStatus: 5 },
      position: { positionStatus: 2 },
    }),
    ask(2124, {}, 2125, { position: [] }),
  ),
  trading(
    'F: closes at a level with one fill of the protective order, which nobody asked for',
    send(2106, order({ relativeStopLoss: 60_000, relativeTakeProfit: 60_000 }), 'open'),
    execution('open', 2, {}),
    execution('open', 3, {}),
    execution('open', 2, { isServerEvent: true }, { save: { protection: 'order.orderId' } }),
    ask(2127, { symbolId: [GOLD] }, 2128),
    execution(undefined, 3, {
      isServerEvent: true,
      order: { orderId: '$protection', orderType: 4, orderStatus: 2, closingOrder: true },
      position: { positionStatus: 2, tradeData: { volume: 0 } },
      deal: { closePositionDetail: { closedVolume: 1000 } },
    }),
  ),
]

const afterwards: readonly Session[] = [
  trading(
    'reconciles an open position, and its protective order when asked for',
    guarded,
    ask(2124, {}, 2125, { position: [{ positionId: '$position', stopLoss: '$stop' }], order: [] }),
    ask(2124, { returnProtectionOrders: true }, 2125, { order: [{ orderId: '$protection', orderType: 4 }] }),
  ),
  trading(
    'tells the open profit, net of the opening commission',
    bare,
    ask(2187, {}, 2188, {
      moneyDigits: 2,
      positionUnrealizedPnL: [{ positionId: '$position', netUnrealizedPnL: expect.any(Number) }],
    }),
  ),
  trading(
    'lists deals newest first, as many as asked for, and says that there are more',
    bare,
    send(2111, { positionId: '$position', volume: 1000 }, 'close'),
    execution('close', 2, {}),
    execution('close', 3, {}, { save: { deal: 'deal.dealId', at: 'deal.executionTimestamp' } }),
    ask(
      2133,
      { fromTimestamp: (known: Known) => (known['at'] ?? 0) - 60_000, toTimestamp: '$at', maxRows: 1 },
      2134,
      { hasMore: true, deal: [{ dealId: '$deal' }] },
    ),
  ),
  trading(
    'counts the balance from the first closing on',
    bare,
    send(2111, { positionId: '$position', volume: 1000 }, 'close'),
    execution('close', 2, {}),
    execution('close', 3, {}, { save: { balance: 'deal.closePositionDetail.balance' } }),
    ask(2121, {}, 2122, { trader: { balance: '$balance', balanceVersion: 1 } }),
  ),
  trading(
    'does not close a position twice',
    bare,
    send(2111, { positionId: '$position', volume: 1000 }, 'close'),
    execution('close', 2, {}),
    execution('close', 3, {}),
    rejected(2111, { positionId: '$position', volume: 1000 }, 'POSITION_NOT_FOUND'),
  ),
]

const connections: readonly Session[] = [
  trading(
    'tells every connection of the account, the id to the one that asked alone',
    login('B'),
    send(2106, order(), 'open'),
    execution('open', 2, {}),
    execution('open', 3, {}),
    execution(undefined, 2, { order: { orderStatus: 1 } }, { on: 'B' }),
    execution(undefined, 3, { order: { orderStatus: 2 } }, { on: 'B' }),
    { quiet: 'B' },
  ),
  trading(
    'tells a refusal to the one that asked alone',
    login('B'),
    rejected(2111, { positionId: 99, volume: 100 }, 'POSITION_NOT_FOUND'),
    { quiet: 'B' },
  ),
  trading(
    'tells nothing to a connection that has the application only',
    { open: 'B' },
    { send: 2100, fields: { clientId: '$clientId', clientSecret: '$secret' }, id: 'app', on: 'B' },
    { expect: 2101, id: 'app', on: 'B' },
    bare,
    { quiet: 'B' },
  ),
  trading(
    'tells nothing to a connection that has logged the account out',
    login('B'),
    ask(2162, {}, 2163, {}, { on: 'B' }),
    { expect: 2164, on: 'B' },
    bare,
    { quiet: 'B' },
  ),
  trading(
    'executes the order of a connection that is gone, and tells the others',
    login('B'),
    send(2106, order(), 'open', 'B'),
    execution(undefined, 2, {}),
    { hangUp: 'B' },
    execution(undefined, 3, {}),
    ask(2124, {}, 2125, { position: [{ positionStatus: 1 }] }),
  ),
  trading(
    'lets one connection close what another has opened',
    login('B'),
    bare,
    execution(undefined, 2, {}, { on: 'B' }),
    execution(undefined, 3, {}, { on: 'B' }),
    send(2111, { positionId: '$position', volume: 1000 }, 'close', 'B'),
    execution('close', 2, {}, { on: 'B' }),
    execution('close', 3, {}, { on: 'B' }),
    execution(undefined, 2, {}),
    execution(undefined, 3, { position: { positionStatus: 2 } }),
  ),
  {
    name: 'beats when it has nothing else to say, and ends a connection that says nothing',
    venue: { ...own, times: { idleMs: 400, heartbeatMs: 60 } },
    steps: [...login(), { closed: 'A' }],
  },
  {
    name: 'ends a connection that never authenticates',
    venue: { ...own, times: { idleMs: 200, heartbeatMs: 10_000 } },
    steps: [{ open: 'A' }, { send: 51 }, { closed: 'A' }],
  },
]

const recorded: readonly Session[] = (
  [
    [
      'SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]',
      { stopLoss: 100 },
    ],
    [
      'SL/TP in absolute values are allowed only for order types: [LIMIT, STOP, STOP_LIMIT]',
      { takeProfit: 1e5 },
    ],
    ['Relative stop loss has invalid precision', { relativeStopLoss: 1500 }],
    ['Relative take profit has invalid precision', { relativeTakeProfit: 1 }],
    ['Label is longer than 100 characters', { label: 'x'.repeat(101) }],
    ['Comment is longer than 512 characters', { comment: 'x'.repeat(513) }],
    ['Client order id is longer than 50 characters', { clientOrderId: 'x'.repeat(51) }],
    ['Trade side 3 does not exist', { tradeSide: 3 }],
  ] as const
).map(([text, fields]) => ({
  name: `refuses an order with ${Object.keys(fields)[0]}: "${text}"`,
  steps: [...login(), ...refused(2106, order(fields), 'INVALID_REQUEST', text), { quiet: 'A' }],
}))

const refusals: readonly Session[] = [
  ...recorded,
  trading('rejects an unknown symbol', rejected(2106, order({ symbolId: 7 }), 'SYMBOL_NOT_FOUND')),
  trading(
    'rejects a volume off the step, and names the range',
    rejected(2106, order({ volume: 150 }), 'TRADING_BAD_VOLUME', {
      description: expect.stringContaining('100'),
    }),
  ),
  trading('rejects a volume below the minimum', rejected(2106, order({ volume: 1 }), 'TRADING_BAD_VOLUME')),
  trading(
    'rejects what the margin does not allow',
    rejected(2106, order({ volume: 1e6 }), 'NOT_ENOUGH_MONEY'),
  ),
  trading(
    'rejects to close a position that does not exist, with the recorded text',
    rejected(2111, { positionId: 99, volume: 100 }, 'POSITION_NOT_FOUND', {
      positionId: 99,
      description: 'Position not found with id 99',
    }),
  ),
  trading(
    'rejects levels for a position that does not exist, with the recorded text',
    rejected(2110, { positionId: 99, stopLoss: 100 }, 'POSITION_NOT_FOUND', {
      description: 'Position not found with id 99',
    }),
  ),
  trading(
    'rejects to close more than is open',
    bare,
    rejected(2111, { positionId: '$position', volume: 1100 }, 'TRADING_BAD_VOLUME'),
  ),
  trading(
    'rejects to close a part off the step',
    bare,
    rejected(2111, { positionId: '$position', volume: 150 }, 'TRADING_BAD_VOLUME'),
  ),
  trading(
    'rejects a stop on the winning side, and keeps the levels as they were',
    guarded,
    rejected(
      2110,
      { positionId: '$position', stopLoss: (known: Known) => Math.round((known['price'] ?? 0) + 500) },
      'TRADING_BAD_STOPS',
    ),
    ask(2124, {}, 2125, { position: [{ stopLoss: '$stop', takeProfit: '$target' }] }),
  ),
  trading(
    'rejects both levels when one is bad',
    guarded,
    rejected(
      2110,
      {
        positionId: '$position',
        stopLoss: (known: Known) => Math.round((known['price'] ?? 0) - 90),
        takeProfit: (known: Known) => Math.round((known['price'] ?? 0) - 500),
      },
      'TRADING_BAD_STOPS',
    ),
    ask(2124, {}, 2125, { position: [{ stopLoss: '$stop', takeProfit: '$target' }] }),
  ),
  trading(
    'refuses a level with more digits than the symbol has: the recorded text',
    bare,
    refused(
      2110,
      { positionId: '$position', stopLoss: 2000.123 },
      'INVALID_REQUEST',
      'Order protection = 2000.123 has more digits than symbol allows. Allowed 2 digits',
    ),
  ),
  trading(
    'refuses to amend nothing: the recorded text',
    bare,
    refused(2110, { positionId: '$position' }, 'INVALID_REQUEST', 'Nothing to amend.'),
  ),
]

/** Sequences A to F, refusals, and several connections on one account. */
export const tradingSessions: readonly Session[] = [...sequences, ...afterwards, ...connections, ...refusals]
