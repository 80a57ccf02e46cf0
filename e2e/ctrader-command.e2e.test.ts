import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { type Account, type CTraderClient, connect } from '@openclaw-trading/ctrader-client'
import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, lots, unixMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Interrupt, exitOf, interruptOnce } from './program.ts'

const main = fileURLToPath(new URL('../packages/ctrader-client/dist/main.js', import.meta.url))

let folder: string
let venue: LiveSimulator
let client: CTraderClient
let account: Account

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrader-'))
  venue = await startSimulator({ mode: { type: 'live-clock', speed: 60 }, seed: 7 })
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const { host, port, ca = '' } = venue
  await writeFile(join(folder, 'ca.pem'), ca)
  const settings = {
    CTRADER_CLIENT_ID: clientId,
    CTRADER_CLIENT_SECRET: clientSecret,
    CTRADER_ACCESS_TOKEN: accessToken,
    CTRADER_ACCOUNT_ID: ctidTraderAccountId,
    CTRADER_ENVIRONMENT: `${host}:${port}`,
    CTRADER_CA_FILE: 'ca.pem',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folder, '.env'), lines.join(''), { mode: 0o600 })
  client = await connect({ environment: { host, port, ca }, application: { clientId, clientSecret } })
  account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
})
afterEach(async () => {
  await client?.close()
  await venue?.close()
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs `ctrader` as its user would: the built program, in a folder with a .env; `during` may interrupt it. */
function ctrader(
  args: readonly string[],
  during?: (interrupt: Interrupt, out: string) => void,
  settings: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const interrupt = interruptOnce(child)
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => {
    out += chunk
    during?.(interrupt, out)
  })
  child.stderr.on('data', chunk => {
    err += chunk
    during?.(interrupt, err)
  })
  return exitOf(child).then(code => ({ code, out, err }))
}

const dataOf = ({ out }: Run) => JSON.parse(out)

describe('ctrader', () => {
  it('lists the symbols that match, as a table and as JSON', async () => {
    const text = await ctrader(['symbols', 'xau'])
    expect(text.code).toBe(0)
    expect(text.out).toMatch(/^ {2}symbol +id +digits/)
    expect(text.out).toContain('XAUUSD')
    expect(text.out).not.toContain('EURUSD')
    const json = dataOf(await ctrader(['symbols', '--json']))
    expect(json).toMatchObject({ schema: 'ctrader.symbols/1', ok: true })
    expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['EURUSD', 'XAUUSD'])
  })

  it('prints quotes until it has as many as asked for', async () => {
    const { code, out } = await ctrader(['quotes', 'XAUUSD', '--count', '3', '--json'])
    const quotes = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(code).toBe(0)
    expect(quotes).toHaveLength(3)
    for (const quote of quotes) expect(quote.ask).toBeGreaterThan(quote.bid)
  })

  it('ends quotes with Ctrl-C and 130', async () => {
    const { code, out } = await ctrader(['quotes', 'EURUSD'], interrupt => interrupt())
    expect(code).toBe(130)
    expect(out).toMatch(/^2025-01-06T\S+ {2}EURUSD {2}1\.\d{5} {2}1\.\d{5}\n/)
  })

  it('shows positions with their profit, and the deals of an account', async () => {
    const gold = await account.instrument('XAUUSD')
    await account.placeOrder({
      type: 'market',
      symbolId: gold.id,
      side: 'buy',
      volume: lots(0.01),
      label: 'mine',
    })
    const positions = await ctrader(['positions'])
    expect(positions.code).toBe(0)
    expect(positions.out).toMatch(/XAUUSD +buy +0\.01 +\d+\.\d\d +– +– +\S+ USD +\S+ +mine/)
    expect(positions.out).toContain('No pending order.')
    expect(positions.out).toMatch(/balance 10000\.00 USD {3}equity \S+ USD/)
    const deals = dataOf(await ctrader(['deals', '--from', '2025-01-06', '--to', '2025-01-11', '--json']))
    expect(deals.data).toMatchObject([{ symbol: 'XAUUSD', side: 'buy', volume: 0.01 }])
  })

  it('shows for what an order waits that has no price', async () => {
    const gold = await account.instrument('XAUUSD')
    const order = await account.placeOrder({
      type: 'market',
      symbolId: gold.id,
      side: 'sell',
      volume: lots(0.02),
      label: 'later',
      timeInForce: { type: 'market-on-open' },
    })
    const { out } = await ctrader(['positions'])
    await account.cancelOrder(order.id)
    expect(out).toMatch(/XAUUSD +market +sell +0\.02 +– +at the open +later/)
  })

  it('writes bars to stdout, oldest first', async () => {
    const span = ['--from', '2025-01-03T12:00Z', '--to', '2025-01-03T13:00Z']
    const { code, out } = await ctrader(['bars', 'XAUUSD', '--timeframe', 'm15', ...span])
    const [header, ...rows] = out.trim().split('\n')
    expect(code).toBe(0)
    expect(header).toBe('opened_ms,open,high,low,close,ticks')
    expect(rows.map(row => Number(row.split(',')[0]))).toEqual(
      [0, 15, 30, 45].map(minute => Date.UTC(2025, 0, 3, 12, minute)),
    )
    const lines = (await ctrader(['bars', 'XAUUSD', '--timeframe', 'm15', ...span, '--json'])).out
      .trim()
      .split('\n')
    const objects = lines.map(line => JSON.parse(line))
    expect(objects[0]).toMatchObject({ schema: 'ctrader.bar/1', symbol: 'XAUUSD', timeframe: 'm15' })
    expect(objects.map(({ openedAt, tickVolume }) => `${openedAt} ${tickVolume}`)).toEqual(
      rows.map(row => `${row.split(',')[0]} ${row.split(',')[5]}`),
    )
  })

  it('goes on with a download of ticks that Ctrl-C has ended, and the file is as if nothing had been', async () => {
    const span = ['--from', '2025-01-06T07:00Z', '--to', '2025-01-06T07:20Z']
    // The market must be past the span.
    venue.control.clock.jump(unixMs(Date.UTC(2025, 0, 6, 7, 21)))
    const whole = await ctrader(['ticks', 'XAUUSD', ...span])
    expect(whole.out.split('\n').length).toBeGreaterThan(500)
    const [first = ''] = (await ctrader(['ticks', 'XAUUSD', ...span, '--json'])).out.split('\n')
    const { schema, at, bid, ask } = JSON.parse(first)
    expect([schema, `${at},${bid.toFixed(2)},${ask.toFixed(2)}`]).toEqual([
      'ctrader.quote/1',
      whole.out.split('\n')[1],
    ])
    const ended = await ctrader(['ticks', 'XAUUSD', ...span, '--out', 'ticks.csv'], (interrupt, text) => {
      if (/ [1-9]\d* rows/.test(text)) interrupt()
    })
    const next = await ctrader(['ticks', 'XAUUSD', ...span, '--out', 'ticks.csv'])
    expect([0, 130]).toContain(ended.code)
    expect(next).toMatchObject({ code: 0, err: expect.stringContaining('goes on at') })
    expect(await readFile(join(folder, 'ticks.csv'), 'utf8')).toBe(whole.out)
  })

  it('reaches a simulator by its connection file, with TLS and without, and says which setting is missing', async () => {
    const { host, port, ca } = venue
    await writeFile(join(folder, 'venue.json'), JSON.stringify({ host, port, ca }))
    const byFile = await ctrader(['symbols', 'XAU'], undefined, { CTRADER_CA_FILE: 'venue.json' })
    expect(byFile).toMatchObject({ code: 0, out: expect.stringContaining('XAUUSD') })
    await writeFile(join(folder, 'other.pem'), rootCertificates[0] ?? '')
    expect(await ctrader(['symbols'], undefined, { CTRADER_CA_FILE: 'other.pem' })).toMatchObject({
      code: 9,
      err: expect.stringContaining('CTRADER_CA_FILE'),
    })
    const plain = await startSimulator({ mode: { type: 'live-clock' }, seed: 7, tls: false })
    try {
      const address = `${plain.host}:${plain.port}`
      const { clientId, clientSecret, accessToken, ctidTraderAccountId } = plain.credentials
      const settings = {
        CTRADER_CLIENT_ID: clientId,
        CTRADER_CLIENT_SECRET: clientSecret,
        CTRADER_ACCESS_TOKEN: accessToken,
        CTRADER_ACCOUNT_ID: String(ctidTraderAccountId),
      }
      expect(
        await ctrader(['symbols', 'XAU'], undefined, {
          ...settings,
          CTRADER_ENVIRONMENT: `tcp://${address}`,
        }),
      ).toMatchObject({ code: 0, out: expect.stringContaining('XAUUSD') })
      expect(await ctrader(['symbols'], undefined, { CTRADER_ENVIRONMENT: address })).toMatchObject({
        code: 9,
        err: expect.stringContaining(`CTRADER_ENVIRONMENT=tcp://${address}`),
      })
    } finally {
      await plain.close()
    }
  })

  it('says what is wrong, with the exit code of its kind', async () => {
    expect(await ctrader(['quotes', 'GOLD'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('"GOLD"'),
    })
    expect(await ctrader(['symbol'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean') })
    expect(await ctrader(['symbols', '--account', '5'])).toMatchObject({ code: 8 })
    expect(await ctrader(['symbols', '--environment', '127.0.0.1:1'])).toMatchObject({ code: 9 })
    const json = await ctrader(['positions', '--account', '5', '--json'])
    expect(dataOf(json)).toMatchObject({ schema: 'ctrader.error/1', ok: false, error: { exit: 8 } })
  })
})
