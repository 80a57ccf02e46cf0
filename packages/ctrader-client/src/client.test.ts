import { accountId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { environmentOf } from './client.ts'
import { encodeEnvelope } from './protocol/envelope.ts'
import { encodeFrame } from './protocol/frame.ts'
import { RARE_EVENTS } from './session/server-events.ts'
import { FAKE_ACCOUNT_ID, FakeVenue } from './testing/fake-venue.ts'
import { openAccount } from './testing/open-account.ts'

const ids = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
function listing(isLive: boolean): FakeVenue {
  const venue = new FakeVenue()
  venue.answers[2149] = () => [
    2150,
    { accessToken: '', ctidTraderAccount: [{ ...ids, ctidTraderAccountId: 4711, isLive, traderLogin: 77 }] },
  ]
  return venue
}

describe('CTraderClient', () => {
  it('[row 47] finds the account of a login, and names the logins there are', async () => {
    const { client } = await openAccount(listing(false))
    expect(await client.accountByLogin(77, 'token')).toEqual({ id: 4711, live: false, login: 77 })
    await expect(client.accountByLogin(78, 'token')).rejects.toThrow(/login is 78.*77/)
    await client.close()
  })

  it('[row 47] says which id a login has that was taken for one', async () => {
    const venue = listing(false)
    const { client } = await openAccount(venue)
    venue.answers[2102] = () => [2142, { errorCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' }]
    await expect(client.authorize(accountId(77), 'token')).rejects.toThrow(
      /77 is a login; its account id is 4711/,
    )
    await expect(client.authorize(accountId(78), 'token')).rejects.toMatchObject({
      details: { serverCode: 'CH_CTID_TRADER_ACCOUNT_NOT_FOUND' },
    })
    await client.close()
  })

  it('[row 48] says on which servers an account lives that was looked for on the others', async () => {
    const venue = listing(true)
    const { client } = await openAccount(venue)
    venue.answers[2102] = () => [2142, { errorCode: 'CANT_ROUTE_REQUEST' }]
    await expect(client.authorize(accountId(4711), 'token')).rejects.toThrow(
      /4711 is on the live servers.*'live'/,
    )
    expect([environmentOf({ live: true }), environmentOf({ live: false })]).toEqual(['live', 'demo'])
    await client.close()
  })

  it('offers every unsolicited message as a typed stream that ends with the client', async () => {
    const { client, venue } = await openAccount()
    const depth = client.events('depth')
    venue.send(2155, { ...ids, symbolId: 41, newQuotes: [{ id: 1, size: 5, bid: 7 }] })
    expect((await depth.next()).value?.[0]).toMatchObject({ symbolId: 41, newQuotes: [{ id: 1 }] })
    const next = depth.next()
    await client.close()
    expect(await next).toEqual({ done: true, value: undefined })
    // Spots, executions, order errors and the heartbeat have their own paths.
    expect(Object.keys(RARE_EVENTS).map(Number)).toEqual([
      2107, 2120, 2123, 2141, 2147, 2148, 2155, 2164, 2171, 2172,
    ])
  })

  it('surfaces a message of a later protocol with its bytes', async () => {
    const { client, venue } = await openAccount()
    const unknown = client.events('unknown')
    venue.sendBytes(encodeFrame(encodeEnvelope({ payloadType: 2999, payload: Uint8Array.of(8, 1) })))
    expect((await unknown.next()).value).toEqual([2999, Uint8Array.of(8, 1)])
    await client.close()
  })
})
