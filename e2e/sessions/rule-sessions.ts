import type { SimulatorAccount, SimulatorControl } from '@openclaw-trading/ctrader-simulator'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { lots, unixMs } from '@openclaw-trading/trading-model'
import { ask, type Fields, login, refused, rejected, type Session, type Step } from './session.ts'

// Numbers of the wire as in the sessions of trading; execution 8 is a refused cancel.

const GOLD = 41
const DEMO: SimulatorAccount = {
  currency: 'USD',
  digits: 2,
  balanceMinor: 1_000_000,
  leverage: 100,
  hedged: true,
}
/** Time and prices stand still, and nothing takes time. */
const still = {
  mode: { type: 'live-clock', clock: 'manual', market: 'still' } as const,
  venue: { latencyMs: 0 },
  instruments: [{ ...SYNTHETIC_XAUUSD, guaranteedStops: true }, SYNTHETIC_EURUSD],
}

const order = (fields: Fields = {}): Fields => ({
  ctidTraderAccountId: '$account',
  symbolId: GOLD,
  orderType: 1,
  tradeSide: 1,
  volume: 1000,
  ...fields,
})
const send = (payloadType: number, fields: Fields, id: string): Step => ({
  send: payloadType,
  fields: { ctidTraderAccountId: '$account', ...fields },
  id,
})
const execution = (executionType: number, fields: Fields = {}, save: Record<string, string> = {}): Step => ({
  some: 2126,
  fields: { executionType, ...fields },
  save,
})
const quote = (bid: number): Step => ({ act: control => control.quote('XAUUSD', { bid, ask: bid + 0.2 }) })
const change = (changes: Parameters<SimulatorControl['changeInstrument']>[1]): readonly Step[] => [
  { act: control => control.changeInstrument('XAUUSD', changes) },
  { expect: 2120, fields: { ctidTraderAccountId: '$account', symbolId: [GOLD] } },
]
const symbol = (fields: Fields): readonly Step[] =>
  ask(2116, { symbolId: [GOLD] }, 2117, { symbol: [fields] })
const ruled = (name: string, venue: object, ...steps: readonly (Step | readonly Step[])[]): Session => ({
  name,
  venue: { ...still, ...venue },
  steps: [...login(), quote(2000), ...steps.flat()],
})

