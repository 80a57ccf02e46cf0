import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  renameSync,
} from 'node:fs'
import { readlink } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { symbolId, type UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../../errors.ts'
import type { BarColumns, TickColumns } from '../columns.ts'
import { REPLAY_XAUUSD, SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { syntheticTicks } from '../synthetic.ts'
import { openDataStore } from './store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-store-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const instrument = SYNTHETIC_XAUUSD
const startAt = Date.UTC(2024, 0, 29) as UnixMs
const bars = (count: number, seed = 1) => syntheticBars({ seed, instrument, timeframe: 'm1', count, startAt })
const symbol = 'XAUUSD'

function ticks(rows: readonly (readonly [number, number, number])[]): TickColumns {
  const column = (place: 0 | 1 | 2) => Float64Array.from(rows, row => row[place])
  return {
    type: 'ticks',
    symbolId: symbolId(41),
    length: rows.length,
    at: column(0),
    bid: column(1),
    ask: column(2),
  }
}

function part(data: BarColumns, from: number, to: number): BarColumns {
  const cut = (column: Float64Array) => column.slice(from, to)
  const { openedAt, open, high, low, close, tickVolume } = data
  return {
    ...data,
    length: to - from,
    openedAt: cut(openedAt),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    tickVolume: cut(tickVolume),
  }
}

const problem = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it passed'),
    (error: Error) => error,
  )

describe('openDataStore', () => {
  it('gives bars back as they were written, over the bounds of its files', async () => {
    const data = bars(10_000)
    const store = openDataStore(folder)
    const report = await store.write({ symbol, data, digits: 2, source: 'a test', licence: 'none' })
    expect(report).toEqual({ added: 10_000, duplicates: 0, replaced: 0, files: 2 })
    expect(await store.read({ symbol, series: 'm1', instrument })).toEqual(data)
    expect(store.list()).toMatchObject([
      {
        symbol,
        series: 'm1',
        digits: 2,
        rows: 10_000,
        first: data.openedAt[0],
        files: 2,
        sources: [{ source: 'a test', licence: 'none' }],
      },
    ])
  })

  it('keeps quotes of one millisecond in their order, one file a day', async () => {
    const data = syntheticTicks({ seed: 3, instrument, startAt, count: 30_000 })
    for (let row = 1; row < data.length; row += 5) data.at[row] = data.at[row - 1] as number
    const store = openDataStore(folder)
    expect((await store.write({ symbol, data, digits: 2 })).files).toBe(1)
    expect(await store.read({ symbol, series: 'ticks', instrument })).toEqual(data)
  })

  it('keeps values that fit no 32-bit step', async () => {
    const data = part(bars(3), 0, 3)
    data.high[1] = 9_007_199_254_740_991
    data.tickVolume[2] = 12.5
    const store = openDataStore(folder)
    await store.write({ symbol: 'BTC/USD', data, digits: 5 })
    const read = await store.read({
      symbol: 'BTC/USD',
      series: 'm1',
      instrument: { id: instrument.id, digits: 5 },
    })
    expect(read).toEqual(data)
    expect(store.list()[0]?.symbol).toBe('BTC/USD')
  })

  it('merges parts in any order to the same data, and writing them again changes nothing', async () => {
    const data = bars(1000)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(999), fc.nat(999)), { minLength: 1, maxLength: 5 }),
        async spans => {
          const store = openDataStore(mkdtempSync(join(folder, 'merge-')))
          for (const [a, b] of [...spans, [0, 999], ...spans] as const) {
            const [from, to] = [Math.min(a, b), Math.max(a, b) + 1]
            await store.write({ symbol, data: part(data, from, to), digits: 2 })
          }
          expect(await store.read({ symbol, series: 'm1', instrument })).toEqual(data)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('takes the newer rows of an instant and counts what they replace', async () => {
    const store = openDataStore(folder)
    const at = startAt + 60_000
    await store.write({
      symbol,
      digits: 3,
      data: ticks([
        [at, 100, 300],
        [at, 200, 400],
        [at + 1, 500, 600],
      ]),
    })
    // The same instant cut short: what is there has more of it.
    const cut = await store.write({ symbol, digits: 3, data: ticks([[at, 100, 300]]) })
    expect(cut).toMatchObject({ added: 0, duplicates: 1, replaced: 0 })
    const changed = await store.write({
      symbol,
      digits: 3,
      data: ticks([
        [at, 100, 300],
        [at, 300, 500],
        [at, 400, 500],
      ]),
    })
    expect(changed).toMatchObject({ added: 1, duplicates: 1, replaced: 1 })
    const { bid } = await store.read({ symbol, series: 'ticks', instrument: REPLAY_XAUUSD })
    expect([...bid]).toEqual([100, 300, 400, 500])
  })

  it('writes nothing in a dry run, and reports what the write then does', async () => {
    const store = openDataStore(folder)
    const data = bars(10_000)
    const other = bars(10_000, 2)
    const write = { symbol, digits: 2, source: 'a test' }
    const first = await store.write({ ...write, data: part(data, 0, 6000), dryRun: true })
    expect([first.added, readdirSync(folder)]).toEqual([6000, []])
    await store.write({ ...write, data: part(data, 0, 6000) })
    const held = await store.read({ symbol, series: 'm1', instrument })
    for (const rows of [part(data, 4000, 8000), part(other, 4000, 8000)]) {
      const told = await store.write({ ...write, data: rows, dryRun: true })
      expect(await store.read({ symbol, series: 'm1', instrument })).toEqual(held)
      expect(told.added).toBe(2000)
      const apart = openDataStore(mkdtempSync(join(folder, 'apart-')))
      await apart.write({ ...write, data: part(data, 0, 6000) })
      expect(await apart.write({ ...write, data: rows })).toEqual(told)
    }
  })

  it('reads a span, and rounds to the digits of the instrument', async () => {
    const store = openDataStore(folder)
    await store.write({
      symbol,
      digits: 3,
      data: ticks([
        [startAt, 100_500, 101_499],
        [startAt + 5, 1, 1],
      ]),
    })
    const read = await store.read({
      symbol,
      series: 'ticks',
      instrument: { id: symbolId(7), digits: 2 },
      from: startAt,
      to: startAt + 5,
    })
    expect(read).toEqual({
      ...ticks([[startAt, 101_000, 101_000]]),
      symbolId: 7,
    })
  })

  it('says what is missing, what there is, and how to get it', async () => {
    const store = openDataStore(folder)
    const empty = await problem(store.read({ symbol, series: 'm15', instrument }))
    expect(empty.message).toContain('which is empty')
    expect(empty.message).toContain('claw data get XAUUSD --timeframe m15')
    await store.write({ symbol, data: bars(10_000), digits: 2 })
    const other = await problem(store.read({ symbol, series: 'm15', instrument }))
    expect(other.message).toContain('it has XAUUSD m1')
    const query = { symbol, series: 'm1', instrument } as const
    const before = await problem(
      store.read({ ...query, from: Date.UTC(2023, 0, 1), to: Date.UTC(2023, 11, 31) }),
    )
    expect(before.message).toBe(
      '[data-missing] No XAUUSD m1 data for 2023-01-01 → 2023-12-31 (have 2024-01-29 → 2024-02-07). ' +
        'Fix: claw data get XAUUSD --timeframe m1 --from 2023-01-01, or shorten the range.',
    )
    // A part of the span is not the span: a backtest would silently run over less.
    const front = await problem(
      store.read({ ...query, from: Date.UTC(2023, 0, 1), to: Date.UTC(2024, 1, 3) }),
    )
    expect(front.message).toContain('No XAUUSD m1 data for 2023-01-01 → 2024-01-29')
    const back = await problem(store.read({ ...query, from: startAt, to: Date.UTC(2024, 5, 1) }))
    expect(back.message).toContain('No XAUUSD m1 data for 2024-02-07 → 2024-06-01')
    expect((await store.read({ ...query, from: Date.UTC(2023, 0, 1), partial: true })).length).toBe(10_000)
  })

  it.each([
    ['a flipped bit', (bytes: Buffer) => bytes.fill(bytes[900]! ^ 1, 900, 901), 'checksum'],
    ['a cut file', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8), 'checksum'],
    ['an empty file', () => Buffer.alloc(0), 'no column file'],
    ['another file', () => Buffer.from('timestamp_ms,bid,ask\n1,2,3\n'), 'no column file'],
  ])('names the file with %s instead of reading it', async (_name, damage, text) => {
    const store = openDataStore(folder)
    await store.write({ symbol, data: bars(100), digits: 2 })
    const path = join(folder, symbol, 'm1', '2024-01.clawcol')
    writeFileSync(path, damage(Buffer.from(readFileSync(path))))
    const error = await problem(store.read({ symbol, series: 'm1', instrument }))
    expect(error.message).toContain(path)
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect((await store.verify()).problems).toEqual([{ path, problem: expect.stringContaining(text) }])
  })

  it('misses a file that got lost, and a file in the place of another', async () => {
    const store = openDataStore(folder)
    await store.write({ symbol, data: bars(10_000), digits: 2 })
    const [january, february] = ['2024-01', '2024-02'].map(name =>
      join(folder, symbol, 'm1', `${name}.clawcol`),
    )
    renameSync(january!, february!)
    const error = await problem(store.read({ symbol, series: 'm1', instrument }))
    expect(error.message).toContain(`${january} is missing`)
    const { problems } = await store.verify()
    expect(problems.map(({ path }) => path)).toEqual([january, february])
    expect(problems[1]?.problem).toContain('outside the span of its name')
  })

  it('refuses rows that no reader could trust', async () => {
    const store = openDataStore(folder)
    const write = (rows: readonly (readonly [number, number, number])[]) =>
      problem(store.write({ symbol, digits: 2, data: ticks(rows) }))
    expect(
      (
        await write([
          [2, 1, 1],
          [1, 1, 1],
        ])
      ).message,
    ).toMatch(/data-out-of-order.*row 1/)
    expect((await write([[1, Number.NaN, 1]])).message).toMatch(/data-invalid.*row 0 has the bid NaN/)
    expect((await write([[1, 1, -1]])).message).toContain('ask -1')
    const data = part(bars(2), 0, 2)
    data.high[1] = (data.low[1] as number) - 1
    expect((await problem(store.write({ symbol, digits: 2, data }))).message).toContain(
      'which no bar can have',
    )
  })

  it('does not write beside another writer, and takes over what a crashed one left', async () => {
    const store = openDataStore(folder)
    await store.write({ symbol, data: bars(10), digits: 2 })
    const lock = join(folder, symbol, 'm1', '.lock')
    writeFileSync(lock, '')
    const old = new Date(Date.now() - 120_000)
    utimesSync(lock, old, old)
    await store.write({ symbol, data: bars(20), digits: 2 })
    const writes = [1, 2, 3, 4].map(n =>
      store.write({ symbol, data: part(bars(400), n * 50, 400), digits: 2 }),
    )
    await Promise.all(writes)
    expect((await store.read({ symbol, series: 'm1', instrument })).length).toBe(20 + 350)
  })

  it('writes at once where the process that held the lock has died, and waits for one that lives', async () => {
    const store = openDataStore(folder)
    await store.write({ symbol, data: bars(10), digits: 2 })
    const lock = join(folder, symbol, 'm1', '.lock')
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const among = await readlink('/proc/self/ns/pid').catch(() => undefined)
    const held = (pid: number) => writeFileSync(lock, JSON.stringify({ host: hostname(), pid, among }))
    held(dead)
    await store.write({ symbol, data: bars(20), digits: 2 })
    held(process.pid)
    const error = await problem(store.write({ symbol, data: bars(30), digits: 2 }))
    expect(error).toMatchObject({ code: 'data-busy' })
    expect(error.message).toContain(`process ${process.pid} on ${hostname()}`)
    expect(existsSync(lock)).toBe(true)
    expect((await store.read({ symbol, series: 'm1', instrument })).length).toBe(20)
  })

  it('waits for a process that it cannot see: one of a container with the name of the host', async () => {
    const store = openDataStore(folder)
    await store.write({ symbol, data: bars(10), digits: 2 })
    const lock = join(folder, symbol, 'm1', '.lock')
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid: dead, among: 'pid:[7]' }))
    const error = await problem(store.write({ symbol, data: bars(20), digits: 2 }))
    expect(error).toMatchObject({ code: 'data-busy' })
    expect(existsSync(lock)).toBe(true)
  })
})
