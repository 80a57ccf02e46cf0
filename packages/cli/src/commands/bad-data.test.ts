import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

let folder: string
/** The same market as bars and as quotes, without a flaw: the header, then rows. */
const good: Record<'bars' | 'ticks', readonly string[]> = { bars: [], ticks: [] }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-bad-'))
  for (const [kind, what, to] of [
    ['bars', '--tf m15', '2024-01-27'],
    ['ticks', '--ticks', '2024-01-08T01:00Z'],
  ] as const) {
    await claw(`data get XAUUSD ${what} --synthetic --from 2024-01-08 --to ${to} --store made`)
    await claw(`data export XAUUSD ${what} --out ${kind}.csv --store made`)
    good[kind] = readFileSync(join(folder, `${kind}.csv`), 'utf8')
      .trim()
      .split('\n')
  }
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const claw = (line: string, cwd = folder) => runClaw(line, cwd)

type Change = (lines: string[]) => string[]
const edited =
  (line: number, edit: (cells: string[]) => string[]): Change =>
  lines =>
    lines.map((text, i) => (i + 1 === line ? edit(text.split(',')).join(',') : text))
const cell = (index: number, value: string) => (cells: string[]) => cells.with(index, value)
const moved =
  (ms: number): Change =>
  ([head = '', ...rows]) => [head, ...rows.map(row => row.replace(/^\d+/, at => String(Number(at) + ms)))]
const swapped: Change = lines => lines.with(100, lines[104] ?? '').with(104, lines[100] ?? '')
const twice: Change = lines => lines.toSpliced(200, 0, lines[199] ?? '')
const holed: Change = lines => lines.filter((_, i) => i < 130 || i >= 150)
const onSaturday: Change = lines => {
  const at = lines.findIndex(line => Number(line.split(',')[0]) > Date.UTC(2024, 0, 13))
  const index = at < 0 ? lines.length : at
  const [, ...prices] = lines[150]?.split(',') ?? []
  return lines.toSpliced(index, 0, [Date.UTC(2024, 0, 13, 12), ...prices].join(','))
}

interface Case {
  readonly name: string
  readonly kind: 'bars' | 'ticks'
  readonly change: Change
  /** A refusal with file and line (exit code 10), or a warning of a result. */
  readonly imported: RegExp
  readonly tested: RegExp
}

const LEFT_OUT = (defect: string, line: number) =>
  new RegExp(`⚠ 1 of [\\d ]+ rows were left out \\(1 ${defect}\\), the first at \\S*bad\\.csv:${line}\\.`)
const SORTED = /⚠ 2 rows lay before the row above; all were put in order of time\./