const stops: readonly Session[] = [
  ruled(
    'guards a position by every kind of stop',
    {},
    send(2106, order({ relativeStopLoss: 1_000_000, trailingStopLoss: true }), 'open'),
    execution(2, { order: { trailingStopLoss: true } }),
    execution(3, {}, { position: 'position.positionId' }),
    execution(2, { isServerEvent: true, position: { trailingStopLoss: true } }),
    [2, 3, 4, 1].flatMap((method): readonly Step[] => [
      send(2110, { positionId: '$position', stopLoss: 1980, stopLossTriggerMethod: method }, 'amend'),
      execution(4, { position: method === 1 ? {} : { stopLossTriggerMethod: method } }),
    ]),
    send(2110, { positionId: '$position', stopLoss: 1985, trailingStopLoss: true }, 'trail'),
    execution(4, { position: { trailingStopLoss: true } }),
    send(2110, { positionId: '$position', stopLoss: 1980, guaranteedStopLoss: true }, 'guard'),
    execution(4, { position: { guaranteedStopLoss: true } }),
    send(2106, order({ relativeStopLoss: 1_000_000, guaranteedStopLoss: true }), 'second'),
    execution(3),
    send(2106, order({ positionId: '$position' }), 'more'),
    execution(3, { position: { positionId: '$position', tradeData: { volume: 2000 } } }),
  ),
  ruled(
    'gives an order that waits every kind of stop, and lets none with a price wait for the open',
    {},
    send(2106, order({ orderType: 2, limitPrice: 1900 }), 'limit'),
    execution(2, {}, { order: 'order.orderId' }),
    send(
      2109,
      { orderId: '$order', limitPrice: 1901, relativeStopLoss: 1_000_000, trailingStopLoss: true },
      'trail',
    ),
    execution(4, { order: { trailingStopLoss: true } }),
    send(
      2109,
      { orderId: '$order', limitPrice: 1902, relativeStopLoss: 1_000_000, guaranteedStopLoss: true },
      'guard',
    ),
    execution(4, { order: { limitPrice: 1902 } }),
    refused(2106, order({ orderType: 2, limitPrice: 1900, timeInForce: 5 }), 'INVALID_REQUEST'),
  ),
  ruled(
    'keeps a market order for the open, lists it, cancels one, amends none, and fills it with the first quote of the session',
    {},
    { act: control => control.clock.jump(unixMs(Date.UTC(2025, 0, 6, 22, 30))) },
    rejected(2106, order(), 'MARKET_CLOSED'),
    send(2106, order({ timeInForce: 5 }), 'first'),
    execution(2, { order: { orderType: 1, timeInForce: 5 } }, { first: 'order.orderId' }),
    send(2108, { orderId: '$first' }, 'cancel'),
    execution(5, { order: { orderId: '$first', timeInForce: 5, executedVolume: 0 } }),
    send(2106, order({ timeInForce: 5, relativeStopLoss: 1_000_000 }), 'second'),
    execution(
      2,
      {
        isServerEvent: false,
        order: { orderStatus: 1, timeInForce: 5, relativeStopLoss: 1_000_000, closingOrder: false },
        position: { positionStatus: 3, price: 0 },
      },
      { second: 'order.orderId', position: 'position.positionId' },
    ),
    ask(2124, {}, 2125, { order: [{ orderId: '$second', orderType: 1, timeInForce: 5 }] }),
    rejected(2109, { orderId: '$second', volume: 2000 }, 'UNABLE_TO_AMEND_ORDER'),
    quote(1990),
    ask(2124, {}, 2125, { order: [{ orderId: '$second' }] }),
    { act: control => control.clock.advance(3_600_000) },
    quote(2010),
    execution(3, {
      isServerEvent: true,
      order: { orderId: '$second', orderStatus: 2, timeInForce: 5, executionPrice: 2010.2 },
      position: { positionId: '$position', positionStatus: 1 },
    }),
    execution(2, { order: { orderType: 4 }, position: { stopLoss: 2000.2 } }),
  ),
  ruled(
    'cannot cancel an order that is being filled',
    {},
    { act: control => control.script([{ outcome: { fillDelayMs: 10_000 } }]) },
    send(2106, order(), 'open'),
    execution(2, {}, { order: 'order.orderId' }),
    send(2108, { orderId: '$order' }, 'cancel'),
    execution(8, { errorCode: 'UNABLE_TO_CANCEL_ORDER' }),
    { act: control => control.clock.advance(20_000) },
    execution(3, { order: { orderId: '$order' } }),
  ),
  ruled(
    'closes what costs most margin when the equity is too low',
    { account: { ...DEMO, stopOut: { levelPercent: 50, closes: 'whole', first: 'most-margin' } } },
    send(2106, order({ volume: 40_000 }), 'open'),
    execution(3),
    quote(1980),
    execution(2, { isServerEvent: true, order: { isStopOut: true, closingOrder: true } }),
    execution(3, { order: { isStopOut: true }, position: { positionStatus: 2 } }),
  ),
  ruled(
    'calls for margin once when the level falls below a threshold, and tells every connection of the account',
    { account: { ...DEMO, marginCallPercents: [60, 100] } },
    login('B'),
    send(2106, order({ volume: 40_000 }), 'open'),
    execution(3),
    quote(1990),
    ['A', 'B'].map(
      (on): Step => ({
        some: 2172,
        fields: {
          ctidTraderAccountId: '$account',
          marginCall: { marginCallType: 62, marginLevelThreshold: 100 },
        },
        on,
      }),
    ),
    quote(1989),
    { quiet: 'A' },
  ),
  ruled(
    'tells the margin of a position that moves into a lower tier because another one went',
    {
      account: {
        ...DEMO,
        leverageTiers: [{ id: 3, tiers: [{ upToUsd: 10_000, leverage: 50 }, { leverage: 20 }] }],
      },
      instruments: [{ ...SYNTHETIC_XAUUSD, leverageId: 3 }],
    },
    send(2106, order(), 'first'),
    execution(3, {}, { first: 'position.positionId' }),
    send(2106, order(), 'second'),
    execution(3),
    send(2111, { positionId: '$first', volume: 1000 }, 'close'),
    { some: 2141, fields: { ctidTraderAccountId: '$account', moneyDigits: 2 } },
  ),
]

