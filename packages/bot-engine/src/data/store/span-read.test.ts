import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../../errors.ts'
import type { BarColumns } from '../columns.ts'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { chunkSpan } from './series.ts'
import { openDataStore } from './store.ts'

const symbol = 'XAUUSD'
const instrument = SYNTHETIC_XAUUSD
const query = { symbol, series: 'm1', instrument } as const
const MONTHS = ['2024-01', '2024-02', '2024-03', '2024-04', '2024-05'] as const

/** Five files, each large enough to be read ahead: some of an odd number of rows, one with a column of doubles. */
const data = syntheticBars({
  seed: 5,
  instrument,
  timeframe: 'm1',
  count: 116_001,
  startAt: Date.UTC(2024, 0, 13) as UnixMs,
})
data.tickVolume[40_000] = 12.5

function rowsIn(of: BarColumns, from: number, to: number): BarColumns {
  const [first, end] = [from, to].map(bound => of.openedAt.filter(at => at < bound).length) as [
    number,
    number,
  ]
  const cut = (column: Float64Array) => column.slice(first, Math.max(first, end))
  const { openedAt, open, high, low, close, tickVolume } = of
  return {
    ...of,
    length: Math.max(0, end - first),
    openedAt: cut(openedAt),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    tickVolume: cut(tickVolume),
  }
}

