import { REPLAY_ACCOUNT, SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { describe, expect, it } from 'vitest'
import { Coverage } from './coverage.ts'
import { drive } from './drive.ts'
import { ask, login, refused, type Session } from './session.ts'

const EURO = {
  instruments: [{ ...SYNTHETIC_XAUUSD, leverageId: 7 }, SYNTHETIC_EURUSD],
  account: {
    ...REPLAY_ACCOUNT,
    currency: 'EUR',
    swapFree: true,
    marginMethod: 'max',
    leverageTiers: [{ id: 7, tiers: [{ upToUsd: 10_000, leverage: 50 }, { leverage: 20 }] }],
    marginCallPercents: [120, 100],
    stopOut: { levelPercent: 50, closes: 'partial', first: 'most-losing' },
  },
} as const

const sessions: readonly Session[] = [
  {
    name: 'describes a swap-free account with its margin method and stop-out',
    steps: [
      ...login(),
      ...ask(2121, {}, 2122, {
        trader: {
          swapFree: true,
          totalMarginCalculationType: 0,
          fairStopOut: false,
          stopOutStrategy: 1,
          depositAssetId: 1,
        },
      }),
    ],
  },
  {
    name: 'leads from one asset to another over up to two symbols',
    steps: [
      ...login(),
      // XAU is 3, EUR 1, USD 2.
      ...ask(2118, { firstAssetId: 3, lastAssetId: 1 }, 2119, {
        symbol: [{ symbolId: 41 }, { symbolId: 1 }],
      }),
      ...ask(2118, { firstAssetId: 2, lastAssetId: 1 }, 2119, { symbol: [{ symbolId: 1 }] }),
      ...ask(2118, { firstAssetId: 2, lastAssetId: 2 }, 2119, {}, { without: ['symbol.0'] }),
      ...refused(2118, { firstAssetId: 9, lastAssetId: 1 }, 'INVALID_REQUEST', 'Asset 9 does not exist'),
    ],
  },
  {
    name: 'states the margin of each volume and direction in the deposit currency',
    steps: [
      ...login(),
      ...ask(2139, { symbolId: 1, volume: [100_000, 200_000] }, 2140, {
        // 1,000 EUR at 1:100 are 10 EUR, give or take the spread between ask and conversion bid.
        margin: [{ volume: 100_000 }, { volume: 200_000, sellMargin: 2000 }],
        moneyDigits: 2,
      }),
      ...refused(2139, { symbolId: 9, volume: [100] }, 'SYMBOL_NOT_FOUND'),
      ...refused(2139, { symbolId: 1, volume: [0] }, 'INVALID_REQUEST', 'Volume 0 is none'),
    ],
  },
  {
    name: 'gives leverage tiers, the last open-ended',
    steps: [
      ...login(),
      ...ask(2177, { leverageId: 7 }, 2178, {
        leverage: {
          leverageId: 7,
          tiers: [
            { volume: 1_000_000, leverage: 5000 },
            { volume: Number.MAX_SAFE_INTEGER, leverage: 2000 },
          ],
        },
      }),
      ...refused(2177, { leverageId: 8 }, 'ENTITY_NOT_FOUND', 'Dynamic leverage not found with id 8'),
    ],
  },
  {
    name: 'lists margin calls, moves one, and tells it to every connection',
    steps: [
      ...login(),
      ...login('B'),
      ...ask(2167, {}, 2168, {
        marginCall: [
          { marginCallType: 61, marginLevelThreshold: 120 },
          { marginCallType: 62, marginLevelThreshold: 100 },
        ],
      }),
      ...ask(2169, { marginCall: { marginCallType: 62, marginLevelThreshold: 90 } }, 2170),
      { expect: 2171, fields: { marginCall: { marginCallType: 62, marginLevelThreshold: 90 } } },
      { expect: 2171, fields: { marginCall: { marginCallType: 62, marginLevelThreshold: 90 } }, on: 'B' },
      ...refused(2169, { marginCall: { marginCallType: 63, marginLevelThreshold: 90 } }, 'INVALID_REQUEST'),
      ...refused(2169, { marginCall: { marginCallType: 60, marginLevelThreshold: 90 } }, 'INVALID_REQUEST'),
    ],
  },
  {
    name: 'lists no cash flow where there was none, and refuses more than a week',
    steps: [
      ...login(),
      ...ask(
        2143,
        { fromTimestamp: 0, toTimestamp: 604_800_000 },
        2144,
        {},
        { without: ['depositWithdraw.0'] },
      ),
      ...refused(2143, { fromTimestamp: 0, toTimestamp: 604_800_001 }, 'INCORRECT_BOUNDARIES'),
    ],
  },
  {
    name: 'opens, shows and closes a position in the deposit currency',
    steps: [
      ...login(),
      {
        send: 2106,
        fields: { ctidTraderAccountId: '$account', symbolId: 41, orderType: 1, tradeSide: 1, volume: 100 },
        id: 'open',
      },
      { expect: 2126, id: 'open', fields: { executionType: 2 } },
      {
        expect: 2126,
        id: 'open',
        fields: {
          executionType: 3,
          position: { usedMargin: expect.any(Number), marginRate: expect.any(Number) },
        },
        save: { position: 'position.positionId' },
      },
      ...ask(2187, {}, 2188, { positionUnrealizedPnL: [{ grossUnrealizedPnL: expect.any(Number) }] }),
      {
        send: 2111,
        fields: { ctidTraderAccountId: '$account', positionId: '$position', volume: 100 },
        id: 'close',
      },
      { expect: 2126, id: 'close', fields: { executionType: 2 } },
      {
        expect: 2126,
        id: 'close',
        fields: {
          executionType: 3,
          deal: { closePositionDetail: { quoteToDepositConversionRate: expect.closeTo(0.9, 0) } },
        },
      },
    ],
  },
]

describe('a session about costs and margin', () => {
  it.each(sessions)('$name', async session => {
    const venue = await startSimulator({ mode: { type: 'live-clock', speed: 60 }, tls: false, ...EURO })
    try {
      await drive(session, venue, new Coverage())
    } finally {
      await venue.close()
    }
  })
})
