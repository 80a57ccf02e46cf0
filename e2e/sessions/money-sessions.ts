import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import type { SimulatorAccount } from '@openclaw-trading/ctrader-simulator'
import { lots } from '@openclaw-trading/trading-model'
import { expect } from 'vitest'
import { ask, login, refused, rejected, type Session } from './session.ts'

const DEMO: SimulatorAccount = {
  currency: 'USD',
  digits: 2,
  balanceMinor: 1_000_000,
  leverage: 100,
  hedged: true,
  leverageTiers: [{ id: 3, tiers: [{ upToUsd: 100_000, leverage: 50 }, { leverage: 20 }] }],
}

/** What an account may do with its money, as the venue states it. */
export const moneySessions: readonly Session[] = [
  {
    name: 'states expected margins, the tiers of a leverage and the symbols between two assets',
    venue: { account: DEMO },
    steps: [
      ...login(),
      ...ask(2139, { symbolId: 41, volume: [1000, 2000] }, 2140, {
        margin: [
          { volume: 1000, buyMargin: expect.any(Number), sellMargin: expect.any(Number) },
          { volume: 2000 },
        ],
        moneyDigits: 2,
      }),
      ...ask(2177, { leverageId: 3 }, 2178, {
        leverage: { leverageId: 3, tiers: [{ volume: 10_000_000, leverage: 5000 }, { leverage: 2000 }] },
      }),
      ...refused(2177, { leverageId: 9 }, 'ENTITY_NOT_FOUND'),
      ...ask(2118, { firstAssetId: 1, lastAssetId: 2 }, 2119, {
        symbol: [{ symbolId: 1, symbolName: 'EURUSD' }],
      }),
      ...refused(2118, { firstAssetId: 99, lastAssetId: 2 }, 'INVALID_REQUEST'),
    ],
  },
  {
    name: 'lists margin calls, moves one for every connection of the account, and knows no fourth',
    venue: { account: { ...DEMO, marginCallPercents: [100, 80, 60] } },
    steps: [
      ...login(),
      ...ask(2167, {}, 2168, {
        marginCall: [
          { marginCallType: 61, marginLevelThreshold: 100 },
          { marginCallType: 62, marginLevelThreshold: 80 },
          { marginCallType: 63, marginLevelThreshold: 60 },
        ],
      }),
      ...ask(2169, { marginCall: { marginCallType: 61, marginLevelThreshold: 120 } }, 2170),
      {
        expect: 2171,
        fields: {
          ctidTraderAccountId: '$account',
          marginCall: {
            marginCallType: 61,
            marginLevelThreshold: 120,
            utcLastUpdateTimestamp: expect.any(Number),
          },
        },
      },
      ...refused(2169, { marginCall: { marginCallType: 64, marginLevelThreshold: 5 } }, 'INVALID_REQUEST'),
    ],
  },
  {
    name: 'has no cash flow in a new account, and takes a week of it at most',
    steps: [
      ...login(),
      ...ask(2143, { fromTimestamp: 0, toTimestamp: 1 }, 2144, { depositWithdraw: [] }),
      ...refused(2143, { fromTimestamp: 0, toTimestamp: 604_800_001 }, 'INCORRECT_BOUNDARIES'),
    ],
  },
  {
    name: 'states the most that may be open of a symbol, and rejects what exceeds it',
    venue: { instruments: [{ ...SYNTHETIC_XAUUSD, maxExposure: lots(0.15) }] },
    steps: [
      ...login(),
      ...ask(2116, { symbolId: [41] }, 2117, { symbol: [{ maxExposure: 1500 }] }),
      ...rejected(2106, { symbolId: 41, orderType: 1, tradeSide: 1, volume: 1600 }, 'MAX_EXPOSURE_REACHED', {
        description: '0 of XAUUSD are open, 1600 more exceed 1500',
      }),
    ],
  },
]
