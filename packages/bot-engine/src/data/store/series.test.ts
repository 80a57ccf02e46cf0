import { TIMEFRAMES } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { chunkOf, chunkSpan, lengthMsOf } from './series.ts'

describe('chunkOf', () => {
  it.each(TIMEFRAMES)(
    'puts bars of %s into files of a month below an hour, and of a year from there on',
    series => {
      const name = lengthMsOf(series) < 3_600_000 ? '2024-03' : '2024'
      expect(chunkOf(Date.UTC(2024, 2, 31, 23, 59), series)).toBe(name)
      const { from, to } = chunkSpan(name, series) ?? expect.fail('no span')
      expect([chunkOf(from - 1, series), chunkOf(from, series), chunkOf(to - 1, series)]).not.toContain(
        chunkOf(to, series),
      )
      expect(chunkOf(from, series)).toBe(chunkOf(to - 1, series))
    },
  )
})
