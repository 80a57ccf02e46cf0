import { expect, it } from 'vitest'
import { instance } from './fixtures.ts'
import { quoteFilterView } from './quote-filter-view.ts'

const seen = { passed: 9990, quarantined: 10, defects: { zero: 0, spike: 3, crossed: 7 }, confirmedJumps: 1 }
const view = (change: Parameters<typeof instance>[0], confirmed = true) =>
  quoteFilterView(instance(change), confirmed)

it('counts what was kept back, most frequent kind first, and leaves out what did not occur', () => {
  expect(view({ quoteFilter: { wanted: true, seen } })).toEqual({
    label: 'On',
    tone: 'ok',
    figures: [
      { name: 'Passed', value: '9\u202f990' },
      { name: 'Kept back', value: '10 (0.10 %)' },
      { name: 'crossed', value: '7' },
      { name: 'spike', value: '3' },
      { name: 'Jumps believed', value: '1' },
    ],
  })
})

it('tells how often it went back from a wrong date, once it has', () => {
  expect(view({ quoteFilter: { wanted: true, seen: { ...seen, rewinds: 2 } } }).figures.at(-1)).toEqual({
    name: 'Wrong dates taken back',
    value: '2',
  })
})

it('warns when more than one quote in a hundred is kept back', () => {
  expect(view({ quoteFilter: { wanted: true, seen: { ...seen, quarantined: 200 } } }).tone).toBe('warn')
})

it('tells what runs from what was asked for', () => {
  const label = (change: Parameters<typeof instance>[0], confirmed = true) => view(change, confirmed).label
  expect(label({ quoteFilter: { wanted: false, seen } })).toBe('On, off from the next start')
  expect(label({ quoteFilter: { wanted: false, seen: null } })).toBe('Off: every quote reaches the strategy')
  expect(label({ quoteFilter: { wanted: true, seen: null } })).toBe('Off, on from the next start')
  expect(label({ actual: 'stopped', quoteFilter: { wanted: true, seen: null } })).toBe(
    'On from the next start',
  )
  expect(label({ quoteFilter: { wanted: false, seen } }, false)).toBe('Off from the next start')
})
