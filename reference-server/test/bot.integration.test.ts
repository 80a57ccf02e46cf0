import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPLAY_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { parity, readSessionFile } from '@openclaw-trading/bot-engine/parity'
import { connect } from '@openclaw-trading/ctrader-client'
import { accountId, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { childEnvironment } from '../src/config.ts'
import { StateFile } from '../src/bot/state-file.ts'
import { silentLogger } from '../src/observability/logger.ts'
import { backtestTrades } from '../src/replay/backtest-trades.ts'
import { compareTrades, fromTradeRow } from '../src/replay/compare.ts'
import { createRegistry } from '../src/strategies/registry.ts'
import type { VenueAccess } from '../src/venue/venue-mode.ts'
import { VenueProcess } from '../src/venue/venue-process.ts'
import { builtEntry } from './built.ts'
import { type Bot, killBots, startBotProcess } from './bot-process.ts'
import { FakeApi } from './fake-api.ts'

let dir: string
let ticksFile: string
let api: FakeApi
let apiUrl: string
const columns = syntheticTicks({
  instrument: REPLAY_XAUUSD,
  seed: 5,
  startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
  until: unixMs(Date.UTC(2025, 0, 6, 10)),
})
const venues: VenueProcess[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-bot-'))
  ticksFile = join(dir, 'ticks.csv')
  const rows: string[] = []
  for (let i = 0; i < columns.length; i++)
    rows.push(`${columns.at[i]},${(columns.bid[i] ?? 0) / 1e5},${(columns.ask[i] ?? 0) / 1e5}`)
  await writeFile(ticksFile, `${rows.join('\n')}\n`)
})
afterAll(() => rm(dir, { recursive: true, force: true }))
beforeEach(async () => {
  api = new FakeApi()
  apiUrl = await api.open()
})
afterEach(async () => {
  killBots()
  for (const venue of venues.splice(0)) await venue.close()
  await api.close()
})

async function startVenue(mode: 'replay' | 'simulated'): Promise<VenueAccess> {
  const venue = await VenueProcess.start({
    entry: builtEntry('venue'),
    mode:
      mode === 'replay'
        ? { type: 'replay', gate: 'lookahead', ticks: ticksFile, latencyMs: 50, polling: false }
        : { type: 'simulated', seed: 1, speed: 600, stateDir: await mkdtemp(join(dir, 'venue-')) },
    env: childEnvironment(),
    logger: silentLogger,
  })
  venues.push(venue)
  if (venue.access === undefined) throw new TypeError('a started venue listens')
  return venue.access
}

const startBot = async (
  access: VenueAccess,
  {
    stateDir,
    ...options
  }: { bot?: string; accessToken?: string; stateDir?: string; recordSessions?: boolean } = {},
): Promise<Bot> =>
  startBotProcess(access, {
    ...options,
    apiUrl,
    stateDir: stateDir ?? (await mkdtemp(join(dir, 'state-'))),
  })
const until = (what: () => unknown) => expect.poll(what, { timeout: 60_000, interval: 20 }).toBeTruthy()
const failureOf = (bot: Bot) => bot.heard.find(message => message.type === 'failed')

it('replays a file to its end: its trades are those of a backtest, and its recorded session scores 1', async () => {
  const stateDir = await mkdtemp(join(dir, 'state-'))
  const bot = await startBot(await startVenue('replay'), { stateDir, recordSessions: true })
  expect(await bot.exited).toBe(0)
  expect(api.ends).toEqual([{ sessionId: 't1', status: 'COMPLETED', reason: 'data-ended' }])
  expect(bot.heard.at(-1)).toEqual({ type: 'ended', reason: 'data-ended' })
  const actual = [...api.trades.values()].sort((a, b) => a.dealId - b.dealId).map(fromTradeRow)
  const expected = await backtestTrades('S03', { timeframe: 'm1' }, columns, 50)
  expect(expected.length).toBeGreaterThan(0)
  expect(compareTrades(expected, actual)).toMatchObject({ equal: true })
  expect(api.bars.at(-1)?.bars.at(-1)?.openedAt).toBeGreaterThan(Date.UTC(2025, 0, 6, 9, 50))
  const [name = '', ...others] = await readdir(join(stateDir, 'sessions'))
  expect([name, others]).toEqual([expect.stringMatching(/-t1\.clawses$/), []])
  const session = await readSessionFile(join(stateDir, 'sessions', name))
  const report = await parity(session, createRegistry().get('S03').strategy, { venue: { latencyMs: 50 } })
  expect(report).toMatchObject({ score: 1, causes: {}, gaps: [], trades: expected.length })
})

