import { ask, login, refused, type Session, type Step } from './session.ts'

const application: readonly Step[] = [
  { open: 'A' },
  { send: 2100, fields: { clientId: '$clientId', clientSecret: '$secret' }, id: 'app' },
  { expect: 2101, id: 'app' },
]

const NOT_AUTHORIZED = 'Trading account is not authorized'

/** A request of everything that needs an application, on a connection that has none. */
const beforeLogin: readonly Session[] = (
  [
    [2102, { ctidTraderAccountId: '$account', accessToken: '$token' }],
    [2149, { accessToken: '$token' }],
    [2106, { ctidTraderAccountId: '$account', symbolId: 41, orderType: 1, tradeSide: 1, volume: 100 }],
    [2121, { ctidTraderAccountId: '$account' }],
    [2124, { ctidTraderAccountId: '$account' }],
    [2127, { ctidTraderAccountId: '$account', symbolId: [41] }],
  ] as const
).map(([request, fields]) => ({
  name: `refuses ${request} before the application has authenticated`,
  steps: [
    { open: 'A' },
    { send: request, fields, id: 'early' },
    { expect: 2142, id: 'early', fields: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' } },
    { quiet: 'A' },
  ],
}))

/** Every request of an account, where it is not authorised. */
const beforeAccount: readonly Session[] = (
  [
    [2106, { symbolId: 41, orderType: 1, tradeSide: 1, volume: 100 }],
    [2110, { positionId: 1 }],
    [2111, { positionId: 1, volume: 100 }],
    [2112, {}],
    [2114, {}],
    [2116, { symbolId: [41] }],
    [2121, {}],
    [2124, {}],
    [2127, { symbolId: [41] }],
    [2129, { symbolId: [41] }],
    [2133, {}],
    [2137, { symbolId: 41, period: 1, count: 1 }],
    [2108, { orderId: 1 }],
    [2109, { orderId: 1 }],
    [2135, { symbolId: 41, period: 1 }],
    [2136, { symbolId: 41, period: 1 }],
    [2145, { symbolId: 41, type: 1 }],
    [2153, {}],
    [2156, { symbolId: [41] }],
    [2158, { symbolId: [41] }],
    [2160, {}],
    [2162, {}],
    [2175, {}],
    [2179, { positionId: 1 }],
    [2181, { orderId: 1 }],
    [2183, { positionId: 1 }],
    [2185, { dealId: 1 }],
    [2187, {}],
  ] as const
).map(([request, fields]) => ({
  name: `refuses ${request} for an account that is not authorised here, with the recorded text`,
  steps: [...application, ...refused(request, fields, 'INVALID_REQUEST', NOT_AUTHORIZED)],
}))

const others: readonly Session[] = [
  {
    name: 'tells its version to anyone',
    steps: [{ open: 'A' }, { send: 2104, id: 'v' }, { expect: 2105, id: 'v', fields: { version: '91' } }],
  },
  { name: 'logs in: application, then account', steps: login() },
  {
    name: 'answers a request without an id without one',
    steps: [{ open: 'A' }, { send: 2104 }, { expect: 2105, fields: { version: '91' } }],
  },
  {
    name: 'lists the account of a token, with its scope and the token again',
    steps: [
      ...application,
      { send: 2149, fields: { accessToken: '$token' }, id: 'list' },
      {
        expect: 2150,
        id: 'list',
        fields: {
          accessToken: '$token',
          permissionScope: 1,
          ctidTraderAccount: [{ ctidTraderAccountId: '$account', isLive: false }],
        },
      },
    ],
  },
  {
    name: 'refuses a wrong secret, and takes the right one on the same connection',
    steps: [
      { open: 'A' },
      { send: 2100, fields: { clientId: '$clientId', clientSecret: 'wrong' }, id: 'no' },
      {
        expect: 2142,
        id: 'no',
        fields: { errorCode: 'CH_CLIENT_AUTH_FAILURE' },
        without: ['ctidTraderAccountId'],
      },
      { send: 2100, fields: { clientId: '$clientId', clientSecret: '$secret' }, id: 'yes' },
      { expect: 2101, id: 'yes' },
    ],
  },
  {
    name: 'refuses a wrong client id',
    steps: [
      { open: 'A' },
      { send: 2100, fields: { clientId: 'nobody', clientSecret: '$secret' }, id: 'no' },
      { expect: 2142, id: 'no', fields: { errorCode: 'CH_CLIENT_AUTH_FAILURE' } },
    ],
  },
  {
    name: 'refuses a second log-in of the application, and stays logged in',
    steps: [
      ...application,
      { send: 2100, fields: { clientId: '$clientId', clientSecret: '$secret' }, id: 'again' },
      { expect: 2142, id: 'again', fields: { errorCode: 'CH_CLIENT_ALREADY_AUTHENTICATED' } },
      { send: 2149, fields: { accessToken: '$token' }, id: 'list' },
      { expect: 2150, id: 'list' },
    ],
  },
  {
    name: 'refuses the list of accounts to a wrong token',
    steps: [
      ...application,
      { send: 2149, fields: { accessToken: 'wrong' }, id: 'list' },
      { expect: 2142, id: 'list', fields: { errorCode: 'CH_ACCESS_TOKEN_INVALID' } },
    ],
  },
  {
    name: 'refuses to authorise an account with a wrong token',
    steps: [...application, ...refused(2102, { accessToken: 'wrong' }, 'CH_ACCESS_TOKEN_INVALID')],
  },
  {
    name: 'does not know an account by its login number',
    steps: [
      ...application,
      { send: 2149, fields: { accessToken: '$token' }, id: 'list' },
      { expect: 2150, id: 'list', save: { login: 'ctidTraderAccount.0.traderLogin' } },
      { send: 2102, fields: { ctidTraderAccountId: '$login', accessToken: '$token' }, id: 'no' },
      { expect: 2142, id: 'no', fields: { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' } },
    ],
  },
  {
    name: 'answers a second authorisation of the account with ALREADY_LOGGED_IN, and stays authorised',
    steps: [
      ...login(),
      ...ask(2102, { accessToken: '$token' }, 2142, {
        errorCode: 'ALREADY_LOGGED_IN',
        ctidTraderAccountId: '$account',
      }),
      ...ask(2121, {}, 2122),
    ],
  },
  {
    name: 'logs the account out in two steps',
    steps: [
      ...login(),
      ...ask(2162, {}, 2163, { ctidTraderAccountId: '$account' }),
      { expect: 2164, fields: { ctidTraderAccountId: '$account' } },
      ...refused(2121, {}, 'INVALID_REQUEST', NOT_AUTHORIZED),
    ],
  },
  {
    name: 'authorises an account again after it was logged out, without its subscriptions',
    steps: [
      ...login(),
      ...ask(2127, { symbolId: [41] }, 2128),
      ...ask(2162, {}, 2163),
      { expect: 2164 },
      ...ask(2102, { accessToken: '$token' }, 2103),
      ...refused(2129, { symbolId: [41] }, 'NOT_SUBSCRIBED_TO_SPOTS'),
      ...ask(2127, { symbolId: [41] }, 2128),
    ],
  },
  {
    name: 'refuses the account of somebody else on a connection that has its own',
    steps: [
      ...login(),
      { send: 2121, fields: { ctidTraderAccountId: 5 }, id: 'other' },
      { expect: 2142, id: 'other', fields: { errorCode: 'INVALID_REQUEST', description: NOT_AUTHORIZED } },
    ],
  },
  {
    name: 'keeps log-ins of connections apart',
    steps: [
      ...login('A'),
      { open: 'B' },
      { send: 2121, fields: { ctidTraderAccountId: '$account' }, id: 'b', on: 'B' },
      { expect: 2142, id: 'b', fields: { errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' }, on: 'B' },
      ...ask(2121, {}, 2122),
    ],
  },
  {
    name: 'takes heartbeats without an answer, also before the log-in',
    steps: [{ open: 'A' }, { send: 51 }, { send: 51, id: 'beat' }, { quiet: 'A' }],
  },
]

/** Versions, log-ins, tokens and log-outs. */
export const loginSessions: readonly Session[] = [...others, ...beforeLogin, ...beforeAccount]