const CASES: readonly Case[] = [
  { name: 'unsorted bars', kind: 'bars', change: swapped, imported: SORTED, tested: SORTED },
  {
    name: 'unsorted quotes',
    kind: 'ticks',
    change: swapped,
    imported: SORTED,
    tested: /⚠ \d quotes? lay before the one above, and took its time instead/,
  },
  {
    name: 'a repeated bar',
    kind: 'bars',
    change: twice,
    imported: LEFT_OUT('duplicate', 201),
    tested: LEFT_OUT('duplicate', 201),
  },
  {
    name: 'a repeated quote',
    kind: 'ticks',
    change: twice,
    imported: LEFT_OUT('duplicate', 201),
    tested: /⚠ 1 of [\d ]+ quotes repeats the one above to the millisecond/,
  },
  {
    name: 'bars with a hole',
    kind: 'bars',
    change: holed,
    imported: /1 hole \(20 bars missing\)/,
    tested:
      /⚠ 1 hole in the data by the hours of the instrument \(20 bars missing\), the largest 2024-01-09T\d\d:\d\dZ → /,
  },
  {
    name: 'bars of a weekend',
    kind: 'bars',
    change: onSaturday,
    imported:
      /bad\.csv: .* 1 row falls on a weekend, the first at \S*bad\.csv:\d+, when this market rests\. Remove such rows/,
    tested: /1 row falls on a weekend, the first at \S*bad\.csv:\d+/,
  },
  {
    name: 'quotes of a weekend',
    kind: 'ticks',
    change: onSaturday,
    imported: /1 row falls on a weekend, the first at \S*bad\.csv:\d+/,
    tested:
      /bad\.csv:\d+: Row \d+ of XAUUSD is of 2024-01-13T12:00:00\.000Z, more than an hour outside the trading/,
  },
  {
    name: 'bars of another zone',
    kind: 'bars',
    change: moved(7_200_000),
    imported: /rows fall on a weekend, the first at \S*bad\.csv:\d+.*look like UTC\+2.*--tz UTC\+2/,
    tested: /look like UTC\+2/,
  },
  {
    name: 'a NaN among bars',
    kind: 'bars',
    change: edited(52, cell(1, 'NaN')),
    imported: LEFT_OUT('not-a-number', 52),
    tested: LEFT_OUT('not-a-number', 52),
  },
  {
    name: 'a NaN among quotes',
    kind: 'ticks',
    change: edited(52, cell(1, 'NaN')),
    imported: LEFT_OUT('not-a-number', 52),
    tested: /bad\.csv:52 has no number as its bid/,
  },
  {
    name: 'a price of zero',
    kind: 'bars',
    change: edited(52, cell(1, '0')),
    imported: LEFT_OUT('zero', 52),
    tested: LEFT_OUT('zero', 52),
  },
  {
    name: 'a price that is absent',
    kind: 'bars',
    change: edited(52, cell(1, '')),
    imported: LEFT_OUT('absent', 52),
    tested: LEFT_OUT('absent', 52),
  },
  {
    name: 'a high below the low',
    kind: 'bars',
    change: edited(52, cell(2, '1.00')),
    imported: LEFT_OUT('impossible-bar', 52),
    tested: LEFT_OUT('impossible-bar', 52),
  },
  {
    name: 'a crossed quote',
    kind: 'ticks',
    change: edited(52, cells => cells.with(1, String(Number(cells[2]) + 1))),
    imported: LEFT_OUT('crossed', 52),
    tested: /⚠ 1 of [\d ]+ quotes has the bid above the ask, the first at 2024-01-08T/,
  },
  {
    name: 'a bar with a wrong high',
    kind: 'bars',
    change: edited(302, cells => cells.with(2, String(3 * Number(cells[2])))),
    imported: /⚠ 1 of [\d ]+ bars has a price that lies far from all around it, the first at 2024-01-/,
    tested: /⚠ 1 of [\d ]+ bars has a price that lies far from all around it, the first at 2024-01-/,
  },
  {
    name: 'a quote far from all others',
    kind: 'ticks',
    change: edited(902, cells => cells.map((text, i) => (i === 0 ? text : String(3 * Number(text))))),
    imported: /⚠ 1 of [\d ]+ quotes jump in price or time/,
    tested: /⚠ 1 of [\d ]+ quotes jump in price or time/,
  },
  {
    name: 'a far quote, and one that is there twice',
    kind: 'ticks',
    change: lines => {
      const rows = edited(902, cells => cells.map((text, i) => (i === 0 ? text : String(3 * Number(text)))))(
        lines,
      )
      return [...rows.slice(0, 300), rows[299] ?? '', ...rows.slice(300)]
    },
    imported: /⚠ 1 of [\d ]+ quotes jump in price or time and nothing goes on from there \(1 spike\);/,
    tested: /⚠ 1 of [\d ]+ quotes jump in price or time and nothing goes on from there \(1 spike\);/,
  },
  {
    name: 'bars two days late',
    kind: 'bars',
    change: moved(2 * 86_400_000),
    imported: /\d closed\), the first at \S*bad\.csv:\d+ .*Closed is what lies outside the trading hours/,
    tested: /\d closed\), the first at \S*bad\.csv:\d+ .*Closed is what lies outside the trading hours/,
  },
  {
    name: 'a line of words',
    kind: 'bars',
    change: edited(52, () => ['no row at all']),
    imported: /bad\.csv:52 /,
    tested: /bad\.csv:52 /,
  },
  {
    name: 'decimals with a comma',
    kind: 'bars',
    change: lines => lines.map(line => line.replaceAll(',', ';').replaceAll(/(\d)\.(\d)/g, '$1,$2')),
    imported:
      /no row to read \(\d+ not-a-number\), the first at .*bad\.csv:2 "[^"]+;\d+,\d+;[^"]+"\. Write decimals with a point/,
    tested: /no row to read \(\d+ not-a-number\), the first at .*bad\.csv:2 .* Write decimals with a point/,
  },
  {
    name: 'no row',
    kind: 'bars',
    change: lines => lines.slice(0, 1),
    imported: /bad\.csv has no row to read/,
    tested: /bad\.csv has no row to read/,
  },
  {
    name: 'nothing at all',
    kind: 'ticks',
    change: () => [],
    imported: /bad\.csv has no row to read/,
    tested: /bad\.csv has no row to read/,
  },
]