it('opens its session with what it found at the broker, shows signs of life, and stops when asked', async () => {
  const bot = await startBot(await startVenue('simulated'))
  await until(() =>
    bot.heard.some(message => message.type === 'heartbeat' && message.heartbeat.marketAt !== null),
  )
  expect(api.starts[0]).toMatchObject({
    epoch: 1,
    environment: { currency: 'USD', leverage: 100 },
    codeHash: expect.stringMatching(/^[0-9a-f]{12}$/),
  })
  expect(bot.heard[0]).toEqual({ type: 'ready', sessionId: 't1' })
  await until(() => api.bars.some(post => post.bars.length > 100))
  bot.send({ type: 'stop', positions: 'keep' })
  expect(await bot.exited).toBe(0)
  expect(api.ends).toEqual([{ sessionId: 't1', status: 'COMPLETED', reason: 'requested' }])
  expect(bot.heard.at(-1)).toEqual({ type: 'ended', reason: 'requested' })
})

it('opens nothing while it is paused, and again when it is resumed', async () => {
  api.control = { ...api.control, status: 'paused', entriesAllowed: false }
  const bot = await startBot(await startVenue('simulated'))
  const enabled = () =>
    bot.heard.flatMap(message => (message.type === 'heartbeat' ? [message.heartbeat.entriesEnabled] : []))
  await until(() => enabled().length > 1)
  expect(enabled()).not.toContain(true)
  api.control = { ...api.control, status: 'running', entriesAllowed: true, generation: 2 }
  bot.send({ type: 'control-changed' })
  await until(() => enabled().at(-1) === true)
})

it('opens nothing when it is paused while it starts', async () => {
  api.onSessionStart = () => {
    api.control = { ...api.control, status: 'paused', entriesAllowed: false, generation: 2 }
  }
  const bot = await startBot(await startVenue('simulated'))
  const enabled = () =>
    bot.heard.flatMap(message => (message.type === 'heartbeat' ? [message.heartbeat.entriesEnabled] : []))
  await until(() => enabled().length > 0)
  expect(enabled()).not.toContain(true)
})

it('delivers later what the API could not take, and loses nothing when it is stopped meanwhile', async () => {
  const stateDir = await mkdtemp(join(dir, 'state-'))
  const first = await startBot(await startVenue('simulated'), { stateDir })
  await until(() => api.starts.length === 1)
  api.down = true
  // Until something was traded: the book is empty again after a position was there.
  const open = () =>
    first.heard.flatMap(message => (message.type === 'heartbeat' ? [message.heartbeat.balance?.minor] : []))
  await until(() => new Set(open()).size > 1)
  first.send({ type: 'stop', positions: 'keep' })
  await first.exited
  expect(api.trades.size).toBe(0)
  api.down = false
  await startBot(await startVenue('simulated'), { stateDir })
  await until(() => [...api.trades.values()].some(trade => trade.sessionId === 't1'))
})

it('ends by itself when its worker is gone', async () => {
  const bot = await startBot(await startVenue('simulated'))
  await until(() => bot.heard.some(message => message.type === 'ready'))
  bot.child.disconnect()
  expect(await bot.exited).toBe(0)
})

it('stops at once when a newer owner exists, and leaves the session to it', async () => {
  const bot = await startBot(await startVenue('simulated'))
  await until(() => bot.heard.some(message => message.type === 'ready'))
  api.fenced = true
  expect(await bot.exited).toBe(11)
  expect(failureOf(bot)).toMatchObject({ code: 'fenced' })
  expect(api.ends).toEqual([])
})

it('tells of a refused login in one sentence, with exit code 7', async () => {
  const bot = await startBot(await startVenue('simulated'), { accessToken: 'wrong' })
  expect(await bot.exited).toBe(7)
  expect(failureOf(bot)).toMatchObject({
    code: 'login-refused',
    message: expect.stringContaining('Check client id'),
  })
  expect(JSON.stringify(bot.heard)).not.toMatch(/ at .*\.ts:|wrong/)
})

