import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../../errors.ts'
import type { BarColumns, TickColumns } from '../columns.ts'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { type ImportOptions, importFiles } from './import-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-import-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const instrument = SYNTHETIC_XAUUSD

function file(content: string | Uint8Array, name = 'data.txt'): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const read = (content: string | Uint8Array, options: Partial<ImportOptions> = {}, name?: string) =>
  importFiles([file(content, name)], { instrument, ...options })

const problem = (content: string | Uint8Array, options: Partial<ImportOptions> = {}, name?: string) =>
  read(content, options, name).then(
    () => expect.fail('it passed'),
    (error: Error) => error,
  )

const at = (text: string) => Date.parse(text)
const barRow = (data: BarColumns, row: number) =>
  [data.openedAt, data.open, data.high, data.low, data.close, data.tickVolume].map(column => column[row])
const tickRow = (data: TickColumns, row: number) => [data.at, data.bid, data.ask].map(column => column[row])
const BARS = [
  [
    'plain',
    'timestamp_ms,open,high,low,close,volume\n1704186000000,2081.00,2082.00,2080.00,2081.50,7\n1704186060000,2081,2082,2080,2081.5,8\n',
    {},
  ],
  ['plain', '1704186000000,2081.00,2082.00,2080.00,2081.50,7\n1704186060000,2081,2082,2080,2081.5,8\n', {}],
  [
    'mt4',
    '2024.01.02,09:00,2081.00,2082.00,2080.00,2081.50,7\n2024.01.02,09:01,2081,2082,2080,2081.5,8\n',
    { timeZone: 'UTC' },
  ],
  [
    'mt5',
    '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n2024.01.02\t09:00:00\t2081.00\t2082.00\t2080.00\t2081.50\t7\t0\t20\n2024.01.02\t09:01:00\t2081\t2082\t2080\t2081.5\t8\t0\t20\n',
    { timeZone: 'UTC' },
  ],
  [
    'histdata',
    '20240102 040000;2081.00;2082.00;2080.00;2081.50;7\n20240102 040100;2081;2082;2080;2081.5;8\n',
    {},
  ],
  [
    'dukascopy',
    'Gmt time,Open,High,Low,Close,Volume\n02.01.2024 09:00:00.000,2081.00,2082.00,2080.00,2081.50,7\n02.01.2024 09:01:00.000,2081,2082,2080,2081.5,8\n',
    {},
  ],
  [
    'dukascopy',
    'Local time,Open,High,Low,Close,Volume\n02.01.2024 10:00:00.000 GMT+0100,2081.00,2082.00,2080.00,2081.50,7\n02.01.2024 10:01:00.000 GMT+0100,2081,2082,2080,2081.5,8\n',
    {},
  ],
  [
    'dukascopy',
    'Time (EET),Open,High,Low,Close,Volume\n2024.01.02 11:00:00,2081.00,2082.00,2080.00,2081.50,7\n2024.01.02 11:01:00,2081,2082,2080,2081.5,8\n',
    {},
  ],
] as const

