import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { UnixMs } from '@openclaw-trading/trading-model'
import {
  ByteWriter,
  type ColumnSource,
  ParquetWriter,
  parquetWriteBuffer,
  type SchemaElement,
  schemaFromColumnData,
} from 'hyparquet-writer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../../errors.ts'
import type { BarColumns, TickColumns } from '../columns.ts'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { type ImportOptions, importFiles } from './import-files.ts'
import { TIME_PARSERS, timeReaderOf } from './parquet-time.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-parquet-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const instrument = SYNTHETIC_XAUUSD

/** A file of another program: test/parquet/make.sql says how it was made. */
const foreign = (name: string) =>
  fileURLToPath(new URL(`../../../test/parquet/${name}.parquet`, import.meta.url))

const read = (path: string, options: Partial<ImportOptions> = {}) =>
  importFiles([path], { instrument, ...options })

const problem = (path: string, options: Partial<ImportOptions> = {}) =>
  read(path, options).then(
    () => expect.fail('it passed'),
    (error: Error) => error,
  )

function written(bytes: ArrayBuffer | Uint8Array): string {
  const path = join(folder, 'made.parquet')
  writeFileSync(path, new Uint8Array(bytes))
  return path
}

const made = (...columnData: readonly ColumnSource[]) =>
  written(parquetWriteBuffer({ columnData: [...columnData] }))

/** The same with the time as a type of its own. */
function madeWithTime(element: Omit<SchemaElement, 'name'>, ...columnData: readonly ColumnSource[]): string {
  const columns = [...columnData]
  const time: SchemaElement = { repetition_type: 'OPTIONAL', ...element, name: 'time' }
  const schema = schemaFromColumnData({ columnData: columns, schemaOverrides: { time } })
  return written(parquetWriteBuffer({ columnData: columns.map(({ type: _, ...column }) => column), schema }))
}

const doubles = (name: string, data: readonly (number | null)[]): ColumnSource => ({
  name,
  data: [...data],
  type: 'DOUBLE',
})

const START = Date.parse('2024-01-02T09:00:00.123Z')
const QUOTES = Array.from({ length: 300 }, (_, i) => [
  START + i * 250,
  208_110_000 + (i % 7) * 1000,
  208_140_000 + (i % 7) * 1000,
])
const rowsOf = (data: TickColumns | BarColumns) => {
  const columns =
    data.type === 'ticks'
      ? [data.at, data.bid, data.ask]
      : [data.openedAt, data.open, data.high, data.low, data.close, data.tickVolume]
  return Array.from({ length: data.length }, (_, row) => columns.map(column => column[row]))
}
const BARS = Array.from({ length: 300 }, (_, i) => [
  Date.parse('2024-01-02T09:00Z') + i * 60_000,
  ...[208_100_000, 208_200_000, 208_000_000, 208_150_000].map(price => price + (i % 5) * 1000),
  i % 9,
])

describe('importFiles reads Parquet of other programs', () => {
  it.each([
    // Half a millisecond behind each time and the dust of a sum behind the prices: neither is in the result.
    ['quotes-instants-snappy', 'stated by the file', {}],
    ['quotes-epoch-ns-floats-zstd', 'stated by the file', {}],
    ['quotes-texts-gzip', 'stated by the file', {}],
    ['quotes-local-of-polars', 'told', { timeZone: 'UTC' }],
  ] as const)('with quotes: %s', async (name, basis, options) => {
    const imported = await read(foreign(name), options)
    expect(imported).toMatchObject({
      shape: 'parquet',
      zoneBasis: basis,
      timeZone: 'UTC',
      decimals: 2,
      rowsRead: 300,
      quarantine: { rows: 0 },
    })
    expect(imported.data).toMatchObject({ type: 'ticks', symbolId: instrument.id })
    expect(rowsOf(imported.data)).toEqual(QUOTES)
  })

  it.each([
    ['bars-local-decimals-lz4', { timeZone: 'UTC' }],
    ['bars-epoch-s-brotli', {}],
    ['bars-texts-of-metatrader', { timeZone: 'UTC' }],
  ] as const)('with bars: %s', async (name, options) => {
    const { data, decimals, shape } = await read(foreign(name), options)
    expect([shape, decimals]).toEqual(['parquet', 2])
    expect(data).toMatchObject({ type: 'bars', timeframe: 'm1' })
    expect(rowsOf(data)).toEqual(BARS)
  })

  it('with bars of days, whose dates are local', async () => {
    const { data, zoneBasis } = await read(foreign('bars-dates'), { timeZone: 'Europe/Athens' })
    expect(data).toMatchObject({ type: 'bars', timeframe: 'd1', length: 22 })
    expect(rowsOf(data)[0]).toEqual([Date.parse('2023-12-31T22:00Z'), 1e6, 1.2e6, 8e5, 1.1e6, 0])
    expect(zoneBasis).toBe('told')
  })
})

