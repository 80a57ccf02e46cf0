import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lots } from '@openclaw-trading/trading-model'
import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import { runOrder } from '../src/control/orders.ts'
import { MAX_CASH_FLOW_ROWS } from '../src/handlers/cash-flow.ts'
import { startTestVenue, type TestVenue } from '../src/testing/index.ts'
import { RawClient } from './raw-client.ts'

const GOLD = 41
let venue: TestVenue
let client: RawClient

beforeEach(async () => {
  venue = await startTestVenue({ prices: { XAUUSD: { bid: 2000, ask: 2000.2 } } })
  client = await RawClient.login(venue.simulator)
})
afterEach(async () => {
  client.close()
  await venue.close()
})

const account = () => ({ ctidTraderAccountId: venue.accountId as number })
const buy = (fields: Partial<MessageByPayloadType[2106]> = {}) =>
  client.send(
    2106,
    { ...account(), symbolId: GOLD, orderType: 1, tradeSide: 1, volume: 1000, ...fields },
    'buy',
  )

describe('a changed symbol', () => {
  it('is told, described and traded by its new rules, with what is open', async () => {
    buy({ relativeStopLoss: 1_000_000 })
    await client.next(2126, ({ message }) => message.isServerEvent === true)
    const before = venue.positions()
    venue.control.changeInstrument('XAUUSD', { tradingMode: 'close-only', minVolume: lots(0.02) })
    const told = await client.next(2120)
    expect(told.message).toEqual({ ...account(), symbolId: [GOLD] })
    const { symbol } = await client.request(2116, { ...account(), symbolId: [GOLD] }, 2117)
    expect(symbol?.[0]).toMatchObject({ tradingMode: 3, minVolume: 200 })
    expect(venue.positions()).toEqual(before)
    buy()
    expect((await client.next(2132)).message.errorCode).toBe('TRADING_DISABLED')
    const [position] = before
    client.send(2111, { ...account(), positionId: position?.id ?? 0, volume: 1000 }, 'close')
    await client.next(
      2126,
      ({ clientMsgId, message }) => clientMsgId === 'close' && message.executionType === 3,
    )
    expect(venue.positions()).toEqual([])
  })

  it('outlives a restart on the same state, and its record is in a compacted one too', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'venue-changed-'))
    const options = { tls: false, seed: 3, mode: { type: 'live-clock', clock: 'manual', stateDir } } as const
    try {
      const first = await startSimulator(options)
      first.control.changeInstrument('XAUUSD', { tradingMode: 'close-only', minVolume: lots(0.02) })
      await first.close()
      // The second start compacts what the first has left; the third reads that.
      for (let start = 0; start < 2; start++) {
        const again = await startSimulator(options)
        const { credentials, accounts } = again
        expect(
          again.control.changeInstrument('EURUSD', { minVolume: lots(0.02 + start / 100) }),
        ).toBeUndefined()
        const raw = await RawClient.login(again)
        const ids = { ctidTraderAccountId: credentials.ctidTraderAccountId }
        const { symbol } = await raw.request(2116, { ...ids, symbolId: [GOLD] }, 2117)
        expect(symbol?.[0]).toMatchObject({ tradingMode: 3, minVolume: 200 })
        expect(accounts).toHaveLength(1)
        raw.close()
        await again.close()
      }
    } finally {
      rmSync(stateDir, { recursive: true })
    }
  })

  it('is refused where it cannot change, or not so', () => {
    for (const [change, message] of [
      [{ digits: 3 }, 'digits is 3. Allowed: minVolume'],
      [{ tradingMode: 'off' }, 'Allowed: enabled'],
      [{ minVolume: 0 }, 'lots above 0'],
      [{ hours: {} }, 'a time zone, sessions and holidays'],
      [{ shortSelling: 1 }, 'true, false'],
    ] as const)
      expect(() => venue.control.changeInstrument('XAUUSD', change as never)).toThrow(message)
  })
})

