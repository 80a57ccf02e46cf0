import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { symbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../errors.ts'
import type { BarColumns, TickColumns } from './columns.ts'
import { importFiles } from './importers/import-files.ts'
import { SYNTHETIC_XAUUSD } from './instruments.ts'
import { syntheticBars } from './synthetic-bars.ts'
import { writeParquet } from './write-parquet.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-parquet-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const instrument = SYNTHETIC_XAUUSD
const startAt = Date.parse('2024-01-08T00:00Z') as UnixMs
const TOLD = { symbol: 'XAUUSD', digits: 2 }
const pathOf = (name: string) => join(folder, name)

/** Four a second. */
function quotes(length: number): TickColumns {
  const numbers = (value: (row: number) => number) => Float64Array.from({ length }, (_, row) => value(row))
  return {
    type: 'ticks',
    symbolId: instrument.id,
    length,
    at: numbers(row => Date.parse('2024-01-02T09:00:00.123Z') + row * 250),
    bid: numbers(row => 208_110_000 + (row % 7) * 1000),
    ask: numbers(row => 208_140_000 + (row % 7) * 1000),
  }
}

describe('writeParquet', () => {
  it.each([
    ['bars', syntheticBars({ seed: 4, instrument, timeframe: 'm15', count: 3000, startAt })],
    ['quotes of two row groups', quotes(100_100)],
  ] as const)('writes %s that importFiles reads as the same', async (_what, data) => {
    const report = await writeParquet(pathOf('gold.parquet'), data, TOLD)
    expect(report).toEqual({ rows: data.length, bytes: readFileSync(pathOf('gold.parquet')).length })
    const imported = await importFiles([pathOf('gold.parquet')], { instrument })
    expect(imported).toMatchObject({
      timeZone: 'UTC',
      zoneBasis: 'stated by the file',
      decimals: 2,
      sorted: 0,
    })
    const { symbolId: id, ...columns } = data
    expect(imported.data.symbolId).toBe(id)
    for (const [name, column] of Object.entries(columns)) {
      const same = imported.data[name as keyof typeof imported.data] as unknown
      const isColumn = column instanceof Float64Array && same instanceof Float64Array
      // A comparison of 100,000 numbers one by one takes the matcher ten seconds.
      if (isColumn) expect(Buffer.from(same.buffer).equals(Buffer.from(column.buffer)), name).toBe(true)
      else expect(same, name).toBe(column)
    }
  })

  it('states what other programs need: instants in UTC, doubles, symbol, series and digits', async () => {
    const one = { type: 'bars', symbolId: symbolId(1), timeframe: 'h1', length: 1 } as const
    const column = (value: number) => Float64Array.of(value, Number.NaN)
    const bar: BarColumns = {
      ...one,
      openedAt: column(startAt),
      open: column(208_110_000),
      high: column(208_120_000),
      low: column(208_100_000),
      close: column(208_110_000),
      tickVolume: column(7),
      spread: column(20_000),
    }
    await writeParquet(pathOf('one.parquet'), bar, TOLD)
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(pathOf('one.parquet')))
    expect(metadata.num_rows).toBe(1n)
    expect(
      metadata.schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type]),
    ).toEqual([
      ['time', 'INT64', 'REQUIRED'],
      ...['open', 'high', 'low', 'close', 'volume', 'spread'].map(name => [name, 'DOUBLE', 'REQUIRED']),
    ])
    expect(metadata.schema[1]).toMatchObject({
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    })
    expect(metadata.key_value_metadata).toEqual([
      { key: 'claw.symbol', value: 'XAUUSD' },
      { key: 'claw.series', value: 'h1' },
      { key: 'claw.digits', value: '2' },
    ])
    // One bar does not tell its timeframe, and 2081.1 not its digits: the file does.
    const { data, decimals } = await importFiles([pathOf('one.parquet')], { instrument })
    expect(data).toMatchObject({ timeframe: 'h1', length: 1 })
    expect(decimals).toBe(2)
  })

  it('writes byte for byte the file that DuckDB 1.5.6, polars 0.26 for Node and parquet-wasm 0.8 read', async () => {
    await writeParquet(pathOf('quotes.parquet'), quotes(300), TOLD)
    // After a change of the writer: look at the file with them before this line is changed.
    expect(
      createHash('sha256')
        .update(readFileSync(pathOf('quotes.parquet')))
        .digest('hex'),
    ).toBe('773db8fd65ed061c7b221c053ff3e4a741675360c6ee5d1dfbe41cff934b1d2f')
  })

  it('leaves what was there when it fails, and nothing of its own', async () => {
    const data = quotes(200_100)
    writeFileSync(pathOf('gold.parquet'), 'the old one')
    const controller = new AbortController()
    const writing = writeParquet(pathOf('gold.parquet'), data, { ...TOLD, signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 0)
    await expect(writing).rejects.toThrow('enough')
    expect(readdirSync(folder)).toEqual(['gold.parquet'])
    expect(readFileSync(pathOf('gold.parquet'), 'utf8')).toBe('the old one')
    mkdirSync(pathOf('folder.parquet'))
    for (const path of [pathOf('folder.parquet'), join(folder, 'none', 'gold.parquet')]) {
      const error = await writeParquet(path, data, TOLD).catch((cause: Error) => cause)
      expect(isEngineError(error, 'not-writable')).toBe(true)
    }
    expect(readdirSync(folder).sort()).toEqual(['folder.parquet', 'gold.parquet'])
  })

  it('refuses rows that no market can have, and digits that no price has', async () => {
    const data = quotes(100)
    data.bid[50] = Number.NaN
    const bad = await writeParquet(pathOf('gold.parquet'), data, TOLD).catch((cause: Error) => cause)
    expect((bad as Error).message).toMatch(/gold\.parquet: row 50 has the bid NaN points/)
    const digits = await writeParquet(pathOf('gold.parquet'), data, { ...TOLD, digits: 6 }).catch(
      (cause: Error) => cause,
    )
    expect(isEngineError(digits, 'invalid-options')).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })
})
