import type { SimulatorAccount } from '@openclaw-trading/ctrader-simulator'
import { ask, login, type Session } from './session.ts'

const DEMO: SimulatorAccount = {
  currency: 'USD',
  digits: 2,
  balanceMinor: 1_000_000,
  leverage: 100,
  hedged: true,
}
const several = { accounts: [DEMO, { ...DEMO, digits: 4, leverage: 30 }, { ...DEMO, isLive: true }] }
const second = (known: { account: number }) => known.account + 1
const live = (known: { account: number }) => known.account + 2

/** Several accounts of one user, and tokens that end. */
export const accountSessions: readonly Session[] = [
  {
    name: 'serves two accounts of one user on one connection, each with its money',
    venue: several,
    steps: [
      ...login(),
      ...ask(2102, { ctidTraderAccountId: second, accessToken: '$token' }, 2103, {
        ctidTraderAccountId: second,
      }),
      ...ask(2121, {}, 2122, { trader: { moneyDigits: 2, leverageInCents: 10_000 } }),
      ...ask(2121, { ctidTraderAccountId: second }, 2122, {
        trader: { moneyDigits: 4, leverageInCents: 3000 },
      }),
      ...ask(2162, { ctidTraderAccountId: second }, 2163, { ctidTraderAccountId: second }),
      { expect: 2164, fields: { ctidTraderAccountId: second } },
      ...ask(2121, {}, 2122),
    ],
  },
  {
    name: 'lists an account of the live host, and cannot route to it',
    venue: several,
    steps: [
      ...login(),
      { send: 2149, fields: { accessToken: '$token' }, id: 'list' },
      {
        expect: 2150,
        id: 'list',
        fields: { ctidTraderAccount: [{}, {}, { ctidTraderAccountId: live, isLive: true }] },
      },
      ...ask(2102, { ctidTraderAccountId: live, accessToken: '$token' }, 2142, {
        errorCode: 'CANT_ROUTE_REQUEST',
        description: 'Cannot route request',
      }),
    ],
  },
  {
    name: 'ends every account of a token that was refreshed, and takes the new token',
    venue: several,
    steps: [
      ...login(),
      ...ask(2102, { ctidTraderAccountId: second, accessToken: '$token' }, 2103),
      { send: 2173, fields: { refreshToken: '$refreshToken' }, id: 'refresh' },
      { expect: 2174, id: 'refresh', fields: { tokenType: 'bearer' }, save: { fresh: 'accessToken' } },
      {
        expect: 2147,
        fields: { ctidTraderAccountIds: ['$account', second], reason: 'Access token was refreshed' },
      },
      { expect: 2164, fields: { ctidTraderAccountId: '$account' } },
      { expect: 2164, fields: { ctidTraderAccountId: second } },
      ...ask(2102, { accessToken: '$token' }, 2142, { errorCode: 'CH_ACCESS_TOKEN_INVALID' }),
      ...ask(2102, { accessToken: '$fresh' }, 2103),
    ],
  },
]