describe('rights', () => {
  it('are told when they change, and no-login lets nobody in and nobody out', async () => {
    venue.control.accessRights('no-login')
    expect((await client.next(2123)).message.trader).toMatchObject({ accessRights: 3, balance: 1_000_000 })
    expect((await client.request(2121, account(), 2122)).trader.accessRights).toBe(3)
    const other = await RawClient.open(venue.simulator)
    const { clientId, clientSecret, accessToken } = venue.simulator.credentials
    await other.request(2100, { clientId, clientSecret }, 2101)
    const refused = await other.request(2102, { ...account(), accessToken }, 2142)
    expect(refused.errorCode).toBe('RET_ACCOUNT_DISABLED')
    venue.control.accessRights('full-access')
    await other.request(2102, { ...account(), accessToken }, 2103)
    other.close()
  })

  it('stay as they are in what a deposit tells', async () => {
    venue.control.accessRights('close-only')
    await client.next(2123)
    venue.control.deposit(25.5, 'bonus')
    expect((await client.next(2126)).message.depositWithdraw).toMatchObject({
      delta: 2550,
      externalNote: 'bonus',
    })
    expect((await client.next(2123)).message.trader).toMatchObject({ accessRights: 1, balance: 1_002_550 })
  })

  it('of a token to look with do not allow to trade', async () => {
    const { accessToken } = venue.control.grant('accounts')
    const other = await RawClient.open(venue.simulator)
    const { clientId, clientSecret } = venue.simulator.credentials
    await other.request(2100, { clientId, clientSecret }, 2101)
    expect((await other.request(2149, { accessToken }, 2150)).permissionScope).toBe(0)
    await other.request(2102, { ...account(), accessToken }, 2103)
    await other.request(2121, account(), 2122)
    const ids = { positionId: 1, volume: 100 }
    for (const [type, fields] of [
      [2106, { symbolId: GOLD, orderType: 1, tradeSide: 1, volume: 100 }],
      [2108, { orderId: 1 }],
      [2109, { orderId: 1 }],
      [2110, { positionId: 1 }],
      [2111, ids],
    ] as const)
      expect(await other.request(type, { ...account(), ...fields } as never, 2142)).toMatchObject({
        errorCode: 'TRADING_NOT_ALLOWED',
      })
    expect(venue.positions()).toEqual([])
    other.close()
  })
})

it('completes a log-out after its answer, not with it', async () => {
  client.send(2162, account(), 'out')
  client.send(2104, {}, 'version')
  await client.next(2164)
  const types = client.received.map(({ payloadType }) => payloadType as number)
  expect(types.slice(-3)).toEqual([2163, 2105, 2164])
})

it('lists the newest 500 of a cash flow', async () => {
  for (let i = 1; i <= MAX_CASH_FLOW_ROWS + 2; i++) venue.control.deposit(i)
  const range = { fromTimestamp: venue.control.clock.now(), toTimestamp: venue.control.clock.now() }
  const { depositWithdraw = [] } = await client.request(2143, { ...account(), ...range }, 2144)
  expect([depositWithdraw.length, depositWithdraw[0]?.delta, depositWithdraw.at(-1)?.delta]).toEqual([
    500, 50_200, 300,
  ])
})

it('follows a script until the next one', async () => {
  venue.control.script([{ times: 1, outcome: { reject: 'MARKET_CLOSED' } }])
  buy()
  expect((await client.next(2132)).message.errorCode).toBe('MARKET_CLOSED')
  venue.control.script([{ match: { label: 'half' }, outcome: { fill: [0.5, 0.5] } }])
  buy({ label: 'half' })
  const part = await client.next(2126, ({ message }) => message.executionType === 11)
  expect(part.message.order?.executedVolume).toBe(500)
  venue.control.script([])
  buy({ label: 'half' })
  await client.next(2126, ({ message }) => message.order?.executedVolume === 1000)
})

describe('an order of the control port', () => {
  it('does what the controls do', async () => {
    runOrder(venue.control, { do: 'script', rules: [{ outcome: { reject: 'NO_QUOTES' } }] })
    runOrder(venue.control, { do: 'deposit', amount: -10, note: 'out', account: venue.accountId })
    runOrder(venue.control, { do: 'access-rights', rights: 'close-only' })
    runOrder(venue.control, { do: 'change-instrument', symbol: 'XAUUSD', change: { shortSelling: false } })
    buy()
    expect((await client.next(2132)).message.errorCode).toBe('NO_QUOTES')
    const { trader } = await client.request(2121, account(), 2122)
    expect(trader).toMatchObject({ balance: 999_000, accessRights: 1 })
    const { symbol } = await client.request(2116, { ...account(), symbolId: [GOLD] }, 2117)
    expect(symbol?.[0]?.enableShortSelling).toBe(false)
  })

  it('is refused when it makes no sense', () => {
    for (const [order, message] of [
      [{ do: 'script', rules: 3 }, 'rules is 3. Allowed: a list'],
      [{ do: 'script', rules: [{ outcome: { rejects: 'X' } }] }, 'outcome.rejects is unknown'],
      [{ do: 'script', rules: [{ outcome: { fill: [2] } }] }, 'parts above 0'],
      [{ do: 'script', rules: [], account: 1 }, 'account is 1'],
      [{ do: 'deposit', amount: 0 }, 'of at most 2 digits'],
      [{ do: 'deposit', amount: 0.001 }, 'of at most 2 digits'],
      [{ do: 'deposit', amount: -1e6 }, 'up to the free margin'],
      [{ do: 'deposit', amount: 1, note: 'x'.repeat(256) }, 'at most 255 characters'],
      [{ do: 'access-rights', rights: 'all' }, 'full-access, close-only'],
      [{ do: 'change-instrument', symbol: 'NOPE', change: {} }, 'symbol is NOPE'],
      [{ do: 'change-instrument', symbol: 'XAUUSD', change: 1 }, 'an object'],
    ] as const)
      expect(() => runOrder(venue.control, order)).toThrow(message)
  })
})
