import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { symbolId, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import { isEngineError } from '../errors.ts'
import { REPLAY_XAUUSD } from './instruments.ts'
import { readTickFile } from './tick-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tick-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(content: string | Buffer): string {
  const path = join(folder, `ticks-${files++}.csv`)
  writeFileSync(path, content)
  return path
}

const read = (content: string | Buffer, options = {}) =>
  readTickFile(file(content), { instrument: REPLAY_XAUUSD, ...options })

async function problem(content: string | Buffer): Promise<string> {
  const error = await read(content).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(isEngineError(error, 'data-invalid')).toBe(true)
  return String(error)
}

const ROWS = '1000,1291.677,1292.033\n1001,1291.652,1292.043\n'

describe('readTickFile', () => {
  it('reads rows with and without header, with CRLF, and without a last newline', async () => {
    for (const text of [
      ROWS,
      `timestamp_ms,bid,ask\n${ROWS}`,
      ROWS.replaceAll('\n', '\r\n'),
      ROWS.trimEnd(),
    ]) {
      const ticks = await read(text)
      expect([...ticks.at]).toEqual([1000, 1001])
      expect([...ticks.bid]).toEqual([129_167_700, 129_165_200])
      expect([...ticks.ask]).toEqual([129_203_300, 129_204_300])
      expect(ticks.symbolId).toBe(41)
    }
  })

  it('reads gzip by its first bytes, whatever the name', async () => {
    expect((await read(gzipSync(ROWS))).length).toBe(2)
  })

  it('rounds a price once, from its decimals to the digits, half away from zero', async () => {
    // 1.0004999999 must not become 1.0005 first and 1.001 then.
    const ticks = await read('1,1.0004999999,1.0005\n2,3.0000000000000001,4.1\n', { symbolId: symbolId(5) })
    expect([...ticks.bid]).toEqual([100_000, 300_000])
    expect([...ticks.ask]).toEqual([100_100, 410_000])
    expect(ticks.symbolId).toBe(5)
  })

  it('keeps the time of the row above when time steps back, and counts it', async () => {
    const ticks = await read('1000,1,2\n990,1,2\n995,1,2\n1000,1,2\n1001,1,2\n')
    expect([...ticks.at]).toEqual([1000, 1000, 1000, 1000, 1001])
    expect(ticks.steppedBack).toBe(2)
  })

  it('reads rows before `until` only', async () => {
    const ticks = await read('1000,1,2\n1001,1,2\n1002,1,2\n1001,1,2\n', { until: unixMs(1002) })
    expect([...ticks.at]).toEqual([1000, 1001])
  })

  it('finds every row when rows are cut by the chunks of a large file', async () => {
    const count = 60_000
    const rows = Array.from(
      { length: count },
      (_, i) => `${1000 + i},${1000 + (i % 977) / 1000},2000.5\n`,
    ).join('')
    const ticks = await read(gzipSync(rows))
    expect(ticks.length).toBe(count)
    expect(ticks.at[count - 1]).toBe(1000 + count - 1)
    expect(ticks.bid[976]).toBe(100_097_600)
  })

  it.each([
    ['1000,1,2\nx,1,2\n', ':2', 'x,1,2'],
    ['1000,1,2\n1001,1\n', ':2', '1001,1'],
    ['1000,1,2\n1001,1,2,3\n', ':2', '1001,1,2,3'],
    ['1000,1,2\n1001,,2\n', ':2', '1001,,2'],
    ['1000,1,2\n1001,1e3,2\n', ':2', '1001,1e3,2'],
    ['1000,1,2\n1001,NaN,2\n', ':2', 'NaN'],
    ['1000,1,2\n1001,-1,2\n', ':2', '-1'],
    ['1000,1,2\n1001,0,2\n', ':2', 'not above 0'],
    ['1000,1,2\n1001,1.,2\n', ':2', '1.,2'],
    ['1000.5,1,2\n', ':1', 'whole milliseconds'],
    ['1000,1,2\n\n1001,1,2\n', ':2', 'blank'],
    ['time,ask,bid\n1000,1,2\n', ':1', 'header'],
    ['1000,1,12345678901234567\n', ':1', '12345678901234567'],
  ])('names file, line and text of the damaged row in %j', async (content, line, text) => {
    const message = await problem(content)
    expect(message).toContain(`.csv${line} `)
    expect(message).toContain(text)
  })

  it('refuses a line without end instead of keeping it', async () => {
    expect(await problem(`1000,1,2\n${'1'.repeat(10_000)}`)).toContain('longer than 4096 bytes')
  })

  it('says at which line a cut archive ends', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, i) => `${1000 + i},${1 + ((i * 7919) % 1000) / 1000},2\n`,
    ).join('')
    const whole = gzipSync(rows)
    expect(await problem(whole.subarray(0, whole.length / 2))).toMatch(
      /:\d+ cannot be read further: unexpected end of file/,
    )
  })

  it('refuses a file without rows', async () => {
    expect(await problem('')).toContain('has no row')
    expect(await problem('timestamp_ms,bid,ask\n')).toContain('has no row')
  })

  it('reports a missing file and a folder as data-missing with the path', async () => {
    for (const path of [join(folder, 'absent.csv'), folder]) {
      const error = await readTickFile(path, { instrument: REPLAY_XAUUSD }).catch((reason: unknown) => reason)
      expect(isEngineError(error, 'data-missing')).toBe(true)
      expect(String(error)).toContain(path)
    }
  })

  it('reads rows raw as they stand, what is absent or no number as NaN, for a filter to judge', async () => {
    const raw = await read('timestamp_ms,bid,ask\n2000,1,2\n\n1500,1,2\nx,1,2\n1600,,2\n1700,-1,0\n', {
      isRaw: true,
    })
    expect([...raw.at]).toEqual([2000, Number.NaN, 1500, Number.NaN, 1600, 1700])
    expect([...raw.bid]).toEqual([100_000, Number.NaN, 100_000, 100_000, Number.NaN, -100_000])
    expect([...raw.ask]).toEqual([200_000, Number.NaN, 200_000, 200_000, 200_000, 0])
    await expect(read('no row\n1000,1,2\n', { isRaw: true })).rejects.toThrow('header')
  })

  it('takes of a raw row no time within a millisecond, and nothing where two rows run into one', async () => {
    const raw = await read('2000,1,2\n2001.5,1,2\n2002,1,22003,1,2\n', { isRaw: true })
    expect([...raw.at]).toEqual([2000, Number.NaN, Number.NaN])
    expect([...raw.bid]).toEqual([100_000, 100_000, Number.NaN])
    expect([...raw.ask]).toEqual([200_000, 200_000, Number.NaN])
  })

  it('throws the reason of an aborted signal', async () => {
    const reason = new Error('enough')
    await expect(read(ROWS, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
