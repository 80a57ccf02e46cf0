import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { readTickFile } from '../tick-file.ts'
import { importFiles } from './import-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'claw-csv-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const instrument = SYNTHETIC_XAUUSD
function file(content: string | Uint8Array): string {
  const path = join(folder, 'data.csv')
  writeFileSync(path, content)
  return path
}
const read = (content: string | Uint8Array) => importFiles([file(content)], { instrument })
async function rowsOf(content: string | Uint8Array) {
  const { data, shape, timeZone } = await read(content)
  const columns =
    data.type === 'ticks'
      ? [data.at, data.bid, data.ask]
      : [data.openedAt, data.open, data.high, data.low, data.close, data.tickVolume]
  const rows = Array.from({ length: data.length }, (_, row) => columns.map(column => column[row]))
  return { shape, timeZone, rows }
}

const PLAIN =
  'timestamp_ms,open,high,low,close,volume\n1704186000000,2081.00,2082.00,2080.00,2081.50,7\n1704186060000,2081.5,2083,2080,2082,8\n'
const FIRST = 1_704_186_000_000
const ROWS = [
  [FIRST, 208_100_000, 208_200_000, 208_000_000, 208_150_000, 7],
  [FIRST + 60_000, 208_150_000, 208_300_000, 208_000_000, 208_200_000, 8],
]
const quotedAll = (text: string) => text.replaceAll(/[^,\n]+/g, '"$&"')

describe('fields in quotes', () => {
  it.each([
    ['in every field', quotedAll(PLAIN)],
    ['in the header alone', PLAIN.replace(/^.*/, quotedAll)],
    ['in the rows alone', PLAIN.replaceAll(/^1.*/gm, quotedAll)],
    ['behind a space', quotedAll(PLAIN).replaceAll('","', '" , "')],
    ['with semicolons', quotedAll(PLAIN).replaceAll(',', ';')],
    ['with tabs', quotedAll(PLAIN).replaceAll(',', '\t')],
    ['with returns', quotedAll(PLAIN).replaceAll('\n', '\r\n')],
    [
      'around a note with a comma, a semicolon and quotes',
      PLAIN.replaceAll('\n1', '\n"a; ""b"", c",1').replace('timestamp_ms', '"note, of whom",timestamp_ms'),
    ],
  ])('are read as without: %s', async (_, text) => {
    expect((await rowsOf(text)).rows).toEqual(ROWS)
  })

  it('are read of an export of MetaTrader too', async () => {
    const row = quotedAll('2024.01.02,09:00,2081.00,2082.00,2080.00,2081.50,7\n')
    const text = `${row}${row.replace('09:00', '09:01')}`
    const { data, shape } = await importFiles([file(text)], { instrument, timeZone: 'UTC' })
    expect([shape, data.length, data.type === 'bars' && data.close[1]]).toEqual(['mt4', 2, 208_150_000])
  })

  it.each([
    ['is not closed', '1704186120000,"2081,2082,2080,2081.5,7'],
    ['is closed on another line', '1704186120000,"2081\n",2082,2080,2081.5,7'],
    ['has text behind it', '1704186120000,"2081"x,2082,2080,2081.5,7'],
  ])('are refused with their line where one %s', async (_, row) => {
    await expect(read(`${PLAIN}${row}\n`)).rejects.toThrow(
      /data\.csv:4 has a quote that is not closed on the line, or text behind it: "1704186120000,/,
    )
  })
})

describe('times since 1970', () => {
  const inSeconds = (text: string, fraction = '') => text.replaceAll(/(17041860\d0)000/g, `$1${fraction}`)

  it.each([
    ['seconds', inSeconds(PLAIN.replace('timestamp_ms', 'time'))],
    ['seconds without a header', inSeconds(PLAIN.replace(/^.*\n/, ''))],
    ['seconds with decimals', inSeconds(PLAIN.replace('timestamp_ms', 'timestamp'), '.000')],
    ['milliseconds in a column called time', PLAIN.replace('timestamp_ms', 'time')],
  ])('are UTC by their definition: %s', async (_, text) => {
    expect(await rowsOf(text)).toEqual({ shape: 'plain', timeZone: 'UTC', rows: ROWS })
  })

  it('are read of quotes in seconds, cut to the millisecond', async () => {
    expect((await rowsOf('time,bid,ask\n1704186000.123456,2081.10,2081.30\n')).rows).toEqual([
      [FIRST + 123, 208_110_000, 208_130_000],
    ])
  })

  it.each([
    ['seconds in a column of milliseconds', inSeconds(PLAIN), 2],
    ['a date and an hour', 'time,bid,ask\n2031010209,2081.10,2081.30\n', 2],
    ['a date and a minute', 'time,bid,ask\n202401020900,2081.10,2081.30\n', 2],
    ['a date and a second', '20240102090000,2081.10,2081.30\n', 1],
  ])('are refused where they may be something else: %s', async (_, text, line) => {
    const told = `data.csv:${line} .*since 1970 there are 10 digits of seconds or 13 of milliseconds`
    await expect(read(text)).rejects.toThrow(new RegExp(told))
  })

  it('are never taken for milliseconds of 1970 by a replay', async () => {
    for (const head of ['', 'timestamp_ms,bid,ask\n'])
      await expect(readTickFile(file(`${head}1704186000,2081.10,2081.30\n`), { instrument })).rejects.toThrow(
        'has a time of ten digits: seconds, not milliseconds',
      )
  })
})

describe('lines that end with a return alone', () => {
  it.each([
    ['plain', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text)],
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('are lines: %s', async (_, pack) => {
    expect((await rowsOf(pack(PLAIN.replaceAll('\n', '\r')))).rows).toEqual(ROWS)
  })

  it('are counted: a damaged one is told with its number', async () => {
    await expect(read(`${PLAIN}the end\n`.replaceAll('\n', '\r'))).rejects.toThrow(
      /data\.csv:4 has 1 columns/,
    )
  })
})

it.each([
  ['without a header', '01/02/2024 09:00,2081.10,2081.30\n', 1],
  ['below a header', 'date,bid,ask\n01/13/2024 09:00,2081.10,2081.30\n', 2],
  ['in quotes', '"date","bid","ask"\n"1/2/2024","2081.10","2081.30"\n', 2],
])('a date with its year last is refused, with the way to write it: %s', async (_, text, line) => {
  await expect(read(text)).rejects.toThrow(
    new RegExp(`data.csv:${line} .*begin with its day or its month: write 2024-01-31`),
  )
})
