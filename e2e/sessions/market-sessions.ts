import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { DEFAULT_START_AT } from '@openclaw-trading/ctrader-simulator'
import { type Instrument, symbolId, unixMs } from '@openclaw-trading/trading-model'
import { expect } from 'vitest'
import { ask, login, refused, type Session } from './session.ts'

const GOLD = 41
const SPOTS = ask(2127, { symbolId: [GOLD] }, 2128)
const bars = (period: number) => ({ symbolId: GOLD, period })
const SWAP_UNITS = ['pips', 'points', 'percent'] as const
const record = (fields: Partial<Instrument>) => ({ instruments: [{ ...SYNTHETIC_XAUUSD, ...fields }] })
const week = { fromTimestamp: DEFAULT_START_AT - 604_800_000, toTimestamp: DEFAULT_START_AT - 1 }

const records: readonly Session[] = [
  ...(
    [
      ['none', undefined, 2],
      ['usd-per-million', 1.5, 1],
      ['usd-per-lot', 1.5, 2],
      ['percent-of-value', 1.5, 3],
      ['quote-per-lot', 1.5, 4],
    ] as const
  ).map(
    ([type, rate, commissionType]): Session => ({
      name: `states commission of the type ${type}`,
      venue: record({
        costs: { commission: rate === undefined ? { type: 'none' } : { type, rate } } as never,
      }),
      steps: [...login(), ...ask(2116, { symbolId: [GOLD] }, 2117, { symbol: [{ commissionType }] })],
    }),
  ),
  ...([0, 1, 2, 3, 4, 5, 6] as const).map(
    (tripleDay): Session => ({
      name: `states swap that is tripled on day ${tripleDay} counted from Sunday`,
      venue: record({
        costs: {
          commission: { type: 'none' },
          swap: {
            ...{ firstChargeMinute: 1259, periodHours: 24, skippedPeriods: 0, chargedAtWeekends: false },
            ...{ unit: SWAP_UNITS[tripleDay % 3] ?? 'pips', long: -1, short: 0.5, tripleDay },
          },
        },
      }),
      steps: [
        ...login(),
        ...ask(2116, { symbolId: [GOLD] }, 2117, {
          symbol: [{ swapRollover3Days: tripleDay === 0 ? 7 : tripleDay, swapLong: -1, swapShort: 0.5 }],
        }),
      ],
    }),
  ),
  {
    name: 'states holidays, also those of a part of a day',
    venue: record({
      hours: {
        ...SYNTHETIC_XAUUSD.hours,
        holidays: [{ day: 20_447, recurring: true, timeZone: 'UTC', startSecond: 3600, endSecond: 7200 }],
      },
    }),
    steps: [
      ...login(),
      ...ask(2116, { symbolId: [GOLD] }, 2117, {
        symbol: [
          { holiday: [{ holidayDate: 20_447, isRecurring: true, startSecond: 3600, endSecond: 7200 }] },
        ],
      }),
    ],
  },
]

const reference: readonly Session[] = [
  {
    name: 'names asset classes and the categories of each',
    steps: [
      ...login(),
      ...ask(2153, {}, 2154, {
        assetClass: expect.arrayContaining([expect.objectContaining({ id: 2, name: 'Metals' })]),
      }),
      ...ask(2160, {}, 2161, {
        symbolCategory: expect.arrayContaining([
          { id: 3, assetClassId: 2, name: 'Precious Metals', sortingNumber: 3 },
        ]),
      }),
      ...ask(2114, {}, 2115, { symbol: [{ symbolId: GOLD, symbolCategoryId: 3 }, { symbolCategoryId: 1 }] }),
    ],
  },
  {
    name: 'tells the id of the user to who has a token, and to nobody else',
    steps: [
      ...login(),
      { send: 2151, fields: { accessToken: '$token' }, id: 'who' },
      { expect: 2152, id: 'who', fields: { profile: { userId: expect.any(Number) } } },
      { send: 2151, fields: { accessToken: 'wrong' }, id: 'no' },
      { expect: 2142, id: 'no', fields: { errorCode: 'CH_ACCESS_TOKEN_INVALID' } },
    ],
  },
  {
    name: 'lists archived symbols to who asks for them, and gives their record apart from the others',
    venue: {
      archivedSymbols: [
        { id: symbolId(90), name: 'OLD', archivedAt: unixMs(1_600_000_000_000), description: 'merged' },
      ],
    },
    steps: [
      ...login(),
      ...ask(2114, {}, 2115, { archivedSymbol: [] }),
      ...ask(2114, { includeArchivedSymbols: true }, 2115, {
        archivedSymbol: [
          { symbolId: 90, name: 'OLD', utcLastUpdateTimestamp: 1_600_000_000_000, description: 'merged' },
        ],
      }),
      ...ask(2116, { symbolId: [GOLD, 90] }, 2117, {
        symbol: [{ symbolId: GOLD }],
        archivedSymbol: [{ symbolId: 90 }],
      }),
      ...refused(2127, { symbolId: [90] }, 'SYMBOL_NOT_FOUND'),
    ],
  },
  {
    name: 'refuses the profit subscription that was withdrawn from the protocol, and what is no request',
    steps: [
      ...login(),
      ...refused(2190, {}, 'UNSUPPORTED_MESSAGE', 'Payload type 2190 was withdrawn from the protocol'),
      ...refused(2192, {}, 'UNSUPPORTED_MESSAGE', 'Payload type 2192 was withdrawn from the protocol'),
      ...refused(2165, {}, 'UNSUPPORTED_MESSAGE', 'Payload type 2165 is no request'),
    ],
  },
]

