import type { BarColumns } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { symbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { MarketData } from './market-data.ts'
import { checkWatchedBefore, watchedLate } from './watched-rows.ts'

const at = (text: string) => Date.parse(text)
/** Trades round the clock, and watches what rests on weekends. */
const traded = { ...SYNTHETIC_XAUUSD, id: symbolId(9), name: 'BTCUSD' }
const day = (text: string) => at(text) / 86_400_000
const rests = {
  ...SYNTHETIC_EURUSD,
  hours: {
    ...SYNTHETIC_EURUSD.hours,
    holidays: ['2024-02-11', '2024-02-12', '2024-02-13', '2024-02-14', '2024-02-15', '2024-02-16'].map(
      (date, id) => ({
        id,
        name: 'new year',
        day: day(date),
        recurring: false,
        timeZone: 'UTC',
      }),
    ),
  },
}

/** A run from one instant to another, in which the symbol watched has its first bar at a third. */
function run(from: string, to: string, firstBar: string) {
  const rows = (symbol: number, ...times: string[]) =>
    ({
      type: 'bars',
      symbolId: symbol,
      timeframe: 'm15',
      length: times.length,
      openedAt: Float64Array.from(times, at),
    }) as unknown as BarColumns
  const columns = rows(traded.id, from, to)
  const options = { data: columns, watched: [rests], watchedBars: [rows(rests.id, firstBar)] }
  const data = { columns, instrument: traded, firstAt: at(from), lastAt: at(to) } as unknown as MarketData
  return { options, data }
}

const refusal = (cut: string, { options, data }: ReturnType<typeof run>): string => {
  try {
    checkWatchedBefore(at(cut), options, data)
    return ''
  } catch (error) {
    return String(error)
  }
}

describe('a symbol watched whose market is closed when the run begins', () => {
  it('is not called late where its data begin with its market, however long that was closed', () => {
    // Saturday; holidays take the week behind it.
    const begun = run('2024-02-10T00:00Z', '2024-03-01T00:00Z', '2024-02-18T22:15Z')
    expect(watchedLate(begun.options, begun.data)).toEqual([])
    const late = run('2024-02-10T00:00Z', '2024-03-01T00:00Z', '2024-02-24T00:00Z')
    expect(watchedLate(late.options, late.data)).toMatchObject([{ code: 'watched-late' }])
  })

  it('is not said to have earlier data where nothing is missing', () => {
    const weekend = run('2024-01-13T00:00Z', '2024-01-16T00:00Z', '2024-01-14T22:00Z')
    const told = refusal('2024-01-14T12:00Z', weekend)
    expect(told).toContain(
      'no combination would see a row of it. Its market is closed until then, and nothing is missing: hold less than 36 % back: --out-of-sample 35.',
    )
    const missing = run('2024-01-13T00:00Z', '2024-01-16T00:00Z', '2024-01-15T06:00Z')
    expect(refusal('2024-01-15T00:00Z', missing)).toContain(
      'Get earlier data: claw data get EURUSD --tf m15 --from 2024-01-13; or hold less than 25 % back',
    )
  })

  it('is no reason to refuse where the cut lies in the closed hours behind its first row', () => {
    const begun = run('2024-01-08T00:00Z', '2024-01-20T00:00Z', '2024-01-08T00:00Z')
    expect(refusal('2024-01-13T12:00Z', begun)).toBe('')
  })
})
