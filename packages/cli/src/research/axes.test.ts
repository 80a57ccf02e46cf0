import { defineStrategy } from '@openclaw-trading/bot-engine'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Axis, gridOf, readAxis } from './axes.ts'

const strategy = defineStrategy({
  name: 'fade',
  params: z
    .object({
      period: z.int().min(5).max(50).default(20),
      slow: z.int().default(30),
      side: z.enum(['buy', 'sell']).default('buy'),
    })
    .refine(p => p.period < p.slow, 'period must be below slow'),
  feeds: () => ({}),
  create: () => ({}),
})
const axes = (...texts: string[]) => texts.reduce<readonly Axis[]>((all, text) => readAxis(text, all), [])

describe('an axis', () => {
  it('is a range, or a list of numbers and words', () => {
    expect(axes('period=10:40:15', 'deviation=1.5:2:0.25', 'side=buy,sell', 'slow=40,50', 'x=1:3')).toEqual([
      { name: 'period', values: [10, 25, 40], text: 'period=10:40:15' },
      { name: 'deviation', values: [1.5, 1.75, 2], text: 'deviation=1.5:2:0.25' },
      { name: 'side', values: ['buy', 'sell'], text: 'side=buy,sell' },
      { name: 'slow', values: [40, 50], text: 'slow=40,50' },
      { name: 'x', values: [1, 2, 3], text: 'x=1:3' },
    ])
  })

  it.each(['period', '=1', 'period=', 'period=5:1:1', 'period=1:5:0', 'period=1:2:3:4', 'period=a:b'])(
    'is not "%s"',
    text => {
      expect(() => readAxis(text)).toThrow()
    },
  )

  it('has one name once', () => {
    expect(() => axes('period=5', 'period=6')).toThrow('period has an axis already')
  })
})

describe('a grid', () => {
  it('is refused for unknown names and values out of range, with every problem', () => {
    expect(() => gridOf(strategy, axes('peroid=10:20:5', 'period=3:99:3', 'side=buy,up'), {})).toThrow(
      /no parameter "peroid" \(--axis peroid=10:20:5\)\. Did you mean "period"\?.*\n.*period = 3 is below its minimum 5[\s\S]*side = "up" is not one of buy, sell/,
    )
    const set = [{ name: 'period', place: '--set period=50' }]
    expect(() => gridOf(strategy, axes('period=10:20:5'), {}, set)).toThrow(
      'an axis and a value (--set period=50)',
    )
    expect(() => gridOf(strategy, [], {})).toThrow('--axis period=20:40:5')
  })

  it('leaves rules across parameters to each combination', () => {
    expect(gridOf(strategy, axes('period=10:50:20', 'slow=20,40'), { side: 'sell' })).toEqual({
      period: [10, 30, 50],
      slow: [20, 40],
    })
  })
})
