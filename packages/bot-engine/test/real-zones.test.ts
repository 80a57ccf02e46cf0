import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { symbolId, type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { afterAll, describe, expect, it } from 'vitest'
import type { BarColumns } from '../src/data/columns.ts'
import { importFiles } from '../src/data/importers/import-files.ts'
import { detectTimeZone } from '../src/data/importers/zone-detection.ts'

// Real market data, kept beside the project and never in it.
const BARS = fileURLToPath(new URL('../../../../shared/data/bars/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'claw-zones-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const zone =
  (name: string, hours = 0) =>
  (at: number) =>
    zoneOffsetMs(name, at as UnixMs) + hours * 3_600_000
const ZONES = [
  ['UTC', () => 0],
  ['Europe/Athens', zone('Europe/Athens')],
  ['America/New_York+7', zone('America/New_York', 7)],
  ['UTC-5', () => -5 * 3_600_000],
] as const

/** Rows of a file, some columns of them. */
function timesOf(name: string): readonly number[] {
  return gunzipSync(readFileSync(join(BARS, name)))
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map(line => Number(line.slice(0, line.indexOf(','))))
}

describe.skipIf(!existsSync(BARS) && process.env['CLAW_TEST_REQUIRE'] !== 'all')(
  'the zone of real files',
  () => {
    it.each(['xauusd_m15_2025-10-01_2026-06-12.csv.gz', 'xagusd_m15_2025-10-01_2026-06-12.csv.gz'])(
      'is found again after a move to another one: %s',
      name => {
        const times = timesOf(name)
        for (const [told, offset] of ZONES) {
          const moved = Float64Array.from(times, at => at + offset(at))
          expect([told, detectTimeZone(moved, 900_000)]).toMatchObject([
            told,
            { type: 'certain', timeZone: told },
          ])
        }
      },
    )

    // This broker opened its currencies by its own clock in the weeks around the changes of summer time.
    it.each(['eurusd_m15_2025-10-01_2026-06-12.csv.gz', 'usdjpy_m15_2025-10-01_2026-06-12.csv.gz'])(
      'is asked for rather than guessed wrongly: %s',
      name => {
        const times = timesOf(name)
        const found = ZONES.map(
          ([told, offset]) =>
            [
              told,
              detectTimeZone(
                Float64Array.from(times, at => at + offset(at)),
                900_000,
              ),
            ] as const,
        )
        for (const [told, finding] of found)
          expect(finding.type === 'unclear' || finding.timeZone === told).toBe(true)
        expect(found.some(([, { type }]) => type === 'certain')).toBe(true)
      },
    )

    it('is not found in a file that changes it, nor in a single week', () => {
      const times = timesOf('xauusd_m15_2025-10-01_2026-06-12.csv.gz')
      const half = times.length / 2
      const mixed = Float64Array.from(times, (at, row) => at + (row < half ? 2 * 3_600_000 : 0))
      expect(detectTimeZone(mixed, 900_000)).toMatchObject({
        type: 'unclear',
        evidence: expect.stringContaining('cut it in two'),
      })
      expect(detectTimeZone(Float64Array.from(times.slice(0, 300)), 900_000).type).toBe('unclear')
    })

    it('of a whole MetaTrader export gives the bars of the recording', async () => {
      const rows = gunzipSync(readFileSync(join(BARS, 'xauusd_m15_2025-10-01_2026-06-12.csv.gz')))
        .toString()
        .trim()
        .split('\n')
        .slice(1)
      const path = join(folder, 'XAUUSD15.csv')
      const athens = zone('Europe/Athens')
      const lines = rows.map(line => {
        const [at = '', ...rest] = line.split(',')
        const local = new Date(Number(at) + athens(Number(at))).toISOString()
        return [local.slice(0, 10).replaceAll('-', '.'), local.slice(11, 16), ...rest].join(',')
      })
      writeFileSync(path, lines.join('\r\n'))
      const instrument = { id: symbolId(41), digits: 2 }
      const { data, quarantine, shape, timeZone } = await importFiles([path], { instrument })
      expect([shape, timeZone, quarantine.rows]).toEqual(['mt4', 'Europe/Athens', 0])
      expect((data as BarColumns).openedAt).toEqual(
        Float64Array.from(rows, line => Number(line.split(',')[0])),
      )
    })
  },
)