const rights: readonly Session[] = [
  ruled(
    'tells new rights of an account, and acts by them',
    {},
    (
      [
        [1, 'close-only'],
        [2, 'no-trading'],
        [3, 'no-login'],
        [0, 'full-access'],
      ] as const
    ).flatMap(([accessRights, name]): readonly Step[] => [
      { act: control => control.accessRights(name) },
      { expect: 2123, fields: { trader: { accessRights } } },
      ...(accessRights === 1 || accessRights === 2
        ? rejected(2106, order(), 'TRADING_NOT_ALLOWED')
        : ask(2121, {}, 2122, { trader: { accessRights } })),
    ]),
  ),
  ruled(
    'lets a token to look look, and not trade',
    {},
    { act: control => control.grant('accounts').accessToken, save: 'view' },
    { open: 'B' },
    { send: 2100, fields: { clientId: '$clientId', clientSecret: '$secret' }, id: 'app', on: 'B' },
    { expect: 2101, id: 'app', on: 'B' },
    { send: 2149, fields: { accessToken: '$view' }, id: 'list', on: 'B' },
    { expect: 2150, id: 'list', fields: { permissionScope: 0 }, on: 'B' },
    ask(2102, { accessToken: '$view' }, 2103, {}, { on: 'B' }),
    ask(2121, {}, 2122, {}, { on: 'B' }),
    ask(2106, order(), 2142, { errorCode: 'TRADING_NOT_ALLOWED' }, { on: 'B' }),
  ),
  {
    name: 'describes a netted account and one with the greatest margin of both directions',
    venue: {
      ...still,
      accounts: [
        {
          ...DEMO,
          hedged: false,
          marginMethod: 'net',
          stopOut: { levelPercent: 50, closes: 'whole', first: 'most-margin' },
        },
        {
          ...DEMO,
          marginMethod: 'max',
          stopOut: { levelPercent: 50, closes: 'partial', first: 'most-losing' },
        },
      ],
    },
    steps: [
      ...login(),
      ...ask(2121, {}, 2122, {
        trader: { accountType: 1, totalMarginCalculationType: 2, fairStopOut: true, stopOutStrategy: 0 },
      }),
      ...ask(2102, { ctidTraderAccountId: '$second', accessToken: '$token' }, 2103),
      ...ask(2121, { ctidTraderAccountId: '$second' }, 2122, {
        trader: { accountType: 0, totalMarginCalculationType: 0, fairStopOut: false, stopOutStrategy: 1 },
      }),
    ].map(step =>
      'send' in step && step.fields?.['ctidTraderAccountId'] === '$second'
        ? {
            ...step,
            fields: {
              ...step.fields,
              ctidTraderAccountId: (known: { account: number }) => known.account + 1,
            },
          }
        : step,
    ),
  },
]

const symbols: readonly Session[] = [
  ruled(
    'tells a symbol in every mode of trading',
    {},
    (
      [
        ['disabled', 1],
        ['disabled-with-pending-execution', 2],
        ['close-only', 3],
      ] as const
    ).flatMap(([tradingMode, number]) => [
      ...change({ tradingMode }),
      ...symbol({ tradingMode: number }),
      ...rejected(2106, order(), 'TRADING_DISABLED'),
    ]),
    change({ tradingMode: 'enabled' }),
    symbol({ tradingMode: 0 }),
  ),
  ruled(
    'tells new costs, distances in percent, tiers and limits of a symbol',
    { account: { ...DEMO, leverageTiers: [{ id: 3, tiers: [{ leverage: 20 }] }] } },
    change({ leverageId: 3, maxExposure: lots(5) }),
    symbol({ leverageId: 3, maxExposure: 50_000 }),
    change({ costs: { minStopDistancePercent: 1 } }),
    symbol({ slDistance: 100, distanceSetIn: 2 }),
    change({ costs: { rollover: { usdPerLot: 5, skippedDays: 2, tripleDay: 3 } } }),
    symbol({ rolloverCommission: 5, skipRolloverDays: 2, rolloverCommission3Days: 3 }),
  ),
]

