import { describe, expect, it } from 'vitest'
import { MAX_TICKS, MAX_TICKS_PER_ANSWER, TickHistory } from './ticks.ts'

function filled(count: number, atOf: (i: number) => number = i => i): TickHistory<number> {
  const history = new TickHistory<number>()
  for (let i = 0; i < count; i++) history.append({ at: atOf(i), bid: 1000 + i, ask: 2000 + i }, i)
  return history
}

const ALL = { side: 'bid', from: 0, to: 1e12 } as const

describe('TickHistory', () => {
  it('gives one side, newest first, both ends included', () => {
    const history = filled(10)
    expect(history.query({ side: 'bid', from: 7, to: 9 })).toEqual({
      ticks: [
        { at: 9, points: 1009 },
        { at: 8, points: 1008 },
        { at: 7, points: 1007 },
      ],
      hasMore: false,
    })
    expect(history.query({ side: 'ask', from: 0, to: 0 }).ticks).toEqual([{ at: 0, points: 2000 }])
    expect(history.query({ side: 'ask', from: 10, to: 20 })).toEqual({ ticks: [], hasMore: false })
    expect(new TickHistory().query(ALL)).toEqual({ ticks: [], hasMore: false })
  })

  it('pages through everything when one goes on a millisecond before the oldest, over chunks and equal times', () => {
    const count = 3 * MAX_TICKS_PER_ANSWER + 2000
    const history = filled(count, i => Math.floor(i / 3))
    const found: number[] = []
    let to = ALL.to
    for (let hasMore = true; hasMore; ) {
      const page = history.query({ ...ALL, to })
      found.push(...page.ticks.map(({ points }) => points))
      to = (page.ticks.at(-1)?.at ?? 0) - 1
      hasMore = page.hasMore
    }
    expect(found).toEqual(Array.from({ length: count }, (_, i) => 1000 + count - 1 - i))
  })

  it('says that there is more only when the question covers it', () => {
    const history = filled(MAX_TICKS_PER_ANSWER + 1)
    expect(history.query(ALL)).toMatchObject({ hasMore: true })
    expect(history.query({ ...ALL, from: 1 })).toMatchObject({ hasMore: false })
    expect(history.query({ ...ALL, from: 1 }).ticks).toHaveLength(MAX_TICKS_PER_ANSWER)
  })

  it('keeps its limit, forgets the oldest first, and knows what the oldest was made from', () => {
    const history = filled(MAX_TICKS + 1)
    expect(history.length).toBe(MAX_TICKS - 16_384 + 1)
    expect(history.origin).toBe(16_384)
    expect(history.query({ side: 'bid', from: 0, to: 16_383 }).ticks).toEqual([])
    expect(history.query({ side: 'bid', from: 0, to: 16_384 }).ticks).toEqual([
      { at: 16_384, points: 17_384 },
    ])
  })
})
