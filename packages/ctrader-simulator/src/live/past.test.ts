import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { expect, it } from 'vitest'
import { MAX_KEPT_PASTS, pastBars } from './past.ts'

const query = { instrument: SYNTHETIC_XAUUSD, seed: 3, startAt: Date.UTC(2025, 0, 6, 7) }

it('keeps a past for the next venue of the same seed, start and instrument, and for no other', () => {
  const first = pastBars(query)
  expect(pastBars({ ...query })).toBe(first)
  // Ticks begin on the hour, so a start some minutes later has the same past.
  expect(pastBars({ ...query, startAt: query.startAt + 60_000 })).toBe(first)
  for (const other of [{ seed: 4 }, { startAt: Date.UTC(2025, 0, 8, 7) }, { instrument: SYNTHETIC_EURUSD }])
    expect(pastBars({ ...query, ...other }).past).not.toEqual(first.past)
})

it('keeps a few at most, and makes the same bars again after that', () => {
  const first = pastBars(query)
  for (let seed = 10; seed < 10 + MAX_KEPT_PASTS; seed++) pastBars({ ...query, seed })
  const again = pastBars(query)
  expect(again).not.toBe(first)
  expect(again).toEqual(first)
})
