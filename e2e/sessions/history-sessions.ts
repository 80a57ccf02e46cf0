import { expect } from 'vitest'
import { ask, type Fields, login, refused, type Session, type Step } from './session.ts'

// Numbers of the wire: executions 2 accepted, 3 filled, 4 replaced, 5 cancelled, 6 expired; order types 1 market,
// 2 limit, 3 stop, 5 market range, 6 stop-limit; times in force 1 GTD, 2 GTC, 3 IOC, 4 FOK.

const GOLD = 41
const own = { mode: { type: 'live-clock', speed: 120 } as const, seed: 11 }

const send = (payloadType: number, fields: Fields, id: string): Step => ({
  send: payloadType,
  fields: { ctidTraderAccountId: '$account', ...fields },
  id,
})
const execution = (id: string | undefined, executionType: number, fields: Fields = {}, save = {}): Step => ({
  expect: 2126,
  ...(id === undefined ? {} : { id }),
  fields: { executionType, ...fields },
  save,
})
const order = (fields: Fields): Fields => ({
  symbolId: GOLD,
  orderType: 1,
  tradeSide: 1,
  volume: 1000,
  ...fields,
})

/** Opens a position, and closes it in two parts. */
const closedInTwo: readonly Step[] = [
  ...login(),
  send(2106, order({}), 'open'),
  execution('open', 2),
  execution(
    'open',
    3,
    {},
    { position: 'position.positionId', opening: 'deal.dealId', first: 'order.orderId' },
  ),
  send(2111, { positionId: '$position', volume: 400 }, 'part'),
  execution('part', 2),
  execution('part', 3, {}, { reduced: 'deal.dealId' }),
  send(2111, { positionId: '$position', volume: 600 }, 'rest'),
  execution('rest', 2),
  execution('rest', 3, {}, { closed: 'deal.dealId', closedAt: 'deal.executionTimestamp' }),
]

const history: readonly Session[] = [
  {
    name: 'remembers orders and deals of a position, which deals offset which, and dates the account',
    venue: own,
    steps: [
      ...closedInTwo,
      ...ask(2175, { fromTimestamp: 0, toTimestamp: 1 }, 2176, { order: [], hasMore: false }),
      ...ask(2175, { toTimestamp: '$closedAt' }, 2176, {
        order: [{}, {}, { orderId: '$first' }],
        hasMore: false,
      }),
      ...ask(2183, { positionId: '$position', fromTimestamp: '$closedAt', toTimestamp: '$closedAt' }, 2184, {
        order: [{ closingOrder: true, positionId: '$position' }],
        hasMore: false,
      }),
      ...ask(2179, { positionId: '$position', fromTimestamp: '$closedAt', toTimestamp: '$closedAt' }, 2180, {
        deal: [{ dealId: '$closed', closePositionDetail: { closedVolume: 600 } }],
        hasMore: false,
      }),
      ...ask(2181, { orderId: '$first' }, 2182, {
        order: { orderId: '$first' },
        deal: [{ dealId: '$opening' }],
      }),
      ...ask(2185, { dealId: '$opening' }, 2186, {
        offsetBy: [
          { dealId: '$reduced', volume: 400, executionPrice: expect.any(Number) },
          { dealId: '$closed', volume: 600, executionTimestamp: '$closedAt' },
        ],
        offsetting: [],
      }),
      ...ask(2185, { dealId: '$closed' }, 2186, {
        offsetBy: [],
        offsetting: [{ dealId: '$opening', volume: 600 }],
      }),
      { send: 2149, fields: { accessToken: '$token' }, id: 'list' },
      {
        expect: 2150,
        id: 'list',
        fields: {
          ctidTraderAccount: [
            { lastClosingDealTimestamp: '$closedAt', lastBalanceUpdateTimestamp: '$closedAt' },
          ],
        },
      },
    ],
  },
  {
    name: 'refuses the details of what never was with the recorded text, and has an empty past of a position that never was',
    steps: [
      ...login(),
      ...refused(2181, { orderId: 999 }, 'ORDER_NOT_FOUND', 'Order not found with id 999'),
      ...refused(2185, { dealId: 999 }, 'ENTITY_NOT_FOUND', 'Deal not found with id 999'),
      ...ask(2179, { positionId: 999 }, 2180, { deal: [], hasMore: false }),
      ...ask(2183, { positionId: 999 }, 2184, { order: [], hasMore: false }),
    ],
  },
  ...([2175, 2179, 2183] as const).map(
    (request): Session => ({
      name: `refuses ${request} for more than a week and for a range that is turned round`,
      steps: [
        ...login(),
        ...refused(
          request,
          { positionId: 1, fromTimestamp: 0, toTimestamp: 604_800_001 },
          'INCORRECT_BOUNDARIES',
        ),
        ...refused(request, { positionId: 1, fromTimestamp: 2, toTimestamp: 1 }, 'INCORRECT_BOUNDARIES'),
      ],
    }),
  ),
]

