import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type LiveClockMode,
  type LiveSimulator,
  type Simulator,
  type SimulatorAccount,
  startSimulator,
} from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const DEMO: SimulatorAccount = {
  currency: 'USD',
  digits: 2,
  balanceMinor: 1_000_000,
  leverage: 100,
  hedged: true,
}
const ACCOUNTS: readonly SimulatorAccount[] = [
  DEMO,
  { ...DEMO, digits: 4, balanceMinor: 50_000_000, leverage: 30 },
  { ...DEMO, isLive: true },
]

const ended: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

async function start(mode: Partial<LiveClockMode> = {}): Promise<LiveSimulator> {
  const venue = await startSimulator({
    mode: { type: 'live-clock', speed: 120, ...mode },
    tls: false,
    accounts: ACCOUNTS,
  })
  ended.push(() => venue.close())
  return venue
}

async function login(venue: Simulator, ...accounts: readonly number[]): Promise<RawClient> {
  const client = await RawClient.open(venue)
  ended.push(() => client.close())
  const { clientId, clientSecret, accessToken } = venue.credentials
  await client.request(2100, { clientId, clientSecret }, 2101)
  for (const ctidTraderAccountId of accounts)
    await client.request(2102, { ctidTraderAccountId, accessToken }, 2103)
  return client
}

async function buy(client: RawClient, ctidTraderAccountId: number): Promise<MessageByPayloadType[2126]> {
  client.send(2106, { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 }, 'buy')
  await client.next(2126)
  return (await client.next(2126)).message
}

const idsOf = (venue: Simulator) => venue.accounts.map(account => account.ctidTraderAccountId)

describe('a venue with several accounts', () => {
  it('tells each account of a connection that it was disconnected, or the one that is named', async () => {
    const venue = await start()
    const [first, second] = idsOf(venue) as [number, number, number]
    const both = await login(venue, first, second)
    const alone = await login(venue, second)
    venue.control.faults.set({ type: 'account-disconnect' })
    const told = [await both.next(2164), await both.next(2164)]
    expect(told.map(({ message }) => message.ctidTraderAccountId)).toEqual([first, second])
    expect((await alone.next(2164)).message.ctidTraderAccountId).toBe(second)
    venue.control.faults.set({ type: 'account-disconnect', accountId: second })
    expect((await both.next(2164)).message.ctidTraderAccountId).toBe(second)
  })

  it('lists them all to the one user, and the live one cannot be reached here', async () => {
    const venue = await start()
    const [first, second, live] = idsOf(venue) as [number, number, number]
    expect(first).toBe(venue.credentials.ctidTraderAccountId)
    const client = await login(venue)
    const { accessToken } = venue.credentials
    const list = await client.request(2149, { accessToken }, 2150)
    expect(
      list.ctidTraderAccount?.map(({ ctidTraderAccountId, isLive }) => [ctidTraderAccountId, isLive]),
    ).toEqual([
      [first, false],
      [second, false],
      [live, true],
    ])
    const refused = await client.request(2102, { ctidTraderAccountId: live, accessToken }, 2142)
    expect(refused).toMatchObject({ errorCode: 'CANT_ROUTE_REQUEST', description: 'Cannot route request' })
  })

  it('has a balance, a leverage and digits of money for each', async () => {
    const venue = await start()
    const [first, second] = idsOf(venue) as [number, number]
    const client = await login(venue, first, second)
    const traders = []
    for (const ctidTraderAccountId of [first, second])
      traders.push((await client.request(2121, { ctidTraderAccountId }, 2122)).trader)
    expect(traders).toMatchObject([
      { ctidTraderAccountId: first, balance: 1_000_000, moneyDigits: 2, leverageInCents: 10_000 },
      { ctidTraderAccountId: second, balance: 50_000_000, moneyDigits: 4, leverageInCents: 3000 },
    ])
  })

  it('keeps orders apart: ids of their own, and events to who has the account alone', async () => {
    const venue = await start()
    const [first, second] = idsOf(venue) as [number, number]
    const both = await login(venue, first, second)
    const other = await login(venue, second)
    const one = await buy(both, first)
    const two = await buy(both, second)
    expect(two.ctidTraderAccountId).toBe(second)
    expect(one.position?.positionId).toBe(1)
    expect(two.position?.positionId).toBe(1_000_000_001)
    const seen = [await other.next(2126), await other.next(2126)]
    expect(seen.map(({ message }) => message.ctidTraderAccountId)).toEqual([second, second])
    const { position } = await both.request(2124, { ctidTraderAccountId: first }, 2125)
    expect(position?.map(({ positionId }) => positionId)).toEqual([1])
  })

  it('watches symbols for each account by itself, and forgets them with its log-out alone', async () => {
    const venue = await start()
    const [first, second] = idsOf(venue) as [number, number]
    const client = await login(venue, first, second)
    for (const ctidTraderAccountId of [first, second])
      await client.request(2127, { ctidTraderAccountId, symbolId: [41] }, 2128)
    for (const account of [first, second])
      await client.next(2131, ({ message }) => message.ctidTraderAccountId === account)
    await client.request(2162, { ctidTraderAccountId: first }, 2163)
    expect((await client.next(2164)).message).toEqual({ ctidTraderAccountId: first })
    await client.request(2121, { ctidTraderAccountId: second }, 2122)
    const refused = await client.request(2121, { ctidTraderAccountId: first }, 2142)
    expect(refused.description).toBe('Trading account is not authorized')
    const again = await client.request(2127, { ctidTraderAccountId: second, symbolId: [41] }, 2142)
    expect(again).toMatchObject({ errorCode: 'ALREADY_SUBSCRIBED', ctidTraderAccountId: second })
  })

  it('names every account of a token that has ended, and then takes each away', async () => {
    const venue = await start()
    const [first, second] = idsOf(venue) as [number, number]
    const client = await login(venue, first, second)
    await client.request(2173, { refreshToken: venue.refreshToken }, 2174)
    expect((await client.next(2147)).message.ctidTraderAccountIds).toEqual([first, second])
    expect((await client.next(2164)).message.ctidTraderAccountId).toBe(first)
    expect((await client.next(2164)).message.ctidTraderAccountId).toBe(second)
  })

  it('comes back with the positions of each after a restart', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'venue-accounts-'))
    ended.push(() => rmSync(stateDir, { recursive: true }))
    const before = await start({ stateDir })
    const [first, second] = idsOf(before) as [number, number]
    await buy(await login(before, second), second)
    await before.close()
    const after = await start({ stateDir })
    expect(idsOf(after).slice(0, 2)).toEqual([first, second])
    const client = await login(after, first, second)
    const ids = []
    for (const ctidTraderAccountId of [first, second])
      ids.push(
        (await client.request(2124, { ctidTraderAccountId }, 2125)).position?.map(each => each.positionId) ??
          [],
      )
    expect(ids).toEqual([[], [1_000_000_001]])
  })

  it('refuses options that state no account, too many, two ways at once, or a live one for the credentials', async () => {
    const mode = { type: 'live-clock' } as const
    for (const options of [
      { accounts: [] },
      { accounts: Array.from({ length: 17 }, () => DEMO) },
      { account: DEMO, accounts: [DEMO] },
      { accounts: [{ ...DEMO, isLive: true }] },
    ])
      await expect(startSimulator({ mode, ...options })).rejects.toThrow(
        '[invalid-options] The option accounts',
      )
  })
})