describe('importFiles reads bars', () => {
  it.each(BARS)('of the shape %s (%#), told by the content', async (shape, text, options) => {
    for (const bytes of [text, gzipSync(text), Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`)]) {
      const imported = await read(bytes, options, 'whatever.zip')
      const data = imported.data as BarColumns
      expect(imported.shape).toBe(shape)
      expect(data).toMatchObject({ type: 'bars', timeframe: 'm1', length: 2, symbolId: instrument.id })
      expect(barRow(data, 0)).toEqual([
        at('2024-01-02T09:00Z'),
        208_100_000,
        208_200_000,
        208_000_000,
        208_150_000,
        7,
      ])
    }
  })

  it('of MetaTrader 5 in UTF-16', async () => {
    const bytes = Buffer.from(`\uFEFF${BARS[3][1]}`, 'utf16le')
    expect((await read(bytes, { timeZone: 'UTC' })).data.length).toBe(2)
  })

  it('of Lean: a zip for each day, bid before ask, the date in its name', async () => {
    const row =
      '32400000,2081.00,2082.00,2080.00,2081.50,0,2081.2,2082.2,2080.2,2081.7,0\n32460000,2081,2082,2080,2081.5,0,2081.2,2082.2,2080.2,2081.7,0\n'
    const zip = (day: string) => zipSync({ [`${day}_xauusd_minute_quote.csv`]: strToU8(row) })
    const paths = ['20240103', '20240102'].map(day => file(zip(day), `${day}_quote.zip`))
    const { data, shape, sorted } = await importFiles(paths, { instrument, timeZone: 'UTC' })
    expect([shape, data.length, sorted]).toEqual(['lean', 4, 1])
    expect(barRow(data as BarColumns, 0).slice(0, 2)).toEqual([at('2024-01-02T09:00Z'), 208_100_000])
  })

  it('of Lean equities × 10000, and asks where nothing tells', async () => {
    const rows =
      '34200000,1913900,1914000,1913800,1913950,100\n34260000,1913900,1914000,1913800,1913950,100\n'
    const zip = zipSync({ '20240102_spy_minute_trade.csv': strToU8(rows) })
    expect((await problem(zip, { timeZone: 'America/New_York' }, '20240102_trade.zip')).message).toContain(
      'priceDivisor',
    )
    const { data } = await read(
      zip,
      { timeZone: 'America/New_York', priceDivisor: 10_000 },
      '20240102_trade.zip',
    )
    expect(barRow(data as BarColumns, 0).slice(0, 2)).toEqual([at('2024-01-02T14:30Z'), 19_139_000])
    expect((await problem(rows, { timeZone: 'UTC', priceDivisor: 1 }, 'spy.csv')).message).toContain(
      'its name has no date',
    )
  })
})

describe('importFiles reads quotes', () => {
  it.each([
    ['plain', 'timestamp_ms,bid,ask\n1704186000123,2081.10,2081.30\n', {}],
    ['plain', '1704186000123,2081.10,2081.30\n', {}],
    [
      'mt5',
      '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\n2024.01.02\t09:00:00.123\t2081.10\t2081.30\t\t\t6\n',
      { timeZone: 'UTC' },
    ],
    ['histdata', '20240102 040000123,2081.10,2081.30,0\n', {}],
    ['dukascopy', 'Gmt time,Ask,Bid,AskVolume,BidVolume\n02.01.2024 09:00:00.123,2081.30,2081.10,1,2\n', {}],
  ] as const)('of the shape %s (%#)', async (shape, text, options) => {
    const imported = await read(text, options)
    expect(imported.shape).toBe(shape)
    expect(tickRow(imported.data as TickColumns, 0)).toEqual([
      at('2024-01-02T09:00:00.123Z'),
      208_110_000,
      208_130_000,
    ])
  })

  it('of MetaTrader 5, whose rows leave out the side that has not changed', async () => {
    const text =
      '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\n' +
      '2024.01.02\t09:00:00.000\t2081.10\t2081.30\t\t\t6\n2024.01.02\t09:00:01.000\t2081.20\t\t\t\t2\n2024.01.02\t09:00:02.000\t\t2081.40\t\t\t4\n'
    const { data } = await read(text, { timeZone: 'UTC' })
    expect([...(data as TickColumns).bid]).toEqual([208_110_000, 208_120_000, 208_120_000])
    expect([...(data as TickColumns).ask]).toEqual([208_130_000, 208_130_000, 208_140_000])
  })

  it('of Lean', async () => {
    const zip = zipSync({ '20240102_xauusd_tick_quote.csv': strToU8('32400123,2081.1,2081.3\n') })
    const { data } = await read(zip, { timeZone: 'UTC' }, 'ticks.bin')
    expect(tickRow(data as TickColumns, 0)).toEqual([
      at('2024-01-02T09:00:00.123Z'),
      208_110_000,
      208_130_000,
    ])
  })
})

describe('bad input', () => {
  const good = Array.from({ length: 300 }, (_, i) => `${1_704_186_000_000 + i * 60_000},10,12,8,11,1`)
  const withRows = (...rows: readonly string[]) => `${[...good, ...rows].join('\n')}\n`
  const NEXT = 1_704_186_000_000 + 300 * 60_000

  it.each([
    ['a torn row', `${NEXT},10,12`, 'has 3 columns'],
    ['words', 'the end', ':301 '],
    ['a time that is none', '2024-13-01 10:00,10,12,8,11,1', 'does not begin with a time'],
  ])('names file and line of %s', async (_name, row, text) => {
    const error = await problem(withRows(row))
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect(error.message).toContain(`${join(folder, 'data.txt')}:301 `)
    expect(error.message).toContain(text)
  })

  it.each([
    ['not-a-number', `${NEXT},NaN,12,8,11,1`],
    ['absent', `${NEXT},,12,8,11,1`],
    ['zero', `${NEXT},10,12,0,11,1`],
    ['negative', `${NEXT},10,12,-8,11,1`],
    ['impossible-bar', `${NEXT},10,9,8,11,1`],
    ['duplicate', good[7]!],
    ['conflict', `${1_704_186_000_000},10,13,8,11,1`],
  ])('quarantines and counts a row that is %s, with its line', async (defect, row) => {
    const { data, quarantine, rowsRead } = await read(withRows(row))
    expect([data.length, rowsRead]).toEqual([300, 301])
    expect(quarantine).toMatchObject({
      rows: 1,
      byDefect: { [defect]: 1 },
      examples: [{ line: 301, defect }],
    })
  })

  it('quarantines crossed quotes', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${1_704_186_000_000 + i},10,${i === 9 ? 9 : 11}`)
    expect((await read(rows.join('\n'))).quarantine.byDefect).toEqual({ crossed: 1 })
  })

  it('refuses a file of which more than 1 % is bad, unless told how much', async () => {
    const bad = [1, 2, 3, 4].map(i => `${NEXT + i * 60_000},0,12,8,11,1`)
    const error = await problem(withRows(...bad))
    expect(error.message).toMatch(/4 of 304 rows \(1\.3 %\) are bad \(4 zero\), the first at .*data\.txt:301/)
    expect((await read(withRows(...bad), { mostBadPercent: 2 })).quarantine.rows).toBe(4)
  })

  it.each([
    ['text', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text, { level: 1 })],
  ])('ends within a long file of %s when it is told to', async (_, pack) => {
    const rows = Array.from({ length: 120_000 }, (_row, i) => `${1_704_186_000_000 + 10 * i},10,11`)
    const controller = new AbortController()
    const reason = new DOMException('enough', 'AbortError')
    const reading = read(pack(rows.join('\n')), { signal: controller.signal })
    setImmediate(() => controller.abort(reason))
    await expect(reading).rejects.toBe(reason)
  })

  it('says of several files how many they are where their rows are bad', async () => {
    const paths = ['one.csv', 'two.csv'].map(name => file(good.join('\n'), name))
    await expect(importFiles(paths, { instrument })).rejects.toThrow(
      /one\.csv and 1 more: 300 of 600 rows \(50\.0 %\) are bad \(300 duplicate\), the first at .*two\.csv:1 /,
    )
  })

  it('sorts what is not in order, and counts it', async () => {
    const { data, sorted } = await read(`${[...good].reverse().join('\n')}\n`)
    expect(sorted).toBe(299)
    expect((data as BarColumns).openedAt.every((time, row, all) => row === 0 || time > all[row - 1]!)).toBe(
      true,
    )
  })

  it('says at which line a cut archive ends, and refuses what is empty or of no known shape', async () => {
    const noise = Array.from(
      { length: 5000 },
      (_, i) => `${1_704_186_000_000 + i * 60_000},10,12,8,${9 + ((i * 7919) % 3000) / 1000},1\n`,
    )
    const whole = gzipSync(noise.join(''))
    expect((await problem(whole.subarray(0, whole.length / 2))).message).toMatch(
      /:\d{3,} cannot be read further/,
    )
    const zip = zipSync({ 'a.csv': strToU8(noise.join('')) })
    expect((await problem(zip.subarray(0, 200))).message).toContain('cannot be read further')
    expect((await problem('')).message).toContain('has no row')
    expect((await problem('timestamp_ms,bid,ask\n')).message).toContain('has no row')
    expect((await problem('hello world\n')).message).toContain('no shape that can be read')
    const missing = await importFiles([join(folder, 'absent')], { instrument }).catch((error: Error) => error)
    expect(isEngineError(missing, 'data-missing')).toBe(true)
  })

  it('refuses bars of no timeframe, or of another than was stated', async () => {
    const odd = [0, 7, 14, 21].map(i => `${1_704_186_000_000 + i * 60_000},10,12,8,11,1`).join('\n')
    expect((await problem(odd)).message).toContain('7 minutes')
    expect((await problem(withRows(), { timeframe: 'm15' })).message).toContain('bars of m1, not of m15')
  })
})

