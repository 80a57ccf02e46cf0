import type { Timeframe, UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { FAKE_ACCOUNT_ID, FakeVenue } from '../../testing/fake-venue.ts'
import { openAccount } from '../../testing/open-account.ts'
import { downloadSeries } from './download-series.ts'
import type { HistoryStore, HistoryWrite } from './history-store.ts'

const MINUTE = 60_000
const HOUR_OF = Math.floor(Date.UTC(2025, 0, 6, 12) / MINUTE)

/** Downloads m1 bars of a venue that has one for each of the ten minutes from noon. */
async function minutesStored(span: { readonly from: number; readonly to: number }) {
  const venue = new FakeVenue()
  venue.answers[2137] = ({ fromTimestamp, toTimestamp, period }) => {
    const minutes = Array.from({ length: 10 }, (_, i) => HOUR_OF + i)
    const trendbar = minutes
      .filter(at => at * MINUTE >= Number(fromTimestamp) && at * MINUTE <= Number(toTimestamp))
      .map(at => ({ volume: 1, low: 263_400_000, utcTimestampInMinutes: at }))
    return [2138, { ctidTraderAccountId: FAKE_ACCOUNT_ID, period, trendbar }]
  }
  const { account, client } = await openAccount(venue)
  const written: HistoryWrite[] = []
  const store: HistoryStore = {
    list: () => [],
    write: rows => {
      written.push(rows)
      return Promise.resolve({ added: rows.data.length })
    },
    writeInstrument: () => Promise.resolve({ path: '', outcome: 'new', changes: [] }),
  }
  const { added } = await downloadSeries({
    series: 'm1' as Timeframe,
    span: { from: span.from as UnixMs, to: span.to as UnixMs },
    store,
    instrument: await account.instrument('XAUUSD'),
    history: account.history,
    source: 'test',
    call: {},
    onProgress() {},
    onEnd() {},
  })
  await client.close()
  const opened = written.flatMap(({ data }) => (data.type === 'bars' ? [...data.openedAt] : []))
  return { added, minutes: opened.map(at => at / MINUTE - HOUR_OF) }
}

describe('downloadSeries', () => {
  const noon = HOUR_OF * MINUTE

  it('leaves out the bar that is still forming at the end of the span', async () => {
    expect(await minutesStored({ from: noon, to: noon + 3 * MINUTE + 20_000 })).toEqual({
      added: 3,
      minutes: [0, 1, 2],
    })
  })

  it('keeps a bar that closes at the end of the span', async () => {
    expect((await minutesStored({ from: noon, to: noon + 3 * MINUTE })).minutes).toEqual([0, 1, 2])
  })
})