/** Eight weeks of gold by the quarter of an hour. */
const GOLD = syntheticBars({
  seed: 4,
  instrument,
  timeframe: 'm15',
  count: 5000,
  startAt: Date.parse('2024-02-11T23:00Z') as UnixMs,
})
const TWO_HOURS = 7_200_000
const TIMESTAMP = (
  isAdjustedToUTC: boolean,
  unit: 'MILLIS' | 'MICROS' | 'NANOS',
): Omit<SchemaElement, 'name'> => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit },
})
const goldColumns = (shiftMs: number, perMs: bigint): readonly ColumnSource[] => [
  { name: 'time', data: Array.from(GOLD.openedAt, at => BigInt(at + shiftMs) * perMs) },
  ...(['open', 'high', 'low', 'close'] as const).map(name =>
    doubles(
      name,
      Array.from(GOLD[name], one => one / 1e5),
    ),
  ),
]

describe('the times of a Parquet file', () => {
  it.each([
    ['MILLIS', 1n],
    ['MICROS', 1000n],
    ['NANOS', 1_000_000n],
  ] as const)('are instants where they are adjusted to UTC, in %s', async (unit, perMs) => {
    const { data, zoneBasis } = await read(madeWithTime(TIMESTAMP(true, unit), ...goldColumns(0, perMs)))
    expect(zoneBasis).toBe('stated by the file')
    expect((data as BarColumns).openedAt).toEqual(GOLD.openedAt)
  })

  it('are of an unknown zone where they are not, and the market tells which', async () => {
    const path = madeWithTime(TIMESTAMP(false, 'MICROS'), ...goldColumns(TWO_HOURS, 1000n))
    const { data, zoneBasis, timeZone } = await read(path)
    expect([zoneBasis, timeZone]).toEqual(['detected', 'UTC+2'])
    expect((data as BarColumns).openedAt).toEqual(GOLD.openedAt)
  })

  it('are asked for their zone where the file is too short to tell', async () => {
    for (const name of ['quotes-local-of-polars', 'bars-local-decimals-lz4', 'bars-texts-of-metatrader'])
      expect(isEngineError(await problem(foreign(name)), 'data-zone-unclear')).toBe(true)
  })

  it('are not believed to be UTC when the weekends contradict it', async () => {
    const path = madeWithTime(TIMESTAMP(true, 'MILLIS'), ...goldColumns(TWO_HOURS, 1n))
    const error = await problem(path)
    expect(isEngineError(error, 'data-zone-unclear')).toBe(true)
    expect(error.message).toMatch(
      /with UTC \(stated by the file\).* rows fall on a weekend, the first at .*\.parquet:\d+/,
    )
    expect(error.message).toContain('look like UTC+2')
    expect((await read(path, { timeZone: 'UTC+2' })).data).toMatchObject({ openedAt: GOLD.openedAt })
  })

  it.each([
    ['s', 1000, 1_704_186_000],
    ['ms', 1, 1_704_186_000_123],
    ['us', 1e-3, 1_704_186_000_123_456],
    ['seconds with a fraction', 1000, 1_704_186_000.123],
  ] as const)('are counts since 1970 in %s, told by their size', async (_unit, ms, first) => {
    const counts = [first, first + 60_000 / ms]
    const path = made(doubles('time', counts), doubles('bid', [10, 10]), doubles('ask', [11, 11]))
    const { data, timeZone } = await read(path)
    const at = Number.isInteger(first * ms) ? first * ms : Date.parse('2024-01-02T09:00:00.123Z')
    expect(timeZone).toBe('UTC')
    expect(rowsOf(data).map(([time]) => time)).toEqual([at, at + 60_000])
  })

  it('say nothing of a zone in the old type of 96 bits', () => {
    const timeOf = timeReaderOf({ name: 'time', type: 'INT96' }, 'time')
    expect(timeOf?.(TIME_PARSERS.timestampFromNanoseconds(1_704_186_000_123_999_999n))).toEqual({
      local: Date.parse('2024-01-02T09:00:00.123Z'),
      offsetMs: undefined,
    })
  })

  it.each([
    ['missing', null],
    ['of another unit', 1_704_186_120],
    ['no count since 1970', 7],
  ])('are refused with the row of one that is %s', async (_what, third) => {
    const times = doubles('time', [1_704_186_000_000, 1_704_186_060_000, third])
    const path = made(times, doubles('bid', [10, 10, 10]), doubles('ask', [11, 11, 11]))
    const error = await problem(path)
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect(error.message).toContain(`${path}:3 has no time in "time": "${third ?? ''}"`)
  })
})

