import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import { importFiles } from './importers/import-files.ts'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from './instruments.ts'
import { openDataStore } from './store/store.ts'
import { syntheticBars } from './synthetic-bars.ts'
import { readTickFile } from './tick-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'claw-digits-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const bars = (price: string) =>
  `time,open,high,low,close\n${[0, 15, 30, 45].map(minute => `2024-01-02T10:${String(minute).padStart(2, '0')}:00Z,${price},${price},${price},${price}`).join('\n')}\n`

describe('prices that the record would round to others', () => {
  const message =
    /has prices of 5 decimals, and the record of XAUUSD has 2: .*Is it another symbol\? State it \(--symbol\)/

  it('are refused as bars', async () => {
    const path = file('audusd.csv', bars('0.66102'))
    await expect(importFiles([path], { instrument: SYNTHETIC_XAUUSD })).rejects.toThrow(message)
  })

  it('are refused as quotes', async () => {
    const path = file('ticks.csv', '1398902400043,1.38612,1.38624\n')
    await expect(readTickFile(path, { instrument: SYNTHETIC_XAUUSD })).rejects.toThrow(message)
  })

  it('are refused from a store', async () => {
    const store = openDataStore(join(folder, 'store'))
    const startAt = unixMs(Date.UTC(2025, 0, 6))
    const data = syntheticBars({
      seed: 1,
      instrument: SYNTHETIC_EURUSD,
      timeframe: 'm15',
      count: 20,
      startAt,
    })
    await store.write({ symbol: 'XAUUSD', data, digits: 5 })
    const query = { symbol: 'XAUUSD', series: 'm15', instrument: SYNTHETIC_XAUUSD } as const
    await expect(store.read(query)).rejects.toThrow(/XAUUSD m15 in .* has prices of 5 decimals/)
  })
})

describe('prices that', () => {
  it('have one decimal more than the record are rounded to it', async () => {
    const path = file('gold.csv', '1398902400043,1291.677,1292.033\n')
    const { bid } = await readTickFile(path, { instrument: SYNTHETIC_XAUUSD })
    expect(bid[0]).toBe(129_168_000)
  })

  it('carry the dust of a computation are rounded, too', async () => {
    const path = file('dust.csv', '1398902400043,1291.6700000001,1292.0300000001\n')
    expect((await readTickFile(path, { instrument: SYNTHETIC_XAUUSD })).bid[0]).toBe(129_167_000)
  })

  it('are filled up with zeros have the decimals before them', async () => {
    const ticks = file('zeros.csv', '1398902400043,1291.67000,1292.03000\n')
    expect((await readTickFile(ticks, { instrument: SYNTHETIC_XAUUSD })).ask[0]).toBe(129_203_000)
    const path = file('zero-bars.csv', bars('1291.67000'))
    expect((await importFiles([path], { instrument: SYNTHETIC_XAUUSD })).decimals).toBe(2)
  })
})