describe('data that are not what they should be', { timeout: 30_000 }, () => {
  it.each(CASES)(
    '$name: named with its line, or counted and told, by import and by backtest',
    async ({ kind, change, imported, tested }) => {
      writeFileSync(
        join(folder, 'bad.csv'),
        change([...good[kind]])
          .map(line => `${line}\n`)
          .join(''),
      )
      rmSync(join(folder, '.claw'), { recursive: true, force: true })
      for (const [line, told] of [
        ['data import bad.csv --symbol XAUUSD', imported],
        ['backtest S03 --data bad.csv --no-check --no-report', tested],
      ] as const) {
        const { code, out, err } = await claw(line)
        expect(`${out}${err}`).toMatch(told)
        expect(code).toBe(/⚠|hole/.test(told.source) ? 0 : 10)
      }
    },
  )

  it('are told at each run over the store too, where rows are missing in it', async () => {
    writeFileSync(join(folder, 'holed.csv'), `${holed([...good.bars]).join('\n')}\n`)
    rmSync(join(folder, '.claw'), { recursive: true, force: true })
    await claw('data import holed.csv --symbol XAUUSD')
    const { code, err } = await claw('backtest S03 --symbol XAUUSD --no-check --no-report')
    expect(code).toBe(0)
    expect(err).toMatch(/⚠ 1 hole in the data by the .* \(20 bars missing\), the largest 2024-01-09T/)
  })

  it.each(['bars', 'ticks'] as const)(
    'an archive of %s that is cut is refused with the line where it ends',
    async kind => {
      const whole = gzipSync(good[kind].join('\n'))
      writeFileSync(join(folder, 'cut.csv.gz'), whole.subarray(0, whole.length / 2))
      for (const line of ['data import cut.csv.gz --symbol XAUUSD', 'backtest S03 --data cut.csv.gz'])
        expect(await claw(line)).toMatchObject({
          code: 10,
          err: expect.stringMatching(/cut\.csv\.gz:\d{2,} cannot be read further/),
        })
    },
  )

  it('a backtest tells the zone that it found where the file states none', async () => {
    const made = 'data get XAUUSD --tf m15 --synthetic --from 2024-01-08 --to 2024-03-30 --store long'
    expect(await claw(made)).toMatchObject({ code: 0 })
    const [, ...rows] = (await claw('data export XAUUSD --tf m15 --store long')).out.trim().split('\n')
    const local = (at: string) =>
      new Date(Number(at) + 7_200_000).toISOString().slice(0, 19).replace('T', ' ')
    const texts = ['time,open,high,low,close,volume', ...rows.map(row => row.replace(/^\d+/, local))]
    writeFileSync(join(folder, 'local.csv'), texts.join('\n'))
    const { code, err } = await claw('backtest S03 --data local.csv --no-check --no-report')
    expect(code).toBe(0)
    expect(err).toContain('local.csv (its times are UTC+2, as its weekends show)')
  })

  it.each(['bars', 'ticks'] as const)('%s without a flaw are told of nothing', async kind => {
    rmSync(join(folder, '.claw'), { recursive: true, force: true })
    expect((await claw(`data import ${kind}.csv --symbol XAUUSD`)).err).toBe('')
    const { err } = await claw(`backtest S03 --data ${kind}.csv --no-check --no-report --json`)
    expect(err).not.toMatch(/⚠ (?!0 trades)/)
  })

  it('--clean leaves out what is no quote, and one dated a day ahead, and counts them by kind', async () => {
    const rows = [...good.ticks]
    const spoil = (line: number, edit: (cells: string[]) => string[]) => {
      rows[line] = edit((rows[line] ?? '').split(',')).join(',')
    }
    spoil(101, cell(1, 'NaN'))
    spoil(201, cell(2, ''))
    spoil(301, cells => cells.map((text, i) => (i === 0 ? text : '0')))
    spoil(401, cell(1, '-1'))
    spoil(501, cells => cells.with(0, String(Number(cells[0]) + 86_400_000)))
    writeFileSync(join(folder, 'dirty.csv'), `${rows.join('\n')}\n`)
    const { code, err } = await claw('backtest S03 --data dirty.csv --clean --no-check --no-report')
    expect(code).toBe(0)
    // The first quote of all waits for a second one, too.
    expect(err).toMatch(/\(6 quotes left out by --clean: 2 absent-side, 1 zero, 1 negative, 1 future\)/)
  })

  it('a first day counts for a file of quotes too', async () => {
    const { err } = await claw(
      'backtest S03 --data ticks.csv --from 2024-01-08T00:30Z --no-check --no-report',
    )
    const rows = good.ticks.slice(1).filter(row => Number(row.split(',')[0]) >= Date.UTC(2024, 0, 8, 0, 30))
    expect(rows.length).toBeLessThan(good.ticks.length - 100)
    expect(err.replaceAll('\u202f', ' ')).toContain(
      `${String(rows.length).replace(/(\d)(?=\d{3}$)/, '$1 ')} ticks`,
    )
  })
})