/** Eight weeks of gold by the quarter of an hour, over both changes of summer time in spring. */
const GOLD = syntheticBars({
  seed: 4,
  instrument,
  timeframe: 'm15',
  count: 5000,
  startAt: at('2024-02-11T23:00Z') as UnixMs,
})
const localTime = (utc: number, offset: (at: number) => number) =>
  new Date(utc + offset(utc)).toISOString().slice(0, 16).replace('T', ',').replaceAll('-', '.')

function mt4(offset: (at: number) => number, data: BarColumns = GOLD): string {
  const price = (column: Float64Array, row: number) => (column[row]! / 100_000).toFixed(2)
  return Array.from({ length: data.length }, (_, row) =>
    [
      localTime(data.openedAt[row]!, offset),
      price(data.open, row),
      price(data.high, row),
      price(data.low, row),
      price(data.close, row),
      data.tickVolume[row],
    ].join(','),
  ).join('\n')
}

const HOUR = 3_600_000
const zone =
  (name: string, more = 0) =>
  (utc: number) =>
    zoneOffsetMs(name, utc as UnixMs) + more * HOUR

describe('the time zone of a file', () => {
  it.each([
    ['UTC', () => 0],
    ['UTC-5', () => -5 * HOUR],
    ['UTC+3', () => 3 * HOUR],
    ['Europe/Athens', zone('Europe/Athens')],
    ['Europe/London', zone('Europe/London')],
    ['America/New_York', zone('America/New_York')],
    ['America/New_York+7', zone('America/New_York', 7)],
  ])('is found to be %s by when the market rests', async (name, offset) => {
    const { data, timeZone, zoneBasis, zoneEvidence, preview } = await read(mt4(offset))
    expect([timeZone, zoneBasis]).toEqual([name, 'detected'])
    expect(zoneEvidence).toContain('weekends')
    expect((data as BarColumns).openedAt).toEqual(GOLD.openedAt)
    expect(preview[0]?.after).toBe('2024-02-11T23:00:00.000Z')
  })

  it('does not matter by name where the file has no change of summer time', async () => {
    const winter = syntheticBars({
      seed: 4,
      instrument,
      timeframe: 'm15',
      count: 2000,
      startAt: at('2024-01-07T23:00Z') as UnixMs,
    })
    const { data, timeZone } = await read(mt4(zone('Europe/Athens'), winter))
    expect(timeZone).toBe('UTC+2')
    expect((data as BarColumns).openedAt).toEqual(winter.openedAt)
  })

  it('is asked for where the file is too short to tell', async () => {
    const days = syntheticBars({
      seed: 4,
      instrument,
      timeframe: 'm15',
      count: 150,
      startAt: at('2024-01-09T10:00Z') as UnixMs,
    })
    const error = await problem(mt4(zone('Europe/Athens'), days))
    expect(isEngineError(error, 'data-zone-unclear')).toBe(true)
    expect(error.message).toMatch(/0 weekends.*too few to tell.*State timeZone/)
  })

  it('is asked for with a command that a shell takes for what it is, of all files', async () => {
    const [first, ...rest] = mt4(zone('Europe/Athens')).split('\n').slice(0, 120)
    const paths = [
      file([first, ...rest.slice(0, 60)].join('\n'), 'my gold.csv'),
      file(rest.slice(60).join('\n'), 'rest.csv'),
    ]
    await expect(importFiles(paths, { instrument })).rejects.toThrow(
      `(claw data import '${paths[0]}' ${paths[1]} --symbol XAUUSD --tz Europe/Athens)`,
    )
  })

  /** Dates of days in a row, without those that `isLeftOut`; 0 is Sunday. */
  const dates = (count: number, isLeftOut: (weekday: number) => boolean) =>
    Array.from({ length: count }, (_, day) => new Date(at('2024-01-01T00:00Z') + day * 24 * HOUR))
      .filter(date => !isLeftOut(date.getUTCDay()))
      .map((date, row) => `${date.toISOString().slice(0, 10)},2081,2082,2080,2081.${row % 10},7\n`)
      .join('')

  it('of dates from Monday to Friday is that of days that end at 17:00 New York, and the result says so', async () => {
    const { data, timeZone, zoneBasis, zoneEvidence } = await read(dates(200, day => day === 0 || day === 6))
    expect([timeZone, zoneBasis]).toEqual(['America/New_York+7', 'detected'])
    expect(zoneEvidence).toMatch(/UTC\+2 from 2024-01-06.*UTC\+3 from 2024-03-16/)
    expect(data).toMatchObject({ timeframe: 'd1' })
    expect((data as BarColumns).openedAt[0]).toBe(at('2023-12-31T22:00Z'))
  })

  it.each([
    ['too few', dates(9, day => day === 0 || day === 6)],
    ['with a Sunday', dates(60, day => day === 6)],
  ])('of dates, %s of them to tell, is asked for with what it means', async (_, text) => {
    const error = await problem(text)
    expect(isEngineError(error, 'data-zone-unclear')).toBe(true)
    expect(error.message).toContain(
      "Each row is a date: state the zone in which its days begin at 00:00. Where they end at 17:00 New York, as a broker's trading days do, that is timeZone 'America/New_York+7' (claw data import",
    )
  })

  it('is asked for where the file changes it in the middle, and the place is named', async () => {
    const change = at('2024-03-20T00:00Z')
    const error = await problem(mt4(utc => (utc < change ? 2 * HOUR : 0)))
    expect(error.message).toMatch(/no zone fits all of it.*from 2024-03-2\d on as in.*cut it in two/)
  })

  it.each([
    [
      'New York + 7 h called Europe/Athens',
      'Europe/Athens',
      zone('America/New_York', 7),
      'America/New_York+7',
    ],
    ['the reverse', 'America/New_York+7', zone('Europe/Athens'), 'Europe/Athens'],
    ['server time called UTC', 'UTC', zone('Europe/Athens'), 'Europe/Athens'],
  ])('is not believed when the times contradict it: %s', async (_name, told, offset, suggested) => {
    const error = await problem(mt4(offset), { timeZone: told })
    expect(isEngineError(error, 'data-zone-unclear') && error.details).toMatchObject({
      suggested,
      preview: [{ after: '2024-02-11T23:00:00.000Z' }, {}, {}],
    })
    expect(error.message).toContain(`times look like ${suggested}`)
    expect(error.message).toContain(`--tz ${suggested}`)
    expect((await read(mt4(offset), { timeZone: told, trustTimeZone: true })).zoneEvidence).toContain(
      'weekly closes',
    )
  })

  it('of times since 1970 is UTC, and a file that means server time by them is refused', async () => {
    const rows = Array.from(GOLD.openedAt, utc => `${utc + 2 * HOUR},10,12,8,11,1`).join('\n')
    const error = await problem(rows)
    expect(error.message).toMatch(/with UTC \(stated by the file\).* rows fall on a weekend/)
    expect(error.message).toContain('look like UTC+2')
    expect((await read(rows, { timeZone: 'UTC+2' })).data).toMatchObject({ openedAt: GOLD.openedAt })
  })

  it('is found although the vendor has filled the weekends with flat bars, which are left out and counted', async () => {
    const times: number[] = []
    for (let time = GOLD.openedAt[0]!; time <= GOLD.openedAt[4999]!; time += 900_000) times.push(time)
    const held = new Map(Array.from(GOLD.openedAt, (time, row) => [time, row]))
    let close = '1'
    const rows = times.map(time => {
      const row = held.get(time)
      const stamp = localTime(time, () => 0)
      if (row === undefined) return `${stamp},${close},${close},${close},${close},0`
      close = (GOLD.close[row]! / 100_000).toFixed(2)
      return mt4(() => 0, {
        ...GOLD,
        length: 1,
        openedAt: GOLD.openedAt.subarray(row),
        open: GOLD.open.subarray(row),
        high: GOLD.high.subarray(row),
        low: GOLD.low.subarray(row),
        close: GOLD.close.subarray(row),
        tickVolume: GOLD.tickVolume.subarray(row),
      })
    })
    const { quarantine, timeZone } = await read(rows.join('\n'))
    expect(timeZone).toBe('UTC')
    expect(quarantine.byDefect.resting).toBeGreaterThan(7 * 180)
  })

  it('must be a zone', async () => {
    for (const timeZone of ['Mars', 'UTC+27', 'Europe/Atlantis+2'])
      expect(
        (
          await problem(
            mt4(() => 0),
            { timeZone },
          )
        ).message,
      ).toContain('is no time zone')
  })
})

