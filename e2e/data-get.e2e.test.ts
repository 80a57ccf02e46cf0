import { spawn } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type InstrumentWriteReport,
  openDataStore,
  REPLAY_ACCOUNT,
  SYNTHETIC_XAUUSD,
} from '@openclaw-trading/bot-engine/data'
import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { type Instrument, symbolId, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Interrupt, exitOf, interruptOnce } from './program.ts'

const main = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

/** No symbol that the product knows by itself: three digits, 5,000 oz a lot, 13 US dollars a lot and side. */
const SILVER: Instrument = {
  ...SYNTHETIC_XAUUSD,
  id: symbolId(977),
  name: 'XAGUSD.r',
  base: 'XAG',
  digits: 3,
  pipPosition: 2,
  lotSize: 5000,
  costs: { commission: { type: 'usd-per-lot', rate: 13 } },
  leverageId: 3,
}

/** As the wire has them: the last goes on for ever. */
const TIERS = [{ upToUsd: 50_000, leverage: 50 }, { leverage: 20 }]

const HOLDER = `import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

export default defineStrategy({
  name: 'hold',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create: () => ({
    onBar: (bar, ctx) => {
      if (ctx.position) ctx.close()
      else if (ctx.pendingEntries === 0) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(2000) } })
    },
  }),
})
`

let folder: string
let venue: LiveSimulator

beforeAll(async () => {
  venue = await startSimulator({
    mode: { type: 'live-clock', speed: 60 },
    seed: 7,
    instruments: [SYNTHETIC_XAUUSD, SILVER],
    account: { ...REPLAY_ACCOUNT, leverageTiers: [{ id: 3, tiers: TIERS }] },
  })
  // Past the span of quotes that is asked for.
  venue.control.clock.jump(unixMs(Date.UTC(2025, 0, 6, 7, 6)))
})
afterAll(() => venue?.close())

