import { defineStrategy } from '@openclaw-trading/bot-engine'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checkedParams, readAssignment, readPreset } from './params.ts'

const strategy = defineStrategy({
  name: 'gold-fade',
  params: z
    .object({
      period: z.int().min(5).max(200).default(20),
      deviation: z.number().min(0.5).max(5).default(2),
      share: z.number().gt(0).lt(1).default(0.5),
      side: z.enum(['both', 'long']).default('both'),
      fast: z.int().default(10),
      slow: z.int().default(30),
    })
    .refine(p => p.fast < p.slow, 'fast must be below slow'),
  feeds: () => ({}),
  create: () => ({}),
})
const check = (...assignments: string[]) => checkedParams(strategy, assignments.map(readAssignment))

describe('parameters', () => {
  it('are numbers and words as they were written, without the defaults', () => {
    expect(check('period=30', 'side=long')).toEqual({ period: 30, side: 'long' })
  })

  it('take the later of two values, so that the command line wins over a preset', () => {
    const preset = readPreset('{"period": 30}', 'calm.json')
    expect(checkedParams(strategy, [...preset, readAssignment('period=40')])).toEqual({ period: 40 })
  })

  it('above their maximum are told with value, bound, default and place', () => {
    const preset = readPreset('{\n  "period": 20,\n  "deviation": 9\n}', 'presets/calm.json')
    expect(() => checkedParams(strategy, preset)).toThrow(
      '[invalid-params] gold-fade.deviation = 9 is above its maximum 5 (default 2). Given in presets/calm.json:3.',
    )
  })

  it('at a bound that is none of the range are told which side of it is meant', () => {
    expect(() => check('share=1')).toThrow('gold-fade.share = 1 must be below 1 (default 0.5).')
    expect(() => check('share=0')).toThrow('gold-fade.share = 0 must be above 0 (default 0.5).')
  })

  it('of a wrong kind are told with the kind', () => {
    expect(() => check('period=long')).toThrow(
      'gold-fade.period = "long" is no integer from 5 to 200 (default 20).',
    )
    expect(() => check('side=short')).toThrow(
      'gold-fade.side = "short" is not one of both, long (default "both").',
    )
  })

  it('that do not exist are answered with the nearest and with all there are', () => {
    expect(() => check('peroid=20')).toThrow(
      'gold-fade has no parameter "peroid" (--set peroid=20). Did you mean "period"? Known: period, deviation, share, side, fast, slow.',
    )
  })

  it('that contradict each other are told with their values, defaults included', () => {
    expect(() => check('fast=50')).toThrow('gold-fade: fast must be below slow (fast 50, slow 30).')
  })

  it('with several problems are told all at once', () => {
    expect(() => check('period=1', 'dev=2')).toThrow(
      /no parameter "dev"[\s\S]*period = 1 is below its minimum 5/,
    )
  })

  it.each(['period', '=3', ''])('cannot be set by "%s"', text => {
    expect(() => readAssignment(text)).toThrow('[usage]')
  })
})