let folder: string
/** What the files hold as they were written. */
let written: ReadonlyMap<string, Buffer>
const pathOf = (month: string) => join(folder, symbol, 'm1', `${month}.clawcol`)
const read = () => openDataStore(folder).read(query)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-span-'))
  await openDataStore(folder).write({ symbol, data, digits: 2 })
  written = new Map(MONTHS.map(month => [month, readFileSync(pathOf(month))]))
})
beforeEach(() => {
  for (const [month, bytes] of written) writeFileSync(pathOf(month), bytes)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function bytesOf({ openedAt, open, high, low, close, tickVolume }: BarColumns): Buffer {
  const columns = [openedAt, open, high, low, close, tickVolume]
  return Buffer.concat(columns.map(column => new Uint8Array(column.slice().buffer)))
}

/** A month of so many rows, 50 seconds after one another. */
function spread(month: string, count: number): BarColumns {
  const rows = rowsIn(data, 0, data.openedAt[count] as number)
  return { ...rows, openedAt: rows.openedAt.map((_, row) => Date.parse(month) + row * 50_000) }
}

function joined(parts: readonly BarColumns[]): BarColumns {
  const join = (of: (part: BarColumns) => Float64Array) =>
    Float64Array.from(parts.flatMap(part => [...of(part)]))
  return {
    ...data,
    length: parts.reduce((sum, { length }) => sum + length, 0),
    openedAt: join(part => part.openedAt),
    open: join(part => part.open),
    high: join(part => part.high),
    low: join(part => part.low),
    close: join(part => part.close),
    tickVolume: join(part => part.tickVolume),
  }
}

function damaged(path: string, at = 9000): Buffer {
  const bytes = readFileSync(path)
  return bytes.fill((bytes[at] as number) ^ 1, at, at + 1)
}

/** How many files of the store this process has open. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').filter(number => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`).startsWith(folder)
    } catch {
      // The folder of the numbers itself, closed again.
      return false
    }
  }).length
}

/** The bytes of a file of other rows in its place. */
async function fileOf(rows: BarColumns, month: string): Promise<Buffer> {
  const other = mkdtempSync(join(folder, 'other-'))
  await openDataStore(other).write({ symbol, data: rows, digits: 2 })
  return readFileSync(join(other, symbol, 'm1', `${month}.clawcol`))
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it passed'),
    (error: Error) => error,
  )

describe('a read over several files', () => {
  it('gives the rows of any span, bit for bit', async () => {
    expect(readdirSync(join(folder, symbol, 'm1')).filter(name => name.endsWith('.clawcol'))).toHaveLength(
      MONTHS.length,
    )
    expect(bytesOf(await read()).equals(bytesOf(data))).toBe(true)
    const [begins, ends] = [data.openedAt[0] as number, (data.openedAt.at(-1) as number) + 1]
    const instant = fc.oneof(
      fc.integer({ min: begins, max: ends }),
      fc.nat(data.length - 1).map(row => data.openedAt[row] as number),
      fc.constantFrom(...MONTHS).map(month => Date.parse(month)),
    )
    await fc.assert(
      fc.asyncProperty(instant, instant, async (a, b) => {
        const [from, to] = [Math.max(begins, Math.min(a, b)), Math.max(a, b)]
        const expected = rowsIn(data, from, to)
        if (expected.length === 0) return
        const rows = await openDataStore(folder).read({ ...query, from, to, partial: true })
        expect(bytesOf(rows).equals(bytesOf(expected))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('refuses a file with any bit changed, by its name', async () => {
    const key = written.get('2024-03')?.indexOf('columns') as number
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MONTHS),
        // Heads have some 700 bytes.
        fc.oneof(fc.nat(700), fc.nat(700_000)),
        fc.nat(7),
        async (month, place, bit) => {
          const bytes = Buffer.from(written.get(month) as Buffer)
          const at = place % bytes.length
          bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
          writeFileSync(pathOf(month), bytes)
          const error = await refusal(read())
          writeFileSync(pathOf(month), written.get(month) as Buffer)
          expect(isEngineError(error, 'data-invalid'), error.message).toBe(true)
          expect(error.message).toContain(pathOf(month))
        },
      ),
      { numRuns: 150, examples: [['2024-03', key, 0]] },
    )
  })

  it('refuses a file whose head states more rows than any memory holds', async () => {
    const text = written
      .get('2024-02')
      ?.toString('latin1')
      .replace(/"rows":\d{5},/, '"rows":99e11,') as string
    writeFileSync(pathOf('2024-02'), text, 'latin1')
    const error = await refusal(read())
    expect(error.message).toContain(`${pathOf('2024-02')} does not match its checksum`)
  })

  // Two files are under way when the read has begun; those behind them have not been opened yet.
  it.each([
    ['is cut', (path: string) => truncateSync(path, 20_000), 'does not match its checksum (20000 bytes)'],
    ['is damaged', (path: string) => writeFileSync(path, damaged(path)), 'does not match its checksum'],
    ['has lost its mark', (path: string) => writeFileSync(path, damaged(path, 0)), 'is no column file'],
    ['has grown', (path: string) => appendFileSync(path, 'x'), 'does not match its checksum'],
    ['is gone', (path: string) => rmSync(path), 'cannot be read (ENOENT)'],
  ])('refuses a file that %s after the read has begun', async (_what, change, text) => {
    for (const month of MONTHS.slice(2)) {
      const reading = read()
      change(pathOf(month))
      const error = await refusal(reading)
      expect(error.message).toContain(`${pathOf(month)} ${text}`)
      writeFileSync(pathOf(month), written.get(month) as Buffer)
    }
  })

  it.each([
    ['more', 48_001],
    ['fewer', 301],
    ['as many', undefined],
  ])(
    'gives the rows of a file that is written anew with %s rows after the read has begun',
    async (_what, count) => {
      for (const month of MONTHS.slice(2)) {
        const { from, to } = chunkSpan(month, 'm1') as { from: number; to: number }
        const rows = spread(month, count ?? rowsIn(data, from, to).length)
        const bytes = await fileOf(rows, month)
        const reading = read()
        writeFileSync(pathOf(month), bytes)
        const all = [rowsIn(data, 0, from), rows, rowsIn(data, to, Number.POSITIVE_INFINITY)]
        expect(bytesOf(await reading).equals(bytesOf(joined(all)))).toBe(true)
        writeFileSync(pathOf(month), written.get(month) as Buffer)
      }
    },
  )

  it('reads files whose columns do not end with them, as another program may write them', async () => {
    for (const [month, bytes] of written) {
      const longer = Buffer.concat([bytes, Buffer.alloc(8)])
      longer.writeUInt32LE(crc32(longer.subarray(16)), 12)
      writeFileSync(pathOf(month), longer)
    }
    expect(bytesOf(await read()).equals(bytesOf(data))).toBe(true)
  })

  it.runIf(existsSync('/proc/self/fd'))(
    'has two files open at most, and none when it has ended',
    async () => {
      for (const month of [undefined, ...MONTHS]) {
        if (month !== undefined) writeFileSync(pathOf(month), damaged(pathOf(month)))
        let isReading = true
        const reading = read()
          .catch(() => undefined)
          .finally(() => {
            isReading = false
          })
        expect(openFiles()).toBe(2)
        for (let turn = 0; isReading; turn++) {
          expect(openFiles(), `turn ${turn}`).toBeLessThanOrEqual(2)
          await setImmediate()
        }
        await reading
        expect(openFiles()).toBe(0)
      }
    },
  )
})