it('tells of a strategy that throws, with its own words, and marks the session as crashed', async () => {
  const bot = await startBot(await startVenue('simulated'), { bot: 'T01' })
  expect(await bot.exited).toBe(1)
  expect(failureOf(bot)).toMatchObject({
    code: 'handler-failed',
    message: expect.stringContaining('no idea what to do'),
  })
  expect(api.ends).toEqual([
    expect.objectContaining({
      status: 'CRASHED',
      reason: 'failed',
      detail: expect.stringContaining('no idea'),
    }),
  ])
})

it('tells of a symbol that the broker does not have', async () => {
  const bot = await startBot(await startVenue('simulated'), { bot: 'T02' })
  expect(await bot.exited).toBe(4)
  expect(failureOf(bot)).toMatchObject({
    code: 'unknown-symbol',
    message: expect.stringContaining('XAUUSDX'),
  })
})

it('refuses parameters outside the schema and names them all', async () => {
  api.params = { timeframe: 'm1', period: 1, deviation: 99 }
  const bot = await startBot(await startVenue('simulated'))
  expect(await bot.exited).toBe(3)
  expect(failureOf(bot)).toMatchObject({
    code: 'invalid-params',
    message: expect.stringMatching(/period.*deviation/),
  })
})

it('records once what was closed while its process was down, with the money of the deal history', async () => {
  const access = await startVenue('simulated')
  const stateDir = await mkdtemp(join(dir, 'state-'))
  const recorded = (id: number | undefined) =>
    [...api.trades.values()].filter(({ positionId }) => positionId === id)
  const killedWhileOpen = async () => {
    const first = await startBot(access, { stateDir })
    await until(
      () => api.positions.at(-1)?.positions.length === 1 && existsSync(join(stateDir, 'last-seen.json')),
    )
    first.child.kill('SIGKILL')
    await first.exited
    const last = api.positions.at(-1)?.positions[0]
    return recorded(last?.positionId).length > 0 ? undefined : last
  }
  // Ten minutes of the market are a second: its stop may be hit before the kill, and the next position will do.
  let open = await killedWhileOpen()
  while (open === undefined) open = await killedWhileOpen()
  const { positionId } = open

  const { host, port, ca, clientId, clientSecret, accessToken, ctidTraderAccountId } = access
  const client = await connect({
    environment: { host, port, ...(ca === undefined ? {} : { ca }) },
    application: { clientId, clientSecret },
  })
  const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
  const find = async () => (await account.snapshot()).positions.find(({ id }) => id === positionId)
  const position = await find()
  // Its stop may have been hit by now, or in this moment, which is as good.
  const fill =
    position === undefined
      ? undefined
      : await account.closePosition(position.id).catch(async (error: unknown) => {
          if ((await find()) !== undefined) throw error
          return undefined
        })

  const second = await startBot(access, { stateDir })
  await until(() => recorded(positionId).length > 0)
  await until(() => second.heard.some(({ type }) => type === 'heartbeat'))
  expect(recorded(positionId)).toHaveLength(1)
  if (fill !== undefined)
    expect(recorded(positionId)[0]).toMatchObject({
      dealId: fill.dealId,
      exitPrice: fill.price,
      gross: fill.closing?.gross,
      balance: fill.closing?.balance,
    })
  await client.close()
})

it('goes on with the state of a process that was killed', async () => {
  const access = await startVenue('simulated')
  const stateDir = await mkdtemp(join(dir, 'state-'))
  const { ctidTraderAccountId: account } = access
  const { file } = new StateFile({
    ...{ folder: stateDir, environment: 'simulated:test', account },
    ...{ strategy: 'counting', symbol: 'XAUUSD' },
  })
  const kept = () =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { state: { starts: 0, bars: 0 } }
  const first = await startBot(access, { bot: 'T03', stateDir })
  await until(() => kept().state.bars >= 3)
  first.child.kill('SIGKILL')
  await first.exited
  const before = kept()
  expect(before).toMatchObject({ strategy: 'counting', state: { starts: 1 } })
  const second = await startBot(access, { bot: 'T03', stateDir })
  await until(() => kept().state.starts === 2)
  expect(kept().state.bars).toBeGreaterThanOrEqual(before.state.bars)
  second.child.kill('SIGKILL')
  await second.exited
})
