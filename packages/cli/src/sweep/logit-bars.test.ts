import { expect, it } from 'vitest'
import { logitBars } from './logit-bars.ts'

it('draws bins from the worst to the best, the middle marked, empty ones blank', () => {
  const bins = [0, 1, 4, 8].map((count, i) => ({ from: i, to: i + 1, count }))
  expect(logitBars(bins)).toBe('worst  ▁│▄█ best')
  expect(logitBars(bins.map(bin => ({ ...bin, count: 0 })))).toBe('worst   │   best')
})
