import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { beforeAll, describe, expect, it } from 'vitest'

// biome-ignore lint/suspicious/noExplicitAny: JSON of a client that has no types for what it hands out.
type Fields = Record<string, any>

const child = fileURLToPath(new URL('./ctrader-layer-child.ts', import.meta.url))

/** Lets the npm package trade one position on a venue of its own; resolves with what it saw. */
async function trade(): Promise<Fields> {
  const directory = await mkdtemp(join(tmpdir(), 'claw-interop-'))
  const venue = await startSimulator({ mode: { type: 'live-clock', speed: 60 }, seed: 3 })
  try {
    const caFile = join(directory, 'ca.pem')
    await writeFile(caFile, venue.ca ?? '')
    const env = { PATH: process.env['PATH'] ?? '', HOME: directory, NODE_EXTRA_CA_CERTS: caFile }
    const trader = spawn(process.execPath, ['--import', 'tsx', child], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env,
    })
    let output = ''
    let complaints = ''
    trader.stdout.on('data', chunk => (output += chunk))
    trader.stderr.on('data', chunk => (complaints += chunk))
    trader.stdin.end(JSON.stringify({ port: venue.port, ...venue.credentials }))
    const code = await new Promise(resolve => trader.once('close', resolve))
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Fields
  } finally {
    await venue.close()
    await rm(directory, { recursive: true, force: true })
  }
}

describe('@reiryoku/ctrader-layer, a client that nobody here wrote', () => {
  let seen: Fields
  beforeAll(async () => {
    seen = await trade()
  })

  it('is refused as at the broker, logs in over TLS and finds its account', () => {
    expect(seen['refusedBeforeLogin']).toMatchObject({ errorCode: 'CH_CLIENT_NOT_AUTHENTICATED' })
    expect(seen['version']).toMatchObject({ version: '91' })
    expect(seen['refusedToken']).toMatchObject({ errorCode: 'CH_ACCESS_TOKEN_INVALID' })
    expect(seen['accounts']).toMatchObject({
      permissionScope: 'SCOPE_TRADE',
      ctidTraderAccount: [{ isLive: false }],
    })
    expect(seen['trader']['trader']).toMatchObject({
      balance: '1000000',
      moneyDigits: 2,
      accountType: 'HEDGED',
    })
  })

  it('joins assets, symbols and the full record of gold', () => {
    const gold = seen['symbols']['symbol'].find((symbol: Fields) => symbol['symbolName'] === 'XAUUSD')
    const names = seen['assets']['asset'].map(({ assetId, name }: Fields) => [assetId, name])
    expect(Object.fromEntries(names)[gold['baseAssetId']]).toBe('XAU')
    expect(seen['symbol']['symbol'][0]).toMatchObject({
      symbolId: gold['symbolId'],
      digits: 2,
      lotSize: '10000',
      scheduleTimeZone: 'America/New_York',
    })
  })

  it('reads a quote, and an hour of bars whose timestamp its old protocol requires', () => {
    expect(Number(seen['spot']['ask'])).toBeGreaterThan(Number(seen['spot']['bid']))
    expect(seen['bars']).toMatchObject({ period: 'M1', timestamp: String(Date.UTC(2025, 0, 6, 6, 59)) })
    expect(seen['bars']['trendbar']).toHaveLength(60)
  })

  it('opens a position with a market order, sees it, closes it, and finds both deals', () => {
    const { opened, open, closed, deals } = seen
    expect(opened).toMatchObject({
      executionType: 'ORDER_FILLED',
      order: { orderStatus: 'ORDER_STATUS_FILLED', orderType: 'MARKET' },
      position: { positionStatus: 'POSITION_STATUS_OPEN', tradeData: { volume: '100', tradeSide: 'BUY' } },
      deal: { dealStatus: 'FILLED' },
    })
    expect(open['position']).toMatchObject([{ positionId: opened['position']['positionId'] }])
    expect(closed).toMatchObject({
      executionType: 'ORDER_FILLED',
      order: { closingOrder: true },
      deal: { closePositionDetail: { closedVolume: '100', balanceVersion: '1' } },
    })
    expect(deals['deal'].map(({ dealId }: Fields) => dealId)).toEqual([
      closed['deal']['dealId'],
      opened['deal']['dealId'],
    ])
  })
})