const orders: readonly Session[] = [
  {
    name: 'amends and cancels a limit order with levels, and tells it as it stands',
    venue: own,
    steps: [
      ...login(),
      send(
        2106,
        order({ orderType: 2, limitPrice: 1000, stopLoss: 900, takeProfit: 1200, timeInForce: 2 }),
        'limit',
      ),
      execution(
        'limit',
        2,
        { order: { orderType: 2, stopLoss: 900, takeProfit: 1200, stopTriggerMethod: 1 } },
        { order: 'order.orderId' },
      ),
      send(
        2109,
        { orderId: '$order', volume: 2000, limitPrice: 1100, stopLoss: 950, takeProfit: 1300 },
        'amend',
      ),
      execution('amend', 4, { order: { orderId: '$order', limitPrice: 1100, stopLoss: 950 } }),
      send(
        2109,
        { orderId: '$order', limitPrice: 1100, relativeStopLoss: 5_000_000, relativeTakeProfit: 6_000_000 },
        'again',
      ),
      execution('again', 4, { order: { relativeStopLoss: 5_000_000, relativeTakeProfit: 6_000_000 } }),
      send(2108, { orderId: '$order' }, 'cancel'),
      execution('cancel', 5, { order: { orderStatus: 5 }, position: { positionStatus: 2 } }),
      send(2108, { orderId: '$order' }, 'gone'),
      { expect: 2132, id: 'gone', fields: { errorCode: 'ORDER_NOT_FOUND', orderId: '$order' } },
    ],
  },
  {
    name: 'lets an order with a date expire at it',
    venue: own,
    steps: [
      ...login(),
      send(
        2106,
        order({
          orderType: 2,
          limitPrice: 1000,
          timeInForce: 1,
          expirationTimestamp: (known: { now: number }) => known.now + 120_000,
        }),
        'dated',
      ),
      execution('dated', 2, { order: { timeInForce: 1 } }, { dated: 'order.orderId' }),
      {
        send: 2109,
        fields: {
          ctidTraderAccountId: '$account',
          orderId: '$dated',
          limitPrice: 1001,
          expirationTimestamp: (known: { now: number }) => known.now + 180_000,
        },
        id: 'later',
      },
      execution('later', 4),
      { expect: 2126, fields: { executionType: 6, isServerEvent: true, order: { orderStatus: 4 } } },
    ],
  },
  {
    name: 'takes a stop order and a stop-limit order, amends their prices, and lets them wait',
    venue: own,
    steps: [
      ...login(),
      send(2106, order({ orderType: 3, stopPrice: 9000, stopTriggerMethod: 1 }), 'stop'),
      execution('stop', 2, { order: { orderType: 3, stopPrice: 9000 } }, { stop: 'order.orderId' }),
      send(2109, { orderId: '$stop', stopPrice: 9100, stopTriggerMethod: 1 }, 'move'),
      execution('move', 4, { order: { stopPrice: 9100 } }),
      send(2106, order({ orderType: 6, stopPrice: 9000, slippageInPoints: 20 }), 'stop-limit'),
      execution(
        'stop-limit',
        2,
        { order: { orderType: 6, slippageInPoints: 20 } },
        { range: 'order.orderId' },
      ),
      send(2109, { orderId: '$range', stopPrice: 9200, slippageInPoints: 30 }, 'wider'),
      execution('wider', 4, { order: { slippageInPoints: 30 } }),
      ...ask(2124, {}, 2125, { order: [{ orderId: '$stop' }, { orderId: '$range' }] }),
    ],
  },
  {
    name: 'cancels a market range and a fill-or-kill order that cannot be filled, after it has accepted them',
    venue: own,
    steps: [
      ...login(),
      send(2106, order({ orderType: 5, baseSlippagePrice: 1000, slippageInPoints: 1 }), 'range'),
      execution('range', 2, { order: { orderType: 5, baseSlippagePrice: 1000 } }),
      execution('range', 5, { order: { executedVolume: 0 } }),
      send(2106, order({ orderType: 2, limitPrice: 1000, timeInForce: 4 }), 'kill'),
      execution('kill', 2, { order: { timeInForce: 4 } }),
      execution('kill', 5),
    ],
  },
]

/** The past of an account, and the orders that wait for a price. */
export const historySessions: readonly Session[] = [...history, ...orders]