const liveBars: readonly Session[] = [
  {
    name: 'sends the bars in progress of every period that was asked for with the next spot that moves the bid',
    steps: [
      ...login(),
      ...SPOTS,
      ...ask(2135, bars(1), 2165, { ctidTraderAccountId: '$account' }),
      ...ask(2135, bars(14), 2165),
      {
        spotWith: 'trendbar.1',
        fields: { trendbar: [{ period: 1 }, { period: 14 }] },
        without: ['trendbar.0.deltaClose', 'trendbar.1.deltaClose'],
      },
      ...refused(2135, bars(14), 'ALREADY_SUBSCRIBED'),
    ],
  },
  {
    name: 'refuses live bars without spots with INVALID_REQUEST, and those that nobody asked for',
    steps: [
      ...login(),
      ...refused(2135, bars(1), 'INVALID_REQUEST', 'Not subscribed to spots of symbol 41'),
      ...refused(2136, bars(1), 'INVALID_REQUEST'),
      ...refused(2135, { symbolId: 7, period: 1 }, 'SYMBOL_NOT_FOUND'),
      ...refused(2135, bars(99), 'INVALID_REQUEST'),
    ],
  },
  {
    name: 'ends live bars one by one, and with the spots',
    steps: [
      ...login(),
      ...SPOTS,
      ...ask(2135, bars(1), 2165),
      ...ask(2135, bars(5), 2165),
      ...ask(2136, bars(1), 2166, { ctidTraderAccountId: '$account' }),
      ...ask(2129, { symbolId: [GOLD] }, 2130),
      ...refused(2136, bars(5), 'INVALID_REQUEST'),
    ],
  },
]

const depth: readonly Session[] = [
  {
    name: 'sends the whole book first, then what changes of it',
    steps: [
      ...login(),
      ...SPOTS,
      ...ask(2156, { symbolId: [GOLD] }, 2157, { ctidTraderAccountId: '$account' }),
      {
        depth: {
          symbolId: GOLD,
          newQuotes: expect.arrayContaining([{ id: 1, size: expect.any(Number), bid: expect.any(Number) }]),
        },
      },
      { depth: { symbolId: GOLD } },
      { depth: { symbolId: GOLD } },
      ...refused(2156, { symbolId: [GOLD] }, 'ALREADY_SUBSCRIBED'),
      ...ask(2158, { symbolId: [GOLD] }, 2159, { ctidTraderAccountId: '$account' }),
      ...refused(2158, { symbolId: [GOLD] }, 'INVALID_REQUEST'),
    ],
  },
  {
    name: 'refuses depth without spots, of nothing and of what does not exist',
    steps: [
      ...login(),
      ...refused(2156, { symbolId: [GOLD] }, 'NOT_SUBSCRIBED_TO_SPOTS'),
      ...refused(2156, {}, 'INVALID_REQUEST'),
      ...refused(2156, { symbolId: [7] }, 'SYMBOL_NOT_FOUND'),
    ],
  },
]

const ticks: readonly Session[] = [
  ...([1, 2] as const).map(
    (type): Session => ({
      name: `gives ticks of side ${type}, newest first, the others as differences`,
      steps: [
        ...login(),
        ...ask(2145, { symbolId: GOLD, type, ...week }, 2146, {
          ctidTraderAccountId: '$account',
          hasMore: true,
          tickData: expect.toSatisfy(
            (data: readonly { timestamp: number; tick: number }[]) =>
              (data[0]?.timestamp ?? 0) < DEFAULT_START_AT &&
              (data[0]?.tick ?? 0) > 100_000_000 &&
              data.slice(1).every(({ timestamp }) => timestamp < 0),
          ),
        }),
      ],
    }),
  ),
  ...(
    [
      [{ fromTimestamp: 0, toTimestamp: 604_800_001 }, 'more than a week', 'INCORRECT_BOUNDARIES'],
      [{ fromTimestamp: 2, toTimestamp: 1 }, 'a range that is turned round', 'INCORRECT_BOUNDARIES'],
      [{ type: 3 }, 'a side that does not exist', 'INVALID_REQUEST'],
      [{ symbolId: 7 }, 'a symbol that does not exist', 'SYMBOL_NOT_FOUND'],
    ] as const
  ).map(
    ([fields, what, code]): Session => ({
      name: `refuses ticks for ${what}`,
      steps: [...login(), ...refused(2145, { symbolId: GOLD, type: 1, ...fields }, code)],
    }),
  ),
]

const limits: readonly Session[] = [
  {
    name: 'blocks a payload type of which there were too many, and says for how long',
    venue: { rateLimits: { historical: 1, blockSeconds: 600 } },
    steps: [
      ...login(),
      ...ask(2137, { ...bars(1), count: 1 }, 2138),
      ...ask(2137, { ...bars(1), count: 1 }, 2142, { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 600 }),
      ...ask(2121, {}, 2122),
    ],
  },
]

/** Reference data, live bars, depth, ticks, and how much of it one may ask for. */
export const marketSessions: readonly Session[] = [
  ...reference,
  ...records,
  ...liveBars,
  ...depth,
  ...ticks,
  ...limits,
]
