import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'
import { commandsFor } from './index.ts'

// A command is loaded when it is first used, which takes a good part of a test's time.
beforeAll(() => commandsFor([]), 60_000)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-data-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command line in the folder, and gives what it printed. */
const claw = (...args: readonly string[]) => command('data', ...args)

const command = (...args: readonly string[]) => runClaw(args, folder)

const SYNTHETIC = [
  'get',
  'XAUUSD',
  '--tf',
  'm15',
  '--synthetic',
  '--from',
  '2024-01-08',
  '--to',
  '2024-03-30',
]

const FEBRUARY = ['--from', '2024-02-01', '--to', '2024-03-01']

describe('claw data', () => {
  it('makes a seeded market, lists and verifies it', async () => {
    const made = await claw(...SYNTHETIC)
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringMatching(/✔ XAUUSD m15 {2}2024-01-08 → 2024-03-30 {2}\d \d{3} new rows/),
    })
    expect((await claw(...SYNTHETIC)).out).toContain('  0 new rows')
    expect((await claw('list')).out).toMatch(/XAUUSD +m15 +\d \d{3} +2024-01-08/)
    const verified = await claw('verify')
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('0 damaged or missing') })
    expect(verified.out).toContain('0 holes')
    const json = JSON.parse((await claw('list', '--json')).out)
    expect(json).toMatchObject({
      schema: 'claw.data-list/1',
      ok: true,
      data: [{ symbol: 'XAUUSD', series: 'm15' }],
    })
  })

  it('tells hours in which each bar is followed by missing ones as a finding, not as quiet minutes', async () => {
    const start = Date.parse('2024-01-09T08:00Z')
    const minutes = [...Array(60).keys()].map(row => row * 5)
    const all = [...minutes, ...[...Array(200).keys()].map(row => 300 + row)]
    const rows = all.map(minute => `${start + minute * 60_000},2081,2082,2080,2081.5,7`)
    writeFileSync(join(folder, 'gold.csv'), rows.join('\n'))
    const told =
      'Gaps are the rule in 1 stretch of XAUUSD m1 (240 m1 bars missing), the longest 2024-01-09T08:01Z'
    const imported = await claw('import', 'gold.csv', '--symbol', 'XAUUSD')
    expect(imported).toMatchObject({ code: 0, err: expect.stringContaining(told) })
    expect(imported.out).toMatch(/⚠ XAUUSD m1 .*\n.* 0 in quiet minutes, 240 where gaps are the rule/)
    const { warnings } = JSON.parse((await claw('verify', '--json')).out)
    expect(warnings).toMatchObject([{ code: 'data-sparse', message: expect.stringContaining(told) }])
  })

  it('verifies nothing that is not there: what was named is missing, and no store at all is none', async () => {
    await claw(...SYNTHETIC)
    for (const [args, told] of [
      [['EURUSD'], 'There is nothing to verify of EURUSD. See claw data list.'],
      [['XAUUSD', '--tf', 'h1'], 'There is nothing to verify of XAUUSD h1.'],
      [
        ['--store', 'elsewhere'],
        'There is nothing to verify in elsewhere. See claw data list --store elsewhere.',
      ],
    ] as const)
      expect(await claw('verify', ...args)).toMatchObject({
        code: 10,
        out: '',
        err: expect.stringContaining(told),
      })
    rmSync(join(folder, '.claw'), { recursive: true })
    expect(await claw('verify')).toMatchObject({ code: 0, out: expect.stringContaining('0 rows in 0 files') })
  })

  it('names the strategy of the project as what to run next', async () => {
    expect((await claw(...SYNTHETIC)).out).toContain('Next: claw backtest S03 --symbol XAUUSD')
    mkdirSync(join(folder, 'strategies'))
    writeFileSync(join(folder, 'strategies', 'gold-fade.ts'), '')
    expect((await claw(...SYNTHETIC)).out).toContain('Next: claw backtest gold-fade --symbol XAUUSD')
    await claw('export', 'XAUUSD', '--tf', 'm15', '--out', 'gold.csv')
    const imported = await claw('import', 'gold.csv', '--symbol', 'XAUUSD')
    expect(imported.out).toContain('Next: claw backtest gold-fade --symbol XAUUSD')
  })

  it('exports CSV that it imports again to the same rows', async () => {
    await claw(...SYNTHETIC)
    expect(await claw('export', 'XAUUSD', '--tf', 'm15', '--out', 'gold.csv')).toMatchObject({ code: 0 })
    const imported = await claw(
      'import',
      'gold.csv',
      '--symbol',
      'GOLD',
      '--like',
      'XAUUSD',
      '--licence',
      'mine',
    )
    expect(imported.err).toBe('')
    expect(imported.out).toMatch(/✔ \d \d{3} m15 bars of \d \d{3} rows \(plain\)/)
    expect(imported.out).toContain('time zone UTC, stated by the file')
    const again = await claw('export', 'GOLD', '--timeframe', 'm15')
    expect(again.out).toBe(readFileSync(join(folder, 'gold.csv'), 'utf8'))
  })

  it('exports Parquet that it imports again to the same rows, and that a backtest reads as it is', async () => {
    await claw(...SYNTHETIC)
    const csv = (await claw('export', 'XAUUSD', '--tf', 'm15')).out
    const exported = await claw('export', 'XAUUSD', '--tf', 'm15', '--out', 'gold.parquet', '--json')
    expect(JSON.parse(exported.out)).toMatchObject({
      ok: true,
      data: { format: 'parquet', path: 'gold.parquet' },
    })
    const imported = await claw('import', 'gold.parquet', '--symbol', 'GOLD', '--like', 'XAUUSD')
    expect(imported.err).toBe('')
    expect(imported.out).toMatch(/✔ \d \d{3} m15 bars of \d \d{3} rows \(parquet\)/)
    expect(imported.out).toContain('time zone UTC, stated by the file')
    expect((await claw('export', 'GOLD', '--tf', 'm15')).out).toBe(csv)
    const backtest = (...data: readonly string[]) =>
      command('backtest', 'S03', '--no-report', '--no-check', '--json', ...data)
    const [fromFile, fromStore] = [await backtest('--data', 'gold.parquet'), await backtest()]
    const [file, store] = [fromFile, fromStore].map(({ out }) => JSON.parse(out).data.parts)
    expect(file).toEqual(store)
    expect(file[0].metrics.tradeCount).toBeGreaterThan(5)
    // The first backtest of this file loads what a backtest needs.
  }, 60_000)

  it('writes the format that is stated, else that of the name of the file, and Parquet only to a file', async () => {
    await claw(...SYNTHETIC)
    const head = (name: string) => readFileSync(join(folder, name)).toString('latin1', 0, 4)
    const bars = ['export', 'XAUUSD', '--tf', 'm15', ...FEBRUARY] as const
    await claw(...bars, '--out', 'gold.bin', '--format', 'parquet')
    await claw(...bars, '--out', 'gold.parquet', '--format', 'csv')
    expect([head('gold.bin'), head('gold.parquet')]).toEqual(['PAR1', 'time'])
    expect(await claw(...bars, '--format', 'parquet')).toMatchObject({
      code: 2,
      err: expect.stringContaining('As Parquet the rows need a file of their own. State --out FILE.'),
    })
    expect(await claw(...bars, '--format', 'xml')).toMatchObject({ code: 2 })
    expect(await claw(...bars, '--out', 'gold.bin/gold.parquet')).toMatchObject({
      code: 5,
      err: expect.stringContaining('cannot be written (EEXIST'),
    })
  })

  it('names a Parquet file that is cut, to an import and to a backtest', async () => {
    await claw(...SYNTHETIC)
    await claw('export', 'XAUUSD', '--tf', 'm15', '--out', 'gold.parquet')
    const bytes = readFileSync(join(folder, 'gold.parquet'))
    writeFileSync(join(folder, 'cut.parquet'), bytes.subarray(0, bytes.length - 100))
    for (const args of [
      ['data', 'import', 'cut.parquet', '--symbol', 'XAUUSD'],
      ['backtest', 'S03', '--data', 'cut.parquet'],
    ])
      expect(await command(...args)).toMatchObject({
        code: 10,
        err: expect.stringContaining('cut.parquet is cut: a Parquet file ends with its footer'),
      })
  })

  it('says what the weekends of a file with another zone look like, and shows its first times in that', async () => {
    await claw(...SYNTHETIC)
    const rows = (await claw('export', 'XAUUSD', '--tf', 'm15')).out.trim().split('\n').slice(1)
    const moved = rows.map(row => row.replace(/^\d+/, at => String(Number(at) + 7_200_000)))
    writeFileSync(join(folder, 'import.csv'), moved.join('\n'))
    const refused = await claw('import', 'import.csv', '--symbol', 'XAUUSD')
    expect(refused.code).toBe(10)
    expect(refused.err).toMatch(/\d+ rows fall on a weekend.*look like UTC\+2/s)
    expect(refused.err).toContain('2024-01-08 02:00:00  →  2024-01-08T00:00:00Z')
    // A backtest of the file, which has no such options, says the same.
    for (const { err } of [refused, await command('backtest', 'S03', '--data', 'import.csv')])
      expect(err).toMatch(/\(claw data import \S+import\.csv --symbol XAUUSD --tz UTC\+2\)/)
    const [, fix = ''] = /\(claw (data import [^)]*--tz [^)]*)\)/.exec(refused.err) ?? []
    const taken = await runClaw(fix, folder)
    expect(taken.out).toContain('0 new')
  })

  it('counts what an import leaves out, and refuses a file that is mostly bad', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${1_704_700_800_000 + i * 60_000},10,12,8,11,1`)
    rows[7] = '1704701220000,NaN,12,8,11,1'
    writeFileSync(join(folder, 'a.csv'), rows.join('\n'))
    const { out } = await claw('import', 'a.csv', '--symbol', 'X', '--like', 'EURUSD')
    expect(out).toMatch(/left out: 1 not-a-number\n +a\.csv:8 not-a-number/)
    writeFileSync(join(folder, 'b.csv'), rows.map(row => row.replace(',12,', ',9,')).join('\n'))
    expect(await claw('import', 'b.csv', '--symbol', 'Y', '--like', 'EURUSD')).toMatchObject({
      code: 10,
      err: expect.stringContaining('impossible-bar'),
    })
  })

  it('refuses to store the prices of another symbol, and tells of a file whose name speaks of one', async () => {
    const rows = ['0.66102', '0.66107', '0.66111'].map(
      (price, i) => `${1_704_700_800_000 + i * 60_000},${price},${price}`,
    )
    writeFileSync(join(folder, 'audusd.csv'), rows.join('\n'))
    const refused = await claw('import', 'audusd.csv', '--symbol', 'XAUUSD', '--tz', 'UTC')
    expect(refused).toMatchObject({
      code: 10,
      err: expect.stringContaining('audusd.csv has prices of 5 decimals, and the record of XAUUSD has 2'),
    })
    expect((await claw('list')).out).toContain('is empty')
    const taken = await claw('import', 'audusd.csv', '--symbol', 'EURUSD', '--tz', 'UTC')
    expect(taken).toMatchObject({
      code: 0,
      err: expect.stringContaining('The name of audusd.csv says AUDUSD, and it is taken as EURUSD'),
    })
  })

  it('exits with 10 for damaged data, and names the file', async () => {
    await claw(...SYNTHETIC)
    const path = join(folder, '.claw', 'data', 'XAUUSD', 'm15', '2024-02.clawcol')
    const bytes = readFileSync(path)
    bytes[2000] = (bytes[2000] ?? 0) ^ 1
    writeFileSync(path, bytes)
    expect(await claw('verify')).toMatchObject({ code: 10, out: expect.stringContaining(path) })
    expect(await claw('export', 'XAUUSD', '--tf', 'm15')).toMatchObject({
      code: 10,
      err: expect.stringContaining(path),
    })
  })

  it('says what is missing and how to get it', async () => {
    await claw(...SYNTHETIC)
    const missing = await claw('export', 'XAUUSD', '--tf', 'm15', '--from', '2023-01-01')
    expect(missing).toMatchObject({
      code: 10,
      err: expect.stringContaining('No XAUUSD m15 data for 2023-01-01 → 2024-01-08'),
    })
    expect(missing.err).toContain('claw data get XAUUSD --timeframe m15 --from 2023-01-01')
    expect(await claw('get', 'GBPUSD', '--ticks', '--synthetic')).toMatchObject({ code: 10 })
    expect(await claw('lost')).toMatchObject({ code: 2 })
  })

  it('exports the only series of a symbol, and asks where there are several', async () => {
    await claw(...SYNTHETIC)
    await claw('get', 'EURUSD', '--tf', 'h1', ...SYNTHETIC.slice(4))
    const stated = await claw('export', 'XAUUSD', '--tf', 'm15')
    expect((await claw('export', 'XAUUSD')).out).toBe(stated.out)
    expect(JSON.parse((await claw('export', 'EURUSD', '--out', 'euro.csv', '--json')).out).data.series).toBe(
      'h1',
    )
    await claw('get', 'XAUUSD', '--ticks', '--synthetic', '--from', '2024-01-08', '--to', '2024-01-09')
    const asked = await claw('export', 'XAUUSD')
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('Which series of XAUUSD? State one of --tf m15, --ticks.')
    const missing = await claw('export', 'GBPUSD')
    expect(missing.code).toBe(10)
    expect(missing.err).toContain('has nothing of GBPUSD')
    expect(await claw('export', 'XAUUSD', '--ticks', '--tf', 'm15')).toMatchObject({ code: 2 })
  })

  it('feeds a backtest, and one over a span that is not there is refused with what there is', async () => {
    await claw(...SYNTHETIC)
    const backtest = (...args: readonly string[]) =>
      command('backtest', 'S03', '--no-report', '--no-check', '--json', ...args)
    const { code, out } = await backtest(...FEBRUARY)
    expect(code).toBe(0)
    const rows =
      (await claw('export', 'XAUUSD', '--tf', 'm15', ...FEBRUARY)).out.trim().split('\n').length - 1
    expect(JSON.parse(out).data.rows).toBe(rows)
    const missing = await backtest('--from', '2023-01-01', '--to', '2023-12-31')
    expect(missing.code).toBe(10)
    expect(missing.err).toContain(
      'No XAUUSD m15 data for 2023-01-01 → 2023-12-31 (have 2024-01-08 → 2024-03-29)',
    )
    expect(missing.err).toContain(
      'claw data get XAUUSD --timeframe m15 --from 2023-01-01, or shorten the range',
    )
  })

  it('lets a backtest read an export of another program as it is', async () => {
    await claw(...SYNTHETIC)
    await claw('export', 'XAUUSD', '--tf', 'm15', '--out', 'gold.csv')
    const { code, out } = await command(
      'backtest',
      'S03',
      '--no-report',
      '--no-check',
      '--json',
      '--data',
      'gold.csv',
    )
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ ok: true })
  })
})
