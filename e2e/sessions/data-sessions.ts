import { DEFAULT_START_AT } from '@openclaw-trading/ctrader-simulator'
import { expect } from 'vitest'
import { ask, login, refused, type Session } from './session.ts'

const FRAME_TOO_LONG = [0x7f, 0xff, 0xff, 0xff]
const MINUTE = 60_000

const reference: readonly Session[] = [
  {
    name: 'names the assets',
    steps: [
      ...login(),
      ...ask(2112, {}, 2113, { asset: [{ name: 'EUR' }, { name: 'USD' }, { name: 'XAU' }] }),
    ],
  },
  {
    name: 'lists symbols with the ids of their assets',
    steps: [
      ...login(),
      ...ask(2114, { includeArchivedSymbols: true }, 2115, {
        symbol: [
          { symbolId: 41, symbolName: 'XAUUSD', enabled: true, baseAssetId: 3, quoteAssetId: 2 },
          { symbolId: 1, symbolName: 'EURUSD', enabled: true, baseAssetId: 1, quoteAssetId: 2 },
        ],
      }),
    ],
  },
  {
    name: 'gives full records in the order asked for',
    steps: [
      ...login(),
      ...ask(2116, { symbolId: [1, 41] }, 2117, {
        symbol: [
          { symbolId: 1, digits: 5, lotSize: 10_000_000 },
          { symbolId: 41, digits: 2, lotSize: 10_000, minVolume: 100, stepVolume: 100 },
        ],
      }),
    ],
  },
  {
    name: 'gives no record when one of several symbols does not exist',
    steps: [
      ...login(),
      ...refused(2116, { symbolId: [41, 7] }, 'SYMBOL_NOT_FOUND', 'Symbol not found with id 7'),
    ],
  },
  {
    name: 'describes the account; no balance version before its first change',
    steps: [
      ...login(),
      ...ask(
        2121,
        {},
        2122,
        { trader: { balance: 1_000_000, moneyDigits: 2, leverageInCents: 10_000, depositAssetId: 2 } },
        { without: ['trader.balanceVersion'] },
      ),
    ],
  },
  {
    name: 'has nothing to reconcile in a new account, and no open profit',
    steps: [
      ...login(),
      ...ask(2124, { returnProtectionOrders: true }, 2125, { position: [], order: [] }),
      ...ask(2187, {}, 2188, { positionUnrealizedPnL: [], moneyDigits: 2 }),
    ],
  },
  {
    name: 'has no deals in a new account',
    steps: [...login(), ...ask(2133, { fromTimestamp: 0, maxRows: 10 }, 2134, { deal: [], hasMore: false })],
  },
]