describe('the rows of a Parquet file', () => {
  const minutes = Array.from({ length: 300 }, (_, i) => START + i * 60_000)
  const at = { name: 'time', data: minutes.map(ms => new Date(ms)), type: 'TIMESTAMP' } as const
  const withRow = (bid: number | null, ask: number | null) =>
    written(
      parquetWriteBuffer({
        columnData: [
          at,
          doubles(
            'bid',
            minutes.map((_, i) => (i === 249 ? bid : 10)),
          ),
          doubles(
            'ask',
            minutes.map((_, i) => (i === 249 ? ask : 11)),
          ),
        ],
        rowGroupSize: 100,
      }),
    )

  it.each([
    ['not-a-number', Number.NaN, 11],
    ['absent', null, 11],
    ['zero', 0, 11],
    ['negative', -10, 11],
    ['crossed', 12, 11],
  ])(
    'are left out and counted where one is %s, with its number across row groups',
    async (defect, bid, ask) => {
      const path = withRow(bid, ask)
      const { data, quarantine, rowsRead } = await read(path)
      expect([data.length, rowsRead]).toEqual([299, 300])
      expect(quarantine).toMatchObject({
        rows: 1,
        byDefect: { [defect]: 1 },
        examples: [{ file: path, line: 250, defect, text: `${minutes[249]},${bid ?? ''},${ask}` }],
      })
    },
  )

  it('are left out where the market of the record is closed', async () => {
    const saturday = Date.parse('2024-01-06T12:00Z')
    const path = made(
      { name: 'time', data: [...minutes, saturday].map(ms => new Date(ms)), type: 'TIMESTAMP' },
      doubles('bid', [...minutes.map(() => 10), 10]),
      doubles('ask', [...minutes.map(() => 11), 11]),
    )
    const { quarantine } = await read(path, { instrument, trustTimeZone: true })
    expect(quarantine).toMatchObject({ byDefect: { closed: 1 }, examples: [{ line: 301 }] })
  })

  it('take the side that MetaTrader left out from the row before', async () => {
    const path = made(
      { name: '<DATE>', data: ['2024.01.02', '2024.01.02', '2024.01.02'], type: 'STRING' },
      { name: '<TIME>', data: ['09:00:00.000', '09:00:01.000', '09:00:02.000'], type: 'STRING' },
      doubles('<BID>', [2081.1, 2081.2, Number.NaN]),
      doubles('<ASK>', [2081.3, null, 2081.4]),
    )
    const { data } = await read(path, { timeZone: 'UTC' })
    expect(rowsOf(data).map(([, ...sides]) => sides)).toEqual([
      [208_110_000, 208_130_000],
      [208_120_000, 208_130_000],
      [208_120_000, 208_140_000],
    ])
  })

  it('of several files are one series, but not of a text and a Parquet file', async () => {
    const path = foreign('quotes-instants-snappy')
    const text = join(folder, 'quotes.csv')
    writeFileSync(text, 'timestamp_ms,bid,ask\n1704186000000,2081.1,2081.4\n')
    const error = await importFiles([text, path], { instrument }).catch((cause: Error) => cause)
    expect((error as Error).message).toMatch(/has parquet ticks, the files before it plain ticks/)
    const { data, quarantine } = await importFiles([path, path], { instrument, mostBadPercent: 50 })
    expect([data.length, quarantine.byDefect]).toEqual([300, { duplicate: 300 }])
  })
})

