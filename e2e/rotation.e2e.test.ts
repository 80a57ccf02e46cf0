import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Account,
  connect,
  createTokenSource,
  type CTraderClient,
  type Logger,
  refreshGrant,
  refreshOverConnection,
  Secret,
  type TokenGrant,
} from '@openclaw-trading/ctrader-client'
import { refreshLockFile, tokenFile } from '@openclaw-trading/ctrader-client/node'
import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, type ExecutionEvent, unixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, expect, it } from 'vitest'

const ACCOUNT = { currency: 'USD', digits: 2, balanceMinor: 1_000_000, leverage: 100, hedged: true }

let dir: string
let venue: Simulator
const clients: CTraderClient[] = []
/** Everything that any client logged. */
let logged: string[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-rotation-'))
  venue = await startSimulator({
    mode: { type: 'live-clock' },
    tls: false,
    oauth: true,
    accounts: [ACCOUNT, ACCOUNT],
  })
  logged = []
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await venue.close()
  await rm(dir, { recursive: true, force: true })
})

/** As a process of its own would have it: only the files are shared. */
function sourceOf(refresh: (token: Secret) => Promise<TokenGrant>) {
  const path = join(dir, 'tokens.json')
  const store = tokenFile(path)
  return { store, source: createTokenSource({ store, lock: refreshLockFile(path), refresh }) }
}

function logger(): Logger {
  const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const said = Object.values(fields).map(value =>
      value instanceof Error ? value.stack : JSON.stringify(value),
    )
    logged.push([message, ...said].join(' '))
  }
  return { debug: write, info: write, warn: write, error: write }
}

interface Seat {
  readonly client: CTraderClient
  readonly accounts: readonly Account[]
  /** What each account was told, quotes aside. */
  readonly told: readonly ExecutionEvent['type'][][]
  /** Accounts named by 2147 and by 2164. */
  readonly ended: number[]
}

/** A client with both accounts, under the token that a source gives. */
async function seat(token: () => Promise<string>): Promise<Seat> {
  const { clientId, clientSecret } = venue.credentials
  const client = await connect({
    environment: { host: venue.host, port: venue.port, tls: false },
    application: { clientId, clientSecret },
    logger: logger(),
  })
  clients.push(client)
  const accounts = await Promise.all(
    venue.accounts.map(({ ctidTraderAccountId }) => client.authorize(accountId(ctidTraderAccountId), token)),
  )
  const told = accounts.map(account => {
    const types: ExecutionEvent['type'][] = []
    account.onMarket(event => {
      if (event.type !== 'quote') types.push(event.type)
    })
    return types
  })
  const ended: number[] = []
  client.on('tokens-invalidated', ({ ctidTraderAccountIds = [] }) => ended.push(...ctidTraderAccountIds))
  client.on('account-disconnected', ({ ctidTraderAccountId }) => ended.push(ctidTraderAccountId))
  return { client, accounts, told, ended }
}

async function buyOn(account: Account | undefined): Promise<void> {
  const gold = await account?.instrument('XAUUSD')
  if (account === undefined || gold === undefined) throw new Error('no account')
  await account.placeOrder({ type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume })
}

it('brings every session back under the new pair when another process rotates it, and loses nothing', async () => {
  const { clientId, clientSecret, accessToken } = venue.credentials
  const application = { clientId, clientSecret: new Secret(clientSecret) }
  const overHttp = sourceOf(token =>
    refreshGrant({ ...application, tokenUrl: `${venue.oauthUrl}/apps/token` }, token),
  )
  await overHttp.source.adopt({
    accessToken: new Secret(accessToken),
    refreshToken: new Secret(venue.refreshToken),
    issuedAt: unixMs(Date.now()),
    expiresAt: unixMs(Date.now() + 86_400_000 * 30),
  })
  const one = await seat(overHttp.source.token)
  const overSocket = sourceOf(token => refreshOverConnection(one.client, token))
  const two = await seat(overSocket.source.token)
  const ids = venue.accounts.map(({ ctidTraderAccountId }) => ctidTraderAccountId).sort()
  const secrets = [accessToken, venue.refreshToken, clientSecret]

  for (const [round, { source, store }] of [overHttp, overSocket].entries()) {
    for (const { told, ended } of [one, two]) {
      ended.length = 0
      for (const types of told) types.length = 0
    }
    await source.refresh()
    const pair = await store.load()
    secrets.push(pair?.accessToken.reveal() ?? '', pair?.refreshToken.reveal() ?? '')
    expect(pair?.generation).toBe(round + 2)
    for (const { told, ended } of [one, two]) {
      await expect.poll(() => told.map(types => types.includes('resynced'))).toEqual([true, true])
      // Each account once by each message.
      expect([...ended].sort()).toEqual(ids.flatMap(id => [id, id]))
    }
    // Nobody was left on the old pair: orders of either client reach both.
    await Promise.all([buyOn(one.accounts[0]), buyOn(two.accounts[1])])
    for (const { told } of [one, two])
      await expect
        .poll(() => told.map(types => types.filter(type => type === 'order-filled').length))
        .toEqual([1, 1])
    for (const { accounts } of [one, two])
      for (const account of accounts) expect((await account.snapshot()).positions).toHaveLength(round + 1)
  }
  expect(one.client.state.type).toBe('ready')
  expect(logged.length).toBeGreaterThan(0)
  for (const secret of new Set(secrets)) {
    expect(secret.length).toBeGreaterThan(5)
    expect(logged.filter(line => line.includes(secret))).toEqual([])
  }
})
