import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { barSpan, type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEngineError } from '../../errors.ts'
import { SYNTHETIC_XAUUSD } from '../instruments.ts'
import { syntheticBars } from '../synthetic-bars.ts'
import { type ImportOptions, importFiles } from './import-files.ts'

const HOUR_MS = 3_600_000
/** Twelve weeks of hours; New York changes its clocks within them. */
const HOURS = syntheticBars({
  seed: 4,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'h1',
  count: 1400,
  startAt: Date.parse('2024-02-11T23:00Z') as UnixMs,
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-grid-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Bars of four hours as MetaTrader writes them, each named by what `openOf` makes of its first hour. */
function fourHours(openOf: (at: UnixMs) => number): string {
  const opens = new Set(Array.from(HOURS.openedAt, at => openOf(at as UnixMs)))
  const path = join(folder, 'h4.csv')
  const rows = [...opens].map(
    (local, row) =>
      `${new Date(local).toISOString().slice(0, 16).replace('T', ',').replaceAll('-', '.')},${2000 + (row % 7)},2010,1990,2001,9`,
  )
  writeFileSync(path, rows.join('\n'))
  return path
}

const ofUtc = (at: UnixMs) => Math.floor(at / (4 * HOUR_MS)) * 4 * HOUR_MS
/** As a broker has them: cut from 17:00 New York on, and dated by New York + 7 h. */
const ofBroker = (at: UnixMs) => {
  const { openedAt } = barSpan(at, 'h4')
  return openedAt + zoneOffsetMs('America/New_York', openedAt) + 7 * HOUR_MS
}

const read = (path: string, options: Partial<ImportOptions>) =>
  importFiles([path], { instrument: SYNTHETIC_XAUUSD, ...options })
const problem = (path: string, options: Partial<ImportOptions>) =>
  read(path, options).then(
    () => expect.fail('it passed'),
    (error: Error) => error,
  )

describe('bars of four hours that are cut at 00:00, 04:00 … UTC', () => {
  it.each([false, true])('are refused as of another grid, also with a trusted zone: %s', async isTrusted => {
    const error = await problem(fourHours(ofUtc), { timeZone: 'UTC', trustTimeZone: isTrusted })
    expect(isEngineError(error, 'data-invalid')).toBe(true)
    expect(error.message).toMatch(/in UTC, .*h4 bars .* 17:00, 21:00, 01:00, … New York, .* another grid/)
    expect(error.message).toContain('take bars of an hour or less (m1, h1), of which feeds make h4')
    expect(error.message).not.toContain('look like')
  })
})

describe('bars of four hours of a broker', () => {
  it('are taken in their zone, through a change of clocks', async () => {
    const { data } = await read(fourHours(ofBroker), { timeZone: 'America/New_York+7' })
    expect(data).toMatchObject({ timeframe: 'h4' })
    expect(data.length).toBeGreaterThan(350)
  })

  it('in a wrong zone are told the right one, not another grid', async () => {
    const error = await problem(fourHours(ofBroker), { timeZone: 'UTC' })
    expect(isEngineError(error, 'data-zone-unclear')).toBe(true)
    expect(error.message).toContain('look like America/New_York+7')
  })
})