// Each try has a folder, and so a store, of its own.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-get-'))
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  await symlink(modules, join(folder, 'node_modules'), 'junction')
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'hold.mjs'), HOLDER)
  await writeFile(join(folder, 'ca.pem'), venue.ca ?? '')
  const settings = {
    CTRADER_CLIENT_ID: clientId,
    CTRADER_CLIENT_SECRET: clientSecret,
    CTRADER_ACCESS_TOKEN: accessToken,
    CTRADER_ACCOUNT_ID: ctidTraderAccountId,
    CTRADER_ENVIRONMENT: `${venue.host}:${venue.port}`,
    CTRADER_CA_FILE: 'ca.pem',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folder, '.env'), lines.join(''), { mode: 0o600 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs `claw data`, or another of its commands, as its user would; `during` may interrupt it. */
function claw(
  args: readonly string[],
  during?: (interrupt: Interrupt, text: string) => void,
  group = 'data',
) {
  const child = spawn(process.execPath, [main, group, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const interrupt = interruptOnce(child)
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    err += chunk
    during?.(interrupt, err)
  })
  return exitOf(child).then(code => ({ code, out, err }))
}

const instrument = { id: symbolId(41), digits: 2 }

describe('claw data get', () => {
  it('loads bars of an account into the store, before and behind what is there, and no row twice', async () => {
    const get = (from: string, to: string) =>
      claw(['get', 'XAUUSD', '--tf', 'm15', '--from', from, '--to', to, '--json'])
    const middle = await get('2025-01-02T12:00Z', '2025-01-02T18:00Z')
    expect(middle).toMatchObject({ code: 0, err: expect.stringContaining('100 %') })
    expect(JSON.parse(middle.out)).toMatchObject({ schema: 'claw.data-get/1', data: { added: 24 } })
    const wide = JSON.parse((await get('2025-01-02T06:00Z', '2025-01-03T12:00Z')).out)
    // 24 before it; behind it to Friday noon without the break from 22:00 to 23:00 UTC.
    expect(wide.data).toMatchObject({ added: 24 + 68, resumedAt: Date.UTC(2025, 0, 2, 17, 45) })
    const again = JSON.parse((await get('2025-01-02T06:00Z', '2025-01-03T12:00Z')).out)
    expect(again.data.added).toBe(0)
    const store = openDataStore(join(folder, '.claw', 'data'))
    const bars = await store.read({ symbol: 'XAUUSD', series: 'm15', instrument })
    expect(bars.length).toBe(24 + 24 + 68)
    expect(await store.verify()).toMatchObject({ problems: [] })
  })

  it('goes on with quotes that Ctrl-C has ended, and the store is as if nothing had been', async () => {
    const span = ['--ticks', '--from', '2025-01-06T07:00Z', '--to', '2025-01-06T07:05Z']
    expect((await claw(['get', 'XAUUSD', ...span, '--store', 'whole'])).code).toBe(0)
    const ended = await claw(['get', 'XAUUSD', ...span], (interrupt, text) => {
      if (/ [1-9]\d* rows/.test(text)) interrupt()
    })
    expect([0, 130]).toContain(ended.code)
    expect((await claw(['get', 'XAUUSD', ...span])).code).toBe(0)
    const read = (store: string) =>
      openDataStore(join(folder, store)).read({ symbol: 'XAUUSD', series: 'ticks', instrument })
    const whole = await read('whole')
    expect(whole.length).toBeGreaterThan(200)
    expect(await read('.claw/data')).toEqual(whole)
  })

  it('says what is wrong, with the exit code of its kind', async () => {
    const unknown = await claw(['get', 'GOLD', '--tf', 'm15'])
    expect(unknown).toMatchObject({ err: expect.stringContaining('GOLD') })
    expect([2, 4]).toContain(unknown.code)
    expect((await claw(['get', 'XAUUSD', '--tf', 'm15', '--environment', '127.0.0.1:1'])).code).toBe(9)
    expect(
      (await claw(['get', 'XAUUSD', '--tf', 'm15', '--from', '2025-01-05', '--to', '2025-01-05'])).code,
    ).toBe(2)
  })
})

describe('claw data get of a symbol that nobody knows', () => {
  it('keeps the record of the broker, and a backtest has its digits and costs', async () => {
    const get = async () => {
      const { out } = await claw([
        'get',
        SILVER.name,
        '--tf',
        'm15',
        '--from',
        '2025-01-02',
        '--to',
        '2025-01-04',
        '--json',
      ])
      return (JSON.parse(out) as { data: { record: InstrumentWriteReport } }).data.record
    }
    expect(
      (await claw(['get', 'XAUUSD', '--tf', 'm15', '--from', '2025-01-02', '--to', '2025-01-03'])).code,
    ).toBe(0)
    expect(await get()).toMatchObject({ outcome: 'new', instrument: { digits: 3, lotSize: 5000 } })
    const store = openDataStore(join(folder, '.claw', 'data'))
    const record = store.instrument(SILVER.name)
    expect(record).toMatchObject({
      source: expect.stringContaining('cTrader account'),
      instrument: { costs: { commission: { type: 'usd-per-lot', rate: 13 } } },
      leverageTiers: TIERS,
    })
    expect(store.instrument('XAUUSD')).not.toHaveProperty('leverageTiers')
    expect((await claw(['list'])).out).toMatch(/XAGUSD\.r +m15 .* 3 {2}cTrader account/)
    const before = await profitOf(SILVER.name)
    const costs = { commission: { type: 'usd-per-lot', rate: 14 } } as const
    await store.writeInstrument({
      instrument: { ...SILVER, ...record?.instrument, costs },
      leverageTiers: TIERS,
      source: 'a test',
    })
    const after = await profitOf(SILVER.name)
    // A tenth of a lot, in and out: a dollar more per lot and side is 20 cents a trade.
    expect(before.trades).toBeGreaterThan(2)
    expect(after).toEqual({ trades: before.trades, minor: before.minor - 20 * before.trades })
    expect(await get()).toMatchObject({
      outcome: 'changed',
      changes: [{ field: 'costs.commission.rate', before: 14, after: 13 }],
    })
  })
})

/** What a strategy of fixed volume earned, in cents. */
async function profitOf(symbol: string) {
  const asked = ['hold.mjs', '--symbol', symbol, '--balance', '100000', '--no-report', '--no-check', '--json']
  const { code, out, err } = await claw(asked, undefined, 'backtest')
  expect({ code, err }).toMatchObject({ code: 0 })
  expect(err).toContain(`${symbol} · 2025-01-02`)
  expect(err).toContain('leverage 1:50 to 50,000 USD, 1:20 beyond')
  const { parts } = (JSON.parse(out) as { data: { parts: readonly Part[] } }).data
  const sum = (value: (part: Part) => number) => parts.reduce((total, part) => total + value(part), 0)
  return {
    trades: sum(({ metrics }) => metrics.tradeCount),
    minor: sum(({ metrics }) => metrics.netProfit.minor),
  }
}

interface Part {
  readonly metrics: { readonly tradeCount: number; readonly netProfit: { readonly minor: number } }
}
