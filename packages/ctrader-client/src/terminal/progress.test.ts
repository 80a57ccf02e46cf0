import { describe, expect, it } from 'vitest'
import { grouped, Progress } from './progress.ts'

function watch(interactive: boolean) {
  const texts: string[] = []
  let now = 0
  const progress = new Progress({ err: text => void texts.push(text), interactive }, 'ticks', {
    nowMs: () => now,
  })
  return { texts, progress, pass: (ms: number) => (now += ms) }
}

describe('Progress', () => {
  it('writes one line for each tenth where nobody watches', () => {
    const { texts, progress } = watch(false)
    for (let step = 0; step <= 100; step += 1) progress.update(step / 100, step * 10)
    expect(texts).toHaveLength(11)
    expect(texts.at(-1)).toBe('  ticks 100 %  1 000 rows\n')
  })

  it('writes a line after five seconds even when little has come', () => {
    const { texts, progress, pass } = watch(false)
    progress.update(0, 0)
    pass(4999)
    progress.update(0.01, 1)
    pass(1)
    progress.update(0.01, 1)
    expect(texts).toHaveLength(2)
  })

  it('draws over its bar on a terminal, at most ten times a second', () => {
    const { texts, progress, pass } = watch(true)
    for (let step = 0; step < 100; step += 1) {
      progress.update(step / 100, step)
      pass(10)
    }
    expect(texts).toHaveLength(10)
    expect(texts.every(text => text.startsWith('\r'))).toBe(true)
  })

  it('reckons the time left from what this run has done, not from what was there', () => {
    const { texts, progress, pass } = watch(true)
    progress.update(0.5, 0)
    pass(10_000)
    progress.update(0.75, 0)
    expect(texts.at(-1)).toContain('10 s left')
  })
})

describe('grouped', () => {
  it('parts thousands', () => {
    expect([0, 999, 1000, 46_912, 1_312_635].map(grouped)).toEqual([
      '0',
      '999',
      '1 000',
      '46 912',
      '1 312 635',
    ])
  })
})