const spots: readonly Session[] = [
  {
    name: 'answers a subscription first, then sends a snapshot of both sides, without a time that nobody asked for',
    steps: [
      ...login(),
      ...ask(2127, { symbolId: [41] }, 2128, { ctidTraderAccountId: '$account' }),
      {
        spot: {
          ctidTraderAccountId: '$account',
          symbolId: 41,
          bid: expect.any(Number),
          ask: expect.any(Number),
        },
        without: ['timestamp'],
      },
    ],
  },
  {
    name: 'sends the time of a quote to who asks for it',
    steps: [
      ...login(),
      ...ask(2127, { symbolId: [1], subscribeToSpotTimestamp: true }, 2128),
      { spot: { symbolId: 1, timestamp: expect.any(Number) } },
      { spot: { symbolId: 1, timestamp: expect.any(Number) } },
    ],
  },
  {
    name: 'sends one snapshot for each symbol of a batch',
    steps: [
      ...login(),
      ...ask(2127, { symbolId: [41, 1] }, 2128),
      { spot: { symbolId: 41 } },
      { spot: { symbolId: 1 } },
    ],
  },
  {
    name: 'refuses a subscription twice, and goes on with the first',
    steps: [
      ...login(),
      ...ask(2127, { symbolId: [41] }, 2128),
      ...refused(2127, { symbolId: [41] }, 'ALREADY_SUBSCRIBED'),
      { spot: { symbolId: 41 } },
      { spot: { symbolId: 41 } },
    ],
  },
  {
    name: 'fails a batch as a whole when one symbol does not exist',
    steps: [
      ...login(),
      ...refused(2127, { symbolId: [41, 7] }, 'SYMBOL_NOT_FOUND', 'Symbol not found with id 7'),
      ...ask(2127, { symbolId: [41] }, 2128),
    ],
  },
  {
    name: 'refuses a subscription to nothing',
    steps: [...login(), ...refused(2127, {}, 'INVALID_REQUEST', 'Message missing required fields: symbolId')],
  },
  {
    name: 'ends a subscription, once',
    steps: [
      ...login(),
      ...ask(2127, { symbolId: [41] }, 2128),
      ...ask(2129, { symbolId: [41] }, 2130, { ctidTraderAccountId: '$account' }),
      ...refused(2129, { symbolId: [41] }, 'NOT_SUBSCRIBED_TO_SPOTS'),
    ],
  },
  {
    name: 'sends spots to who subscribed and to nobody else',
    steps: [
      ...login('A'),
      ...login('B'),
      ...ask(2127, { symbolId: [1] }, 2128, {}, { on: 'B' }),
      ...ask(2127, { symbolId: [41] }, 2128),
      { spot: { symbolId: 1 }, on: 'B' },
      { spot: { symbolId: 1 }, on: 'B' },
      { spot: { symbolId: 41 } },
      { spot: { symbolId: 41 } },
    ],
  },
]

const bar = { low: expect.any(Number), volume: expect.any(Number), utcTimestampInMinutes: expect.any(Number) }

const bars: readonly Session[] = [
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const).map(period => ({
    name: `[row 39] has bars of period ${period}, which is told outside of them only`,
    steps: [
      ...login(),
      ...ask(
        2137,
        { symbolId: 41, period, count: 1, toTimestamp: DEFAULT_START_AT - 1 },
        2138,
        { period, symbolId: 41, timestamp: DEFAULT_START_AT - 1, trendbar: [bar] },
        { without: ['trendbar.0.period'] },
      ),
    ],
  })),
  {
    name: '[row 40] counts back from the end and overrules the beginning',
    steps: [
      ...login(),
      ...ask(
        2137,
        {
          symbolId: 41,
          period: 1,
          count: 3,
          fromTimestamp: DEFAULT_START_AT - MINUTE,
          toTimestamp: DEFAULT_START_AT - 1,
        },
        2138,
        {
          hasMore: true,
          trendbar: [3, 2, 1].map(back => ({ utcTimestampInMinutes: DEFAULT_START_AT / MINUTE - back })),
        },
      ),
    ],
  },
  {
    name: 'includes both ends of a range',
    steps: [
      ...login(),
      ...ask(
        2137,
        {
          symbolId: 41,
          period: 1,
          fromTimestamp: DEFAULT_START_AT - 2 * MINUTE,
          toTimestamp: DEFAULT_START_AT - MINUTE,
        },
        2138,
        {
          hasMore: false,
          trendbar: [2, 1].map(back => ({ utcTimestampInMinutes: DEFAULT_START_AT / MINUTE - back })),
        },
      ),
    ],
  },
  ...(
    [
      [{ fromTimestamp: 2, toTimestamp: 1 }, 'a range that is turned round', 'INCORRECT_BOUNDARIES'],
      [{ fromTimestamp: -1, toTimestamp: 1 }, 'a range from before 1970', 'INCORRECT_BOUNDARIES'],
      [{ count: 1, toTimestamp: 3e12 }, 'an end after 2038', 'INCORRECT_BOUNDARIES'],
      [{ count: 0 }, 'no bars at all', 'INCORRECT_BOUNDARIES'],
      [{}, 'bars without a beginning or a count', 'INVALID_REQUEST'],
      [{ period: 99, count: 1 }, 'a period that does not exist', 'INVALID_REQUEST'],
      [{ symbolId: 7, count: 1 }, 'a symbol that does not exist', 'SYMBOL_NOT_FOUND'],
    ] as const
  ).map(([fields, what, code]) => ({
    name: `refuses bars for ${what}`,
    steps: [...login(), ...refused(2137, { symbolId: 41, period: 1, ...fields }, code)],
  })),
]

