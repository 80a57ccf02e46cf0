import {
  lots,
  type Position,
  type PositionId,
  type Price,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import type { ProtoOAPosition } from '../protocol/generated/messages.js'
import { FAKE_ACCOUNT_ID, FAKE_GOLD, FakeVenue } from '../testing/fake-venue.ts'
import { GOLD, openAccount } from '../testing/open-account.ts'

const ids = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
const EURUSD = 43 as SymbolId
const EURGBP = 44

/** A venue whose account is in pounds: dollars become pounds over the euro. */
function poundVenue(): FakeVenue {
  const venue = new FakeVenue()
  venue.answers[2112] = () => [
    2113,
    {
      ...ids,
      asset: [
        { assetId: 1, name: 'USD' },
        { assetId: 2, name: 'XAU' },
        { assetId: 3, name: 'EUR' },
        { assetId: 4, name: 'GBP' },
      ],
    },
  ]
  const symbols = [
    { symbolId: 41, symbolName: 'XAUUSD', baseAssetId: 2, quoteAssetId: 1 },
    { symbolId: 43, symbolName: 'EURUSD', baseAssetId: 3, quoteAssetId: 1 },
    { symbolId: EURGBP, symbolName: 'EURGBP', baseAssetId: 3, quoteAssetId: 4 },
  ]
  venue.answers[2114] = () => [2115, { ...ids, symbol: symbols }]
  venue.answers[2118] = () => [2119, { ...ids, symbol: symbols.slice(1) }]
  venue.answers[2121] = () => [
    2122,
    {
      ...ids,
      trader: { ...ids, balance: 1_000_000, depositAssetId: 4, leverageInCents: 10_000, moneyDigits: 2 },
    },
  ]
  venue.answers[2116] = ({ symbolId = [] }) => [
    2117,
    { ...ids, symbol: symbolId.map(id => ({ ...FAKE_GOLD, symbolId: id, leverageId: 9 })) },
  ]
  return venue
}

const wirePosition: ProtoOAPosition = {
  positionId: 7,
  positionStatus: 1,
  swap: -150,
  commission: -50,
  price: 2600,
  moneyDigits: 2,
  usedMargin: 26_000,
  tradeData: { symbolId: 41, volume: 10_000, tradeSide: 1, openTimestamp: 1000 },
}

describe('conversion', () => {
  it('walks a chain of two symbols at their bids, which it subscribes', async () => {
    const { account, client, venue } = await openAccount(poundVenue())
    const rate = account.conversion('USD', 'GBP')
    await vi.waitFor(() => expect(venue.last(2127).symbolId).toEqual([43, EURGBP]))
    venue.send(2131, { ...ids, symbolId: 43, bid: 125_000, ask: 125_010 })
    venue.send(2131, { ...ids, symbolId: EURGBP, bid: 80_000, ask: 80_010 })
    expect(await rate).toMatchObject({
      rate: 0.64,
      chain: {
        from: 'USD',
        to: 'GBP',
        steps: [
          { symbolId: 43, inverse: true },
          { symbolId: EURGBP, inverse: false },
        ],
      },
    })
    expect(await account.conversion('USD', 'USD')).toMatchObject({ rate: 1, chain: { steps: [] } })
    // The chain is remembered, its symbols stay subscribed.
    await account.conversion('USD', 'GBP')
    expect([venue.types.filter(type => type === 2118).length, venue.types.includes(2129)]).toEqual([1, false])
    await expect(account.conversion('USD', 'DOGE')).rejects.toThrow(/"DOGE".*USD/)
    await client.close()
  })

  it('gives up when a symbol of the chain is not quoted in time', async () => {
    const { account, client } = await openAccount(poundVenue())
    await expect(account.conversion('USD', 'GBP', { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'request-timeout',
    })
    await client.close()
  })
})

describe('profit', () => {
  it('is the difference to the closing side in deposit currency, gross and net', async () => {
    const venue = poundVenue()
    venue.answers[2124] = () => [2125, { ...ids, position: [wirePosition] }]
    const { account, client } = await openAccount(venue)
    const [position] = (await account.positions()) as [Position]
    const profit = account.profit(position)
    await vi.waitFor(() => expect(venue.types.filter(type => type === 2127)).toHaveLength(1))
    venue.send(2131, { ...ids, symbolId: 41, bid: 261_000_000, ask: 261_500_000 })
    venue.send(2131, { ...ids, symbolId: 43, bid: 125_000, ask: 125_010 })
    venue.send(2131, { ...ids, symbolId: EURGBP, bid: 80_000, ask: 80_010 })
    // 100 units × 10 dollars × 0.64
    expect(await profit).toEqual({
      gross: { minor: 64_000, digits: 2, currency: 'GBP' },
      net: { minor: 63_800, digits: 2, currency: 'GBP' },
    })
    await client.close()
  })
})

describe('margin', () => {
  it('asks the server what a volume would need, in the digits of its answer', async () => {
    const { account, client, venue } = await openAccount(poundVenue())
    venue.answers[2139] = ({ volume = [] }) => [
      2140,
      {
        ...ids,
        margin: volume.map(v => ({ volume: v, buyMargin: 12_345, sellMargin: 12_346 })),
        moneyDigits: 3,
      },
    ]
    expect(await account.expectedMargin(GOLD, lots(0.05))).toEqual({
      volume: 0.05,
      buy: { minor: 12_345, digits: 3, currency: 'GBP' },
      sell: { minor: 12_346, digits: 3, currency: 'GBP' },
    })
    expect(venue.last(2139)).toMatchObject({ symbolId: 41, volume: [500] })
    await expect(account.expectedMargin(GOLD, lots(0.001))).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await client.close()
  })

  it('[row 10] tells the leverage of a symbol by exposure, the last part open-ended', async () => {
    const { account, client, venue } = await openAccount(poundVenue())
    venue.answers[2177] = ({ leverageId }) => [
      2178,
      {
        ...ids,
        leverage: {
          leverageId,
          tiers: [
            { volume: 500_000_000, leverage: 5000 },
            { volume: 100_000_000, leverage: 20_000 },
          ],
        },
      },
    ]
    expect(await account.leverageTiers(GOLD)).toEqual([
      { upToUsd: 1_000_000, leverage: 200 },
      { leverage: 50 },
    ])
    await account.leverageTiers(EURUSD)
    expect(venue.types.filter(type => type === 2177)).toHaveLength(1)
    await client.close()
  })

  it('sums up equity, margin and free margin, by the method of the account', async () => {
    const venue = poundVenue()
    const short = { ...wirePosition.tradeData, tradeSide: 2 }
    venue.answers[2124] = () => [
      2125,
      {
        ...ids,
        position: [wirePosition, { ...wirePosition, positionId: 8, usedMargin: 1000, tradeData: short }],
      },
    ]
    venue.answers[2187] = () => [
      2188,
      {
        ...ids,
        moneyDigits: 3,
        positionUnrealizedPnL: [
          { positionId: 7, grossUnrealizedPnL: 640_000, netUnrealizedPnL: 638_000 },
          { positionId: 8, grossUnrealizedPnL: -20_000, netUnrealizedPnL: -18_000 },
          // Closed in between: the balance has it already.
          { positionId: 9, grossUnrealizedPnL: 1, netUnrealizedPnL: 1_000_000 },
        ],
      },
    ]
    const { account, client } = await openAccount(venue)
    const money = (minor: number) => ({ minor, digits: 2, currency: 'GBP' })
    expect(await account.equity()).toEqual({
      balance: money(1_000_000),
      equity: money(1_062_000),
      margin: money(26_000),
      freeMargin: money(1_036_000),
      marginLevelPercent: (1_062_000 / 26_000) * 100,
    })
    expect((await account.unrealizedProfits())[0]).toMatchObject({
      positionId: 7 as PositionId,
      net: { digits: 3 },
    })
    const answer = venue.answers[2121]
    venue.answers[2121] = request => {
      const [type, message] = answer?.(request) ?? [2122, {}]
      return [
        type,
        { ...message, trader: { ...(message as { trader: object }).trader, totalMarginCalculationType: 1 } },
      ]
    }
    expect((await account.equity()).margin).toEqual(money(27_000))
    await client.close()
  })

  it('lists margin calls, moves one, and refuses what is none', async () => {
    const { account, client, venue } = await openAccount()
    const marginCall = { marginCallType: 62, marginLevelThreshold: 80, utcLastUpdateTimestamp: 5 }
    venue.answers[2167] = () => [2168, { marginCall: [marginCall] }]
    venue.answers[2169] = () => [2170, {}]
    expect(await account.marginCalls()).toEqual([{ number: 2, thresholdPercent: 80, updatedAt: 5 }])
    await account.setMarginCall(2, 75)
    expect(venue.last(2169)).toMatchObject({ marginCall: { marginCallType: 62, marginLevelThreshold: 75 } })
    await expect(account.setMarginCall(4, 75)).rejects.toMatchObject({ code: 'invalid-argument' })
    await client.close()
  })
})

describe('what the server tells by itself', () => {
  it('tells margins, margin calls, trailing stops and the account in the words of the model', async () => {
    const { account, client, venue } = await openAccount()
    const told: unknown[] = []
    account
      .on('margin-changed', change => told.push(change))
      .on('margin-call', call => told.push(call))
      .on('margin-call-changed', call => told.push(call))
      .on('trailing-stop-moved', moved => told.push(moved))
      .on('account-changed', details =>
        told.push([details.leverage, account.details.leverage, details.rights]),
      )
    const marginCall = { marginCallType: 61, marginLevelThreshold: 100 }
    venue.send(2141, { ...ids, positionId: 7, usedMargin: 1234, moneyDigits: 2 })
    venue.send(2171, { ...ids, marginCall })
    venue.send(2172, { ...ids, marginCall })
    venue.send(2107, { ...ids, positionId: 7, orderId: 9, stopPrice: 2631.5, utcLastUpdateTimestamp: 77 })
    const trader = {
      ...ids,
      balance: 5,
      depositAssetId: 1,
      leverageInCents: 5000,
      moneyDigits: 2,
      accessRights: 42,
    }
    venue.send(2123, { ...ids, trader })
    venue.send(2141, { ctidTraderAccountId: 6, positionId: 7, usedMargin: 1, moneyDigits: 2 })
    expect(told).toEqual([
      { positionId: 7, usedMargin: { minor: 1234, digits: 2, currency: 'USD' } },
      { number: 1, thresholdPercent: 100 },
      { number: 1, thresholdPercent: 100 },
      { positionId: 7, orderId: 9, stopLoss: 2631.5 as Price, at: 77 },
      [50, 50, 'unknown'],
    ])
    await client.close()
  })

  it('loads changed symbols anew, names and rules, and tells those that are in use', async () => {
    const { account, client, venue } = await openAccount()
    expect(await account.instrument('XAUUSD')).toMatchObject({ digits: 2 })
    const full = venue.answers[2116]
    venue.answers[2116] = request => {
      const [type, message] = full?.(request) ?? [2117, {}]
      const { symbol } = message as { symbol: object[] }
      return [type, { ...ids, symbol: symbol.map(one => ({ ...one, digits: 3 })) }]
    }
    venue.answers[2114] = () => [
      2115,
      {
        ...ids,
        symbol: [{ symbolId: 41, symbolName: 'GOLD', enabled: true, baseAssetId: 2, quoteAssetId: 1 }],
      },
    ]
    const changed = new Promise(resolve => account.on('instruments-changed', resolve))
    venue.send(2120, { ...ids, symbolId: [41, 43] })
    expect(await changed).toMatchObject([{ id: 41, name: 'GOLD', digits: 3 }])
    expect(await account.instrument('GOLD')).toMatchObject({ digits: 3 })
    await client.close()
  })

  it('lists symbols with category and asset class in three requests', async () => {
    const { account, client, venue } = await openAccount()
    venue.answers[2160] = () => [
      2161,
      { ...ids, symbolCategory: [{ id: 3, assetClassId: 4, name: 'Metals' }] },
    ]
    venue.answers[2153] = () => [2154, { ...ids, assetClass: [{ id: 4, name: 'Commodities' }] }]
    expect((await account.symbols())[0]).toEqual({
      id: 41,
      name: 'XAUUSD',
      enabled: true,
      base: 'XAU',
      quote: 'USD',
    })
    venue.answers[2114] = ({ includeArchivedSymbols }) => [
      2115,
      {
        ...ids,
        symbol: [],
        archivedSymbol: includeArchivedSymbols
          ? [{ symbolId: 9, name: 'OLD', utcLastUpdateTimestamp: 5 }]
          : [],
      },
    ]
    expect(await account.archivedSymbols()).toEqual([{ id: 9, name: 'OLD', archivedAt: 5 }])
    await client.close()
  })
})
