import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDataStore, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { symbolId, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Interrupt, exitOf, interruptOnce } from './program.ts'

const PROGRAMS = {
  ctrader: fileURLToPath(new URL('../packages/ctrader-client/dist/main.js', import.meta.url)),
  claw: fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url)),
}
const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
const SPAN = ['--from', '2025-01-06T07:00Z', '--to', '2025-01-06T07:20Z']
const instrument = { id: symbolId(41), digits: 2 }

const HOLDER = `import { defineStrategy } from '@openclaw-trading/bot-engine'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

export default defineStrategy({
  name: 'hold',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
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
    mode: { type: 'live-clock', speed: 300 },
    seed: 7,
    instruments: [SYNTHETIC_XAUUSD],
  })
  // Past the span of quotes that is asked for.
  venue.control.clock.jump(unixMs(Date.UTC(2025, 0, 6, 7, 21)))
})
afterAll(() => venue?.close())

// Each try has a folder, and so a store, of its own.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrader-store-'))
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

/** Runs a command as its user would; `during` may interrupt it. */
function run(
  [program, ...args]: readonly [keyof typeof PROGRAMS, ...string[]],
  options: { readonly cwd?: string; readonly during?: (interrupt: Interrupt, text: string) => void } = {},
) {
  const child = spawn(process.execPath, [PROGRAMS[program], ...args], {
    cwd: options.cwd ?? folder,
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
    options.during?.(interrupt, err)
  })
  return exitOf(child).then(code => ({ code, out, err }))
}

const readTicks = (store: string) =>
  openDataStore(join(folder, store)).read({ symbol: 'XAUUSD', series: 'ticks', instrument })

describe('ctrader ticks --store', () => {
  it('ends with 5 where the store cannot be written, as with any place that cannot', async () => {
    await writeFile(join(folder, 'taken'), '')
    for (const place of [
      ['--store', 'taken'],
      ['--out', 'taken/ticks.csv'],
    ]) {
      const { code, err } = await run(['ctrader', 'ticks', 'XAUUSD', ...SPAN, ...place])
      expect(err).toMatch(/taken.*\((?:ENOTDIR|EEXIST)[\s\S]*code: state-unavailable/)
      expect(code).toBe(5)
    }
    await mkdir(join(folder, '.claw'))
    await writeFile(join(folder, '.claw', 'data'), '')
    const got = await run(['claw', 'data', 'get', 'XAUUSD', '--ticks', ...SPAN])
    expect(got.err).toContain('code: not-writable')
    expect(got.code).toBe(5)
  })

  it('goes on where Ctrl-C ended it, and claw lists and verifies what it stored', async () => {
    const csv = await run(['ctrader', 'ticks', 'XAUUSD', ...SPAN])
    const rows = csv.out.trim().split('\n').length - 1
    expect(rows).toBeGreaterThan(500)

    const ended = await run(['ctrader', 'ticks', 'XAUUSD', ...SPAN, '--store'], {
      during: (interrupt, text) => {
        if (/ [1-9]\d* rows/.test(text)) interrupt()
      },
    })
    expect([0, 130]).toContain(ended.code)
    const next = await run(['ctrader', 'ticks', 'XAUUSD', ...SPAN, '--store', '--json'])
    expect(next).toMatchObject({ code: 0, err: expect.stringContaining('100 %') })
    expect(JSON.parse(next.out)).toMatchObject({
      schema: 'ctrader.ticks/1',
      ok: true,
      data: { symbol: 'XAUUSD', series: 'ticks', record: { outcome: 'same' }, held: { rows } },
    })

    const { at } = await readTicks('.claw/data')
    expect([...at]).toEqual(
      csv.out
        .trim()
        .split('\n')
        .slice(1)
        .map(row => Number(row.split(',')[0])),
    )
    expect((await run(['claw', 'data', 'list'])).out).toMatch(/XAUUSD +ticks .*cTrader account/)
    expect(await run(['claw', 'data', 'verify'])).toMatchObject({ code: 0 })
  })

  it('stores quotes that claw tests over, also when bars come later', async () => {
    await run(['ctrader', 'ticks', 'XAUUSD', ...SPAN, '--store'])
    const rows = (await readTicks('.claw/data')).length
    const asked = ['hold.mjs', '--symbol', 'XAUUSD', '--no-report', '--no-check', '--json']
    const tested = await run(['claw', 'backtest', ...asked])
    expect(tested).toMatchObject({
      code: 0,
      err: expect.stringContaining(`${String(rows).replace(/\B(?=(\d{3})+$)/g, ' ')} ticks`),
    })
    const { parts } = JSON.parse(tested.out).data as { parts: readonly { metrics: { tradeCount: number } }[] }
    expect(parts.reduce((sum, { metrics }) => sum + metrics.tradeCount, 0)).toBeGreaterThan(3)
    // Bars do not hide the quotes from who asks for those.
    const bars = ['ctrader', 'bars', 'XAUUSD', '--timeframe', 'm1', ...SPAN, '--store'] as const
    expect(await run(bars)).toMatchObject({ code: 0 })
    expect((await run(['claw', 'backtest', ...asked])).err).toContain('m1 bars')
    const again = await run(['claw', 'backtest', ...asked, '--ticks'])
    // The rows have been tried before then, which the name of the later part says.
    const figuresOf = (given: readonly object[]) => given.map(part => ({ ...part, name: undefined }))
    expect(figuresOf(JSON.parse(again.out).data.parts)).toEqual(figuresOf(parts))
  })

  it('gives a store the rows that claw data get gives it, of ticks and of bars', async () => {
    const bars = ['--timeframe', 'm15', '--from', '2025-01-02T12:00Z', '--to', '2025-01-02T18:00Z']
    for (const one of [
      ['ctrader', 'ticks', 'XAUUSD', ...SPAN, '--store', 'ours'],
      ['ctrader', 'bars', 'XAUUSD', ...bars, '--store', 'ours'],
      ['claw', 'data', 'get', 'XAUUSD', '--ticks', ...SPAN, '--store', 'theirs'],
      ['claw', 'data', 'get', 'XAUUSD', ...bars, '--store', 'theirs'],
    ] as const)
      expect(await run(one)).toMatchObject({ code: 0 })
    const [ours, theirs] = ['ours', 'theirs'].map(name => openDataStore(join(folder, name)))
    const entries = (store: typeof ours) =>
      store?.list().map(({ record, ...entry }) => ({ ...entry, ...record?.instrument }))
    expect(entries(ours)).toEqual(entries(theirs))
    expect(entries(ours)).toHaveLength(2)
    for (const series of ['ticks', 'm15'] as const)
      expect(await ours?.read({ symbol: 'XAUUSD', series, instrument })).toEqual(
        await theirs?.read({ symbol: 'XAUUSD', series, instrument }),
      )
    const again = await run(['ctrader', 'bars', 'XAUUSD', ...bars, '--store', 'ours'])
    expect(again.out).toContain('0 new rows of XAUUSD m15')
  })

  it('finds the store of the project around it, and asks for its folder where the config states one', async () => {
    const inside = join(folder, 'project', 'strategies')
    await mkdir(inside, { recursive: true })
    await writeFile(join(folder, 'project', 'claw.config.mjs'), 'export default {}')
    const args = ['bars', 'XAUUSD', '--from', '2025-01-03T12:00Z', '--to', '2025-01-03T12:10Z'] as const
    const env = ['--env-file', join(folder, '.env')]
    await writeFile(join(inside, 'ca.pem'), await readFile(join(folder, 'ca.pem')))
    expect(await run(['ctrader', ...args, ...env, '--store'], { cwd: inside })).toMatchObject({ code: 0 })
    expect((await run(['claw', 'data', 'list'], { cwd: inside })).out).toMatch(/XAUUSD +m1 /)

    await writeFile(join(folder, 'project', 'claw.config.mjs'), 'export default { dataDir: "elsewhere" }')
    const refused = await run(['ctrader', ...args, ...env, '--store'], { cwd: inside })
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--store FOLDER') })
  })

  it('names a damaged file of the store, with the exit code of damaged data', async () => {
    await mkdir(join(folder, 'broken', 'XAUUSD', 'm1'), { recursive: true })
    await writeFile(join(folder, 'broken', 'XAUUSD', 'm1', '2025-01.clawcol'), 'no columns')
    const args = ['bars', 'XAUUSD', '--from', '2025-01-03T12:00Z', '--to', '2025-01-03T12:10Z'] as const
    const { code, err } = await run(['ctrader', ...args, '--store', 'broken'])
    expect({ code, err }).toMatchObject({ code: 10, err: expect.stringContaining('2025-01.clawcol') })
  })
})