describe('a Parquet file that cannot be imported', () => {
  it('is told by its columns, with their types', async () => {
    const path = made({ name: 'when', data: [new Date(START)], type: 'TIMESTAMP' }, doubles('price', [10]), {
      name: 'side',
      data: ['buy'],
      type: 'STRING',
    })
    const error = await problem(path)
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect(error.message).toContain(
      'neither quotes nor bars in its columns: when (TIMESTAMP_MILLIS), price (DOUBLE), side (UTF8)',
    )
    expect((await problem(foreign('quotes-in-lists'))).message).toContain(
      'column "bid" of the type LIST, which is no price',
    )
    const flags = made(
      { name: 'time', data: [true], type: 'BOOLEAN' },
      doubles('bid', [10]),
      doubles('ask', [11]),
    )
    expect((await problem(flags)).message).toContain('column "time" of the type BOOLEAN, which is no time')
  })

  it('is named with what is wrong with it: cut, damaged, encrypted, empty', async () => {
    const whole = readFileSync(foreign('quotes-texts-gzip'))
    const changed = (at: number, ...bytes: readonly number[]) => {
      const copy = Buffer.from(whole)
      copy.set(bytes, at < 0 ? copy.length + at : at)
      return written(copy)
    }
    const cases = [
      [() => written(whole.subarray(0, 900)), 'is cut: a Parquet file ends with its footer'],
      [() => written(whole.subarray(0, 4)), 'has a footer that cannot be read'],
      [() => changed(-8, 255, 255, 255, 127), 'has a footer that cannot be read'],
      [() => changed(-100, ...new Array(80).fill(255)), 'has a footer that cannot be read'],
      [() => changed(-4, ...Buffer.from('PARE')), 'is encrypted'],
      [() => changed(200, 0, 0, 0, 0), ':1 cannot be read further'],
      [
        () => made({ name: 'time', data: [], type: 'TIMESTAMP' }, doubles('bid', []), doubles('ask', [])),
        'has no row to read',
      ],
    ] as const
    for (const [make, text] of cases) {
      const error = await problem(make())
      expect(isEngineError(error, 'data-invalid')).toBe(true)
      expect(error.message).toContain(text)
      expect(error.message).toContain('made.parquet')
    }
  })

  it('is refused before it is read where it has more rows, or more bytes in a row group, than memory is for', async () => {
    const stated = async (change: (parquet: ParquetWriter) => void) => {
      const writer = new ByteWriter()
      const columnData = [doubles('time', [START]), doubles('bid', [10]), doubles('ask', [11])]
      const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }) })
      await parquet.write({ columnData: columnData.map(({ type: _, ...column }) => column) })
      change(parquet)
      await parquet.finish()
      return problem(written(writer.getBytes()))
    }
    const many = await stated(parquet => {
      parquet.num_rows = 20_000_001n
    })
    expect(many.message).toContain('has 20000001 rows; at most 20000000 are imported at once')
    const wide = await stated(({ row_groups: [group] }) => {
      if (group?.columns[1]?.meta_data) group.columns[1].meta_data.total_compressed_size = 2n ** 31n
    })
    expect(wide.message).toContain('a row group with 2147483648 bytes in a column')
    expect(wide.message).toContain('Write it with row groups of a million rows')
  })

  it('is left between two row groups when the import is ended', async () => {
    const minutes = Array.from({ length: 3000 }, (_, i) => START + i * 60_000)
    const columnData = [
      doubles('time', minutes),
      doubles(
        'bid',
        minutes.map(() => 10),
      ),
      doubles(
        'ask',
        minutes.map(() => 11),
      ),
    ]
    const path = written(parquetWriteBuffer({ columnData, rowGroupSize: 10 }))
    const controller = new AbortController()
    const reading = read(path, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 0)
    await expect(reading).rejects.toThrow('enough')
  })
})