describe('several files of bars', () => {
  const rowsApart = (minutes: number, from: string, count = 60) =>
    Array.from(
      { length: count },
      (_, row) => `${at(from) + row * minutes * 60_000},2081,2082,2080,2081.5,7`,
    ).join('\n')
  const problemOf = (...files: readonly [string, string][]) =>
    importFiles(
      files.map(([name, rows]) => file(rows, name)),
      { instrument },
    ).then(
      () => expect.fail('they passed'),
      (error: Error) => error,
    )

  it('of two timeframes are refused, with the files of each', async () => {
    const error = await problemOf(
      ['XAUUSD15.csv', rowsApart(15, '2024-01-08T00:00Z')],
      ['XAUUSD1.csv', rowsApart(1, '2024-01-09T00:00Z', 600)],
    )
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect(error.message).toContain(
      'bars of 2 timeframes (XAUUSD1.csv: m1; XAUUSD15.csv: m15), and a series has one. Import those of each timeframe by themselves.',
    )
  })

  it('of two timeframes are refused also where the rare one has few rows, or their times overlap', async () => {
    const few = await problemOf(
      ['a.csv', rowsApart(5, '2024-01-08T00:00Z', 4)],
      ['b.csv', rowsApart(1, '2024-01-08T00:02Z', 600)],
    )
    expect(few.message).toContain('b.csv: m1; a.csv: m5')
  })

  it('of one timeframe are one series, although a thin one has no two bars of successive minutes', async () => {
    const thin = [0, 7, 12, 21, 26].map(
      minute => `${at('2024-01-09T00:00Z') + minute * 60_000},2081,2082,2080,2081.5,7`,
    )
    const paths = [file(rowsApart(1, '2024-01-08T00:00Z'), 'a.csv'), file(thin.join('\n'), 'b.csv')]
    const { data } = await importFiles(paths, { instrument })
    expect(data).toMatchObject({ type: 'bars', timeframe: 'm1', length: 65 })
  })
})
