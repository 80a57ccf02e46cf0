import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { skipWithout } from '../requirements.ts'
import { DATA_SETS, missingFiles, withSpread } from './data-sets.ts'
import { honestRow } from './honest-row.ts'
import { pageWith, tableOf } from './tables.ts'

const page = readFileSync(new URL('../../docs/guides/strategies-on-real-data.md', import.meta.url), 'utf8')
const [ticks] = DATA_SETS
const row = {
  ...{ botId: 'S01', name: 'EMA trend', timeframe: 'h1', trades: 0, won: undefined, days: 7 },
  ...{ gross: -1234.4, charges: -0.2, net: 0, maxDrawdownPercent: 1.26 },
  ...{ sharpe: undefined, sharpeInterval: undefined },
}

describe('the page of the nine strategies on real data', () => {
  it('has a row of each strategy on each set that it can be run on', () => {
    for (const set of DATA_SETS) {
      const [, table = ''] = page.split(`### ${set.title}\n`)
      const ids = [...(table.split('\n### ')[0] ?? '').matchAll(/^\| (S\d\d) /gm)].map(([, id]) => id)
      expect(ids).toEqual(set.strategies)
    }
  })

  it.skipIf(skipWithout(ticks !== undefined && missingFiles(ticks).length === 0))(
    'says what a run gives, for two of them on the recorded quotes',
    async () => {
      if (ticks === undefined) throw new TypeError('there is a first set')
      const data = await ticks.load()
      const rows = [await honestRow('S05', ticks, data), await honestRow('S08', ticks, data)]
      const lines = tableOf(ticks, data.length, rows).split('\n')
      for (const line of lines.filter(text => /^\| S\d/.test(text))) expect(page).toContain(line)
      expect(lines.filter(text => /^\| S\d/.test(text))).toHaveLength(2)
    },
    60_000,
  )

  it('writes what it does not know as such, and losses with a minus', () => {
    expect(tableOf({ title: 'T', costs: 'none' }, 1, [row])).toContain(
      '| S01 EMA trend | h1 | 0 | – | −1,234 | 0 | 0 | 1.3 % | – |',
    )
  })

  it('puts tables between its marks and touches nothing else', () => {
    const text = 'a\n<!-- real-data: begin -->\nold\n<!-- real-data: end -->\nb\n'
    expect(pageWith(text, ['new\n'])).toBe(
      'a\n<!-- real-data: begin -->\n\nnew\n\n<!-- real-data: end -->\nb\n',
    )
    expect(() => pageWith('no marks', [])).toThrow('has no marks')
  })

  it('names the files that are missing', () => {
    expect(missingFiles({ ...DATA_SETS[0]!, files: ['bars/none.csv.gz'] })).toEqual(['bars/none.csv.gz'])
  })

  it('takes the spread of bid and ask bars at their close, and the one before where one is missing', () => {
    const column = (...values: number[]) => Float64Array.from(values)
    const bars = (close: number[], openedAt: number[]) => ({
      ...{ type: 'bars' as const, symbolId: 41 as never, timeframe: 'h1' as const, length: close.length },
      ...{ open: column(...close), high: column(...close), low: column(...close), close: column(...close) },
      ...{ openedAt: column(...openedAt), tickVolume: column(...close.map(() => 0)) },
    })
    const merged = withSpread(bars([100, 110, 120], [1, 2, 3]), bars([103, 124], [1, 3]))
    expect([...(merged.spread ?? [])]).toEqual([3, 3, 4])
  })
})