const broken: readonly Session[] = [
  ...(
    [
      [{ fromTimestamp: 2, toTimestamp: 1 }, 'a range that is turned round'],
      [{ fromTimestamp: 0, toTimestamp: 604_800_001 }, 'more than a week'],
      [{ fromTimestamp: 0, maxRows: -1 }, 'less than one row'],
    ] as const
  ).map(([fields, what]) => ({
    name: `refuses deals for ${what}`,
    steps: [...login(), ...refused(2133, fields, 'INCORRECT_BOUNDARIES')],
  })),
  {
    name: 'answers a payload type that does not exist from the layer in front of the venue',
    steps: [
      { open: 'A' },
      { bytes: [0, 0, 0, 8, 0x08, 0x8f, 0x4e, 0x1a, 3, 0x61, 0x62, 0x63] },
      { expect: 50, id: 'abc', fields: { errorCode: 'UNSUPPORTED_MESSAGE' } },
      { quiet: 'A' },
    ],
  },
  {
    name: 'refuses an envelope that is none, and reads on',
    steps: [
      { open: 'A' },
      { bytes: [0, 0, 0, 2, 0x12, 0x00] },
      { expect: 50, fields: { errorCode: 'INVALID_REQUEST' } },
      { quiet: 'A' },
    ],
  },
  {
    name: 'refuses a message whose bytes are damaged, with its id, and reads on',
    steps: [
      ...login(),
      { bytes: [0, 0, 0, 12, 0x08, 0xc9, 0x10, 0x12, 2, 0x10, 0x80, 0x1a, 3, 0x61, 0x62, 0x63] },
      { expect: 2142, id: 'abc', fields: { errorCode: 'INVALID_REQUEST' } },
      { quiet: 'A' },
    ],
  },
  {
    name: 'names the required fields that a request lacks',
    steps: [
      ...login(),
      { bytes: [0, 0, 0, 8, 0x08, 0xba, 0x10, 0x1a, 3, 0x61, 0x62, 0x63] },
      {
        expect: 2142,
        id: 'abc',
        fields: {
          errorCode: 'INVALID_REQUEST',
          description: expect.stringMatching(
            /^Message missing required fields: ctidTraderAccountId, symbolId/,
          ),
        },
      },
    ],
  },
  {
    name: 'cuts off who announces a frame above the limit, without reading it',
    steps: [
      { open: 'A' },
      { bytes: FRAME_TOO_LONG },
      { expect: 50, fields: { errorCode: 'FRAME_TOO_LONG' } },
      { closed: 'A' },
    ],
  },
  {
    name: 'reads a request that comes in two pieces',
    steps: [
      { open: 'A' },
      { bytes: [0, 0, 0, 8, 0x08, 0xb8] },
      { bytes: [0x10, 0x1a, 3, 0x61, 0x62, 0x63] },
      { expect: 2105, id: 'abc' },
    ],
  },
  {
    name: 'answers two requests of one piece in their order',
    steps: [
      { open: 'A' },
      { bytes: [0, 0, 0, 6, 0x08, 0xb8, 0x10, 0x1a, 1, 0x61, 0, 0, 0, 6, 0x08, 0xb8, 0x10, 0x1a, 1, 0x62] },
      { expect: 2105, id: 'a' },
      { expect: 2105, id: 'b' },
    ],
  },
  {
    name: 'goes on serving others when one hangs up',
    steps: [...login('A'), ...login('B'), { hangUp: 'B' }, { quiet: 'A' }, ...ask(2121, {}, 2122)],
  },
]

/** Reference data, spots, bars, and what does not belong on a wire. */
export const dataSessions: readonly Session[] = [...reference, ...spots, ...bars, ...broken]
