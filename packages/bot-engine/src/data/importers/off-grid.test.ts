import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { importFiles } from './import-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-grid-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FROM = Date.parse('2024-01-02T08:00Z')

/** A day and a half of bars of a minute, each opened so many milliseconds late. */
function read(lateMs: (row: number) => number, price = (row: number) => `${2081 + (row % 7) / 10}`) {
  const rows = Array.from({ length: 400 }, (_, row) =>
    [FROM + row * 60_000 + lateMs(row), price(row), price(row), price(row), price(row), 5].join(','),
  )
  const path = join(folder, 'gold.csv')
  writeFileSync(path, `timestamp_ms,open,high,low,close,volume\n${rows.join('\n')}\n`)
  return importFiles([path], { instrument: SYNTHETIC_XAUUSD, timeZone: 'UTC' })
}

describe('bars that open where none of their timeframe does', () => {
  it('are left out and counted, so that a backtest takes what was imported', async () => {
    const { data, quarantine } = await read(row => (row === 17 ? 1000 : 0))
    expect(data.length).toBe(399)
    expect(quarantine).toMatchObject({
      byDefect: { 'off-grid': 1 },
      examples: [{ line: 19, text: '2024-01-02T08:17:01.000Z' }],
    })
  })

  it('are refused with the first line where they are many, with what to do', async () => {
    await expect(read(() => 59_000)).rejects.toMatchObject({
      code: 'data-invalid',
      message: expect.stringMatching(
        /400 of 400 rows \(100\.0 %\) are bad \(400 off-grid\), the first at .*gold\.csv:2 .*date each bar by the time at which it opens/,
      ),
    })
  })
})

describe('prices in powers of ten', () => {
  it('have the decimals of what they are', async () => {
    const { decimals, data } = await read(
      () => 0,
      row => (2081 + (row % 7) / 10).toExponential(8),
    )
    expect([decimals, data.type === 'bars' && data.open[1]]).toEqual([1, 208_110_000])
  })
})
