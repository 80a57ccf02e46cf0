import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataStore } from '@openclaw-trading/bot-engine/data'
import type { Instrument } from '@openclaw-trading/trading-model'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'
import { commandsFor } from './index.ts'

// A command is loaded when it is first used, which takes a good part of a test's time.
beforeAll(() => commandsFor([]), 60_000)

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-instrument-'))
  await claw(
    'data',
    'get',
    'EURUSD',
    '--tf',
    'm15',
    '--synthetic',
    '--from',
    '2024-01-08',
    '--to',
    '2024-01-20',
  )
  await claw('data', 'export', 'EURUSD', '--tf', 'm15', '--out', 'rows.csv')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const claw = (...args: readonly string[]) => runClaw(args, folder)

const importOf = (symbol: string, ...options: readonly string[]) =>
  claw('data', 'import', 'rows.csv', '--symbol', symbol, ...options)
const backtestOf = (symbol: string, ...options: readonly string[]) =>
  claw('backtest', 'S03', '--no-report', '--no-check', '--json', '--symbol', symbol, ...options)
const store = () => openDataStore(join(folder, '.claw', 'data'))

describe('--clean', () => {
  it('leaves a lone jump of a file of quotes out and says so; without it the file is taken as it is', async () => {
    const row = (n: number) => {
      const bid = 1.08 + (n % 7) * 0.00001 + (n === 900 ? 0.05 : 0)
      return `${Date.UTC(2024, 0, 9) + n * 1000},${bid.toFixed(5)},${(bid + 0.0001).toFixed(5)}`
    }
    const rows = Array.from({ length: 2000 }, (_, n) => row(n))
    writeFileSync(join(folder, 'ticks.csv'), `timestamp_ms,bid,ask\n${rows.join('\n')}\n`)
    const asIs = await backtestOf('EURUSD', '--data', 'ticks.csv')
    expect(asIs).toMatchObject({ code: 0, err: expect.stringContaining('2 000 ticks') })
    expect(asIs.err).toContain(
      '1 of 2 000 quotes jump in price or time and nothing goes on from there (1 spike',
    )
    const clean = await backtestOf('EURUSD', '--data', 'ticks.csv', '--clean')
    // The jump, and the first quote of all: nothing before it vouches for its time.
    expect(clean.err).toMatch(/1 998 ticks · .*ticks\.csv \(2 quotes left out by --clean: 1 spike\)/)
    expect(await backtestOf('EURUSD', '--data', 'rows.csv', '--clean')).toMatchObject({ code: 2 })
    expect(await backtestOf('EURUSD', '--clean')).toMatchObject({ code: 2 })
    // The first of the file to use the strategies of the server, which it loads.
  }, 30_000)
})