/** The day on which the venue starts: 2025-01-06, a Monday. */
const START_DAY = 20_094
const hours = (days: readonly number[]) => ({
  ...SYNTHETIC_XAUUSD.hours,
  holidays: days.map(day => ({ day, recurring: false, timeZone: 'UTC' })),
})
const LIMIT = { orderType: 2, timeInForce: 2, limitPrice: 1900 }

const holidays: readonly Session[] = [
  ruled(
    'refuses orders on a holiday by its own code, takes those that wait, and trades on when it is over',
    { instruments: [{ ...SYNTHETIC_XAUUSD, hours: hours([START_DAY]) }, SYNTHETIC_EURUSD] },
    rejected(2106, order(), 'SYMBOL_HAS_HOLIDAY'),
    rejected(2106, order({ ...LIMIT, timeInForce: 3 }), 'SYMBOL_HAS_HOLIDAY'),
    send(2106, order(LIMIT), 'waits'),
    execution(2, { order: { orderType: 2 } }),
    change({ hours: hours([START_DAY + 1]) }),
    send(2106, order(), 'open'),
    execution(3, {}, { position: 'position.positionId' }),
    change({ hours: hours([START_DAY]) }),
    rejected(2111, { positionId: '$position', volume: 1000 }, 'SYMBOL_HAS_HOLIDAY'),
  ),
  ruled(
    'refuses orders in hours that are closed anyhow as on any other day',
    {
      mode: { ...still.mode, startAt: Date.UTC(2025, 0, 4, 12) },
      instruments: [{ ...SYNTHETIC_XAUUSD, hours: hours([START_DAY - 2]) }, SYNTHETIC_EURUSD],
    },
    rejected(2106, order(), 'MARKET_CLOSED'),
  ),
]

const rests: readonly Session[] = [
  ruled(
    '[row 21] keeps the rest of a limit for at once working where the broker does so, until it is cancelled',
    { venue: { latencyMs: 0, script: [{ times: 1, outcome: { fill: [0.4], restStays: true } }] } },
    send(2106, order({ orderType: 2, timeInForce: 3, limitPrice: 2000.2 }), 'open'),
    execution(2),
    execution(11, { order: { orderStatus: 1, executedVolume: 400 } }, { order: 'order.orderId' }),
    { quiet: 'A' },
    quote(2010),
    ask(2124, {}, 2125, { order: [{ orderStatus: 1, timeInForce: 3, executedVolume: 400 }] }),
    send(2108, { orderId: '$order' }, 'cancel'),
    execution(5, {
      order: { orderStatus: 5, executedVolume: 400 },
      position: { positionStatus: 1, tradeData: { volume: 400 } },
    }),
  ),
  ruled(
    '[row 21] fills the rest of a limit for at once that stays with the next quote that reaches it',
    { venue: { latencyMs: 0, script: [{ times: 1, outcome: { fill: [0.4], restStays: true } }] } },
    send(2106, order({ orderType: 2, timeInForce: 3, limitPrice: 2000.2 }), 'open'),
    execution(11, { order: { orderStatus: 1, executedVolume: 400 } }),
    quote(2010),
    quote(1999),
    execution(3, { order: { orderStatus: 2, executedVolume: 1000 }, deal: { filledVolume: 600 } }),
  ),
]

/** Stops, rights, symbols, holidays and rests, as accounts and brokers differ in them. */
export const ruleSessions: readonly Session[] = [...stops, ...rights, ...symbols, ...holidays, ...rests]