describe('the record of a symbol', () => {
  it('is asked for when data of a symbol without one are imported, and nothing is written', async () => {
    const refused = await importOf('GBPUSD')
    expect(refused).toMatchObject({ code: 10, out: '' })
    expect(refused.err).toContain('claw data get GBPUSD')
    expect(refused.err).toContain('claw data import rows.csv --symbol GBPUSD --like EURUSD')
    expect(refused.err).toContain('claw data instrument GBPUSD --template > gbpusd.json')
    expect(
      store()
        .list()
        .map(({ symbol }) => symbol),
    ).toEqual(['EURUSD'])
    expect(await backtestOf('GBPUSD')).toMatchObject({
      code: 10,
      err: expect.stringContaining('claw data instrument GBPUSD --like EURUSD'),
    })
  })

  it('may be that of a symbol like it, in its own currencies, and a backtest says whose it used', async () => {
    const taken = await importOf('GBPUSD', '--like', 'EURUSD')
    expect(taken.out).toContain('record of GBPUSD stored')
    expect(store().instrument('GBPUSD')).toMatchObject({
      source: 'like EURUSD',
      instrument: { name: 'GBPUSD', base: 'GBP', quote: 'USD', digits: 5 },
    })
    // The next import of it needs no word on the record.
    expect(await importOf('GBPUSD')).toMatchObject({ code: 0 })
    expect((await claw('data', 'list')).out).toMatch(
      /EURUSD .* 5 {2}built-in .*\n *GBPUSD .* 5 {2}like EURUSD \(20/,
    )
    const tested = await backtestOf('GBPUSD')
    expect(tested.code).toBe(0)
    expect(tested.err).toMatch(/GBPUSD · .* store, GBPUSD m15 \(rows\.csv\) · record of like EURUSD, 20/)
    expect((await backtestOf('EURUSD', '--synthetic', '3', '--bars', '1000')).err).toContain(
      'synthetic market, seed 3 · built-in record',
    )
  })

  it('makes another trial of a run with other costs, and of the same run none', async () => {
    await importOf('GBPUSD', '--like', 'EURUSD')
    const trials = async () => JSON.parse((await backtestOf('GBPUSD')).out).data.trials
    expect([await trials(), await trials()]).toEqual([1, 1])
    const record = (await claw('data', 'instrument', 'GBPUSD')).out
    writeFileSync(join(folder, 'dear.json'), record.replace('"rate": 2.5', '"rate": 5'))
    await claw('data', 'instrument', 'GBPUSD', '--instrument', 'dear.json')
    expect(await trials()).toBe(2)
  })

  it('has the leverage tiers of the broker, which a backtest goes by, and a symbol like it has them too', async () => {
    await importOf('GBPUSD', '--like', 'EURUSD')
    const run = async (symbol: string) => {
      const ended = await backtestOf(symbol)
      const { parts } = JSON.parse(ended.out).data as {
        parts: readonly { metrics: { tradeCount: number } }[]
      }
      return { trades: parts.reduce((sum, { metrics }) => sum + metrics.tradeCount, 0), err: ended.err }
    }
    const before = await run('GBPUSD')
    expect(before.trades).toBeGreaterThan(0)
    const record = JSON.parse((await claw('data', 'instrument', 'GBPUSD')).out) as Instrument
    // All that is bought must be paid for: the account is too small for that.
    const leverageTiers = [{ upToUsd: 1_000_000, leverage: 1 }, { leverage: 0.5 }]
    const write = (more: object) =>
      writeFileSync(join(folder, 'tiered.json'), JSON.stringify({ ...record, ...more, leverageTiers }))
    write({})
    const nameless = await claw('data', 'instrument', 'GBPUSD', '--instrument', 'tiered.json')
    expect(nameless.err).toContain('leverageId: must be stated with leverageTiers')
    write({ leverageId: 3 })
    const changed = await claw('data', 'instrument', 'GBPUSD', '--instrument', 'tiered.json')
    expect(changed.out).toContain('leverageTiers: not stated → 1:1 to 1,000,000 USD, 1:0.5 beyond')
    expect(JSON.parse((await claw('data', 'instrument', 'GBPUSD')).out)).toMatchObject({ leverageTiers })
    const after = await run('GBPUSD')
    expect(after.err).toContain('leverage 1:1 to 1,000,000 USD, 1:0.5 beyond')
    expect(after.trades).toBe(0)
    await importOf('NZDUSD', '--like', 'GBPUSD')
    expect((await run('NZDUSD')).trades).toBe(0)
  })

  it('whose leverage tiers no price leads to is run without them, and says so', async () => {
    const record = JSON.parse((await claw('data', 'instrument', 'EURUSD')).out) as Instrument
    const costs = { commission: { type: 'quote-per-lot', rate: 2 } }
    const pound = {
      ...record,
      name: 'EURGBP',
      quote: 'GBP',
      leverageId: 3,
      costs,
      leverageTiers: [{ leverage: 0.1 }],
    }
    writeFileSync(join(folder, 'pound.json'), JSON.stringify(pound))
    writeFileSync(join(folder, 'claw.config.mjs'), "export default { account: { currency: 'GBP' } }")
    await importOf('EURGBP', '--instrument', 'pound.json')
    const { out, err } = await backtestOf('EURGBP')
    expect(JSON.parse(out).warnings).toContainEqual({
      code: 'tiers-unused',
      message: expect.stringContaining('EURGBP are by exposure in US dollars'),
    })
    expect(err).not.toContain('leverage 1:0.1')
  })

  it('is not that of a symbol quoted in another currency', async () => {
    expect(await importOf('USDJPY', '--like', 'EURUSD')).toMatchObject({
      code: 2,
      err: expect.stringContaining('USDJPY is quoted in JPY and EURUSD in USD'),
    })
  })

  it('may be a form that one filled in, of which a field left out is named', async () => {
    const form = await claw('data', 'instrument', 'GBPUSD', '--template')
    expect(form.code).toBe(0)
    writeFileSync(join(folder, 'gbpusd.json'), form.out)
    const unfilled = await importOf('GBPUSD', '--instrument', 'gbpusd.json')
    expect(unfilled.code).toBe(10)
    for (const field of ['digits', 'lotSize', 'costs.commission.rate', 'costs.swap.long'])
      expect(unfilled.err).toContain(`- ${field}:`)
    const filled = form.out
      .replace('"digits": null', '"digits": 4')
      .replace('"pipPosition": null', '"pipPosition": 2')
      .replace('"lotSize": null', '"lotSize": 100000')
      .replaceAll(': null', ': 0')
    writeFileSync(join(folder, 'gbpusd.json'), filled)
    const taken = await importOf('GBPUSD', '--instrument', 'gbpusd.json')
    expect(taken).toMatchObject({
      code: 0,
      err: expect.stringContaining('have 5 digits and the record of GBPUSD has 4'),
    })
    const printed = await claw('data', 'instrument', 'GBPUSD')
    expect(JSON.parse(printed.out)).toEqual(JSON.parse(filled))
    writeFileSync(join(folder, 'gbpusd.json'), filled.replace('"rate": 0', '"rate": 4.5'))
    const changed = await claw('data', 'instrument', 'GBPUSD', '--instrument', 'gbpusd.json')
    expect(changed.out).toBe('  ⚠ the record of GBPUSD has changed\n      costs.commission.rate: 0 → 4.5\n')
    expect(await claw('data', 'instrument', 'EURGBP', '--instrument', 'gbpusd.json')).toMatchObject({
      code: 2,
    })
    expect(await claw('data', 'instrument', 'EURGBP', '--instrument', 'no.json')).toMatchObject({ code: 10 })
  })

  it('says when rows are to be expected: its breaks are no gaps, and a hole in its hours is one', async () => {
    const noon = { startSecond: 12 * 3600, endSecond: 13 * 3600 }
    const record = JSON.parse((await claw('data', 'instrument', 'EURUSD')).out) as Instrument
    const sessions = [1, 2, 3, 4, 5].flatMap(day => [
      { startSecond: day * 86_400, endSecond: day * 86_400 + noon.startSecond },
      { startSecond: day * 86_400 + noon.endSecond, endSecond: day * 86_400 + 20 * 3600 },
    ])
    const hours = { timeZone: 'UTC', sessions, holidays: [] }
    writeFileSync(join(folder, 'record.json'), JSON.stringify({ ...record, name: 'INDEX', hours }))
    const isOpenAt = (at: Date) =>
      [1, 2, 3, 4, 5].includes(at.getUTCDay()) && at.getUTCHours() < 20 && at.getUTCHours() !== 12
    const rows = readFileSync(join(folder, 'rows.csv'), 'utf8').trim().split('\n')
    const kept = rows.filter((row, line) => {
      const at = new Date(Number(row.split(',')[0]))
      return line === 0 || (isOpenAt(at) && at.toISOString().slice(0, 13) !== '2024-01-10T09')
    })
    writeFileSync(join(folder, 'rows.csv'), `${kept.join('\n')}\n`)
    const taken = await importOf('INDEX', '--instrument', 'record.json')
    expect(taken).toMatchObject({ code: 0, err: '' })
    const told =
      /1 hole \(4 bars missing\).*by the hours of the instrument\n *2024-01-10T09:00Z → 2024-01-10T10:00Z {2}4\n/
    expect(taken.out).toMatch(told)
    expect((await claw('data', 'verify', 'INDEX')).out).toMatch(told)
    // The record of another broker, whose day begins later.
    const later = { ...hours, sessions: sessions.filter(({ startSecond }) => startSecond % 86_400 !== 0) }
    writeFileSync(join(folder, 'record.json'), JSON.stringify({ ...record, name: 'INDEX', hours: later }))
    const doubted = await importOf('INDEX', '--instrument', 'record.json')
    expect(doubted).toMatchObject({
      code: 10,
      err: expect.stringMatching(/\d+ closed\), the first at .*rows\.csv:2 /),
    })
    await claw('data', 'instrument', 'INDEX', '--instrument', 'record.json')
    expect((await claw('data', 'verify', 'INDEX')).out).toMatch(
      /⚠ \d+ of \d+ rows lie where the record says closed/,
    )
  })

  it('that is damaged is named by whatever needs it, never replaced by the built-in one', async () => {
    await importOf('EURUSD', '--like', 'EURUSD')
    const path = join(folder, '.claw', 'data', 'EURUSD', 'instrument.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"digits": 5', '"digits": "five"'))
    for (const args of [
      ['data', 'list'],
      ['data', 'instrument', 'EURUSD'],
      ['backtest', 'S03', '--symbol', 'EURUSD'],
    ])
      expect(await claw(...args)).toMatchObject({ code: 10, err: expect.stringContaining(path) })
    expect((await claw('data', 'verify')).out).toContain(path)
  })

  it('whose currencies do not lead to that of the account is refused with what to change', async () => {
    const yen = JSON.stringify({
      ...store().instrument('EURUSD')?.instrument,
      ...JSON.parse((await claw('data', 'instrument', 'EURUSD')).out),
      name: 'GBPJPY',
      base: 'GBP',
      quote: 'JPY',
    })
    writeFileSync(join(folder, 'yen.json'), yen)
    await importOf('GBPJPY', '--instrument', 'yen.json')
    const refused = await backtestOf('GBPJPY')
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('Profits of GBPJPY are in JPY and the account is in USD')
    expect(refused.err).toContain("account: { currency: 'JPY' }")
    writeFileSync(
      join(folder, 'claw.config.mjs'),
      "export default { account: { currency: 'JPY', balance: 1_000_000 } }",
    )
    expect((await backtestOf('GBPJPY')).err).toMatch(/commission of GBPJPY is in USD.*quote-per-lot/s)
    writeFileSync(join(folder, 'yen.json'), yen.replace('usd-per-lot', 'quote-per-lot'))
    await claw('data', 'instrument', 'GBPJPY', '--instrument', 'yen.json')
    expect(await backtestOf('GBPJPY')).toMatchObject({ code: 0 })
  })
})
