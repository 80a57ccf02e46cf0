import { expect, it } from 'vitest'
import type { CpuProfile } from './cpu-profile.ts'
import { hotFunctions, type Node } from './hot-functions.ts'

const OWN = 'file:///project/strategy.ts'
const ENGINE = 'file:///modules/engine.js'

interface Frame {
  readonly name: string
  readonly url?: string
  /** From 0, as V8 counts. */
  readonly line?: number
  readonly children?: readonly number[]
}

/** A profile of frames by their ids from 1, the root first, and of looks: which was on top, and for how long. */
function profileOf(
  frames: readonly Frame[],
  looks: readonly (readonly [id: number, us: number])[],
): CpuProfile {
  const total = looks.reduce((sum, [, us]) => sum + us, 0)
  return {
    nodes: frames.map(({ name, url = '', line = 0, children = [] }, index) => ({
      id: index + 1,
      callFrame: { functionName: name, url, lineNumber: line, columnNumber: 0, scriptId: '1' },
      children: [...children],
    })),
    startTime: 1000,
    endTime: 1000 + total,
    samples: looks.map(([id]) => id),
    // Of each look the time since the one before.
    timeDeltas: [0, ...looks.slice(0, -1).map(([, us]) => us)],
  }
}

const isOwn = ({ callFrame: { url } }: Node) => url.startsWith(OWN)

it('counts what a function calls in the engine for it, and what it calls of its own file for that', () => {
  const profile = profileOf(
    [
      { name: '(root)', children: [2] },
      { name: 'backtest', url: ENGINE, children: [3] },
      { name: 'onBar', url: `${OWN}?version=7`, line: 18, children: [4, 6] },
      { name: 'buy', url: ENGINE, children: [5] },
      { name: 'fill', url: ENGINE },
      { name: 'slowMean', url: OWN, line: 2 },
    ],
    [
      [2, 100],
      [3, 50],
      [4, 50],
      [5, 300],
      [6, 500],
    ],
  )
  expect(hotFunctions(profile, isOwn)).toEqual({
    tookMs: 1,
    looks: 5,
    strategy: 0.9,
    garbage: 0,
    functions: [
      { name: 'slowMean', file: '/project/strategy.ts', line: 3, share: 0.5 },
      { name: 'onBar', file: '/project/strategy.ts', line: 19, share: 0.4, mostlyIn: 'buy' },
    ],
  })
})

it('puts together a function that was called from several places, and one that calls itself', () => {
  const profile = profileOf(
    [
      { name: '(root)', children: [2, 4] },
      { name: 'onBar', url: OWN, line: 1, children: [3] },
      { name: 'walk', url: OWN, line: 9, children: [5] },
      { name: 'onQuote', url: OWN, line: 20, children: [6] },
      { name: 'walk', url: OWN, line: 9 },
      { name: 'walk', url: OWN, line: 9 },
    ],
    [
      [3, 200],
      [5, 300],
      [6, 500],
    ],
  )
  expect(hotFunctions(profile, isOwn).functions).toEqual([
    { name: 'walk', file: '/project/strategy.ts', line: 10, share: 1 },
  ])
})

it('leaves out the time that nobody used, and tells that of the garbage apart', () => {
  const profile = profileOf(
    [
      { name: '(root)', children: [2, 3, 4] },
      { name: '(idle)' },
      { name: '(garbage collector)' },
      { name: '', url: OWN, line: 4 },
    ],
    [
      [2, 9000],
      [3, 250],
      [4, 750],
    ],
  )
  expect(hotFunctions(profile, isOwn)).toEqual({
    tookMs: 1,
    looks: 3,
    strategy: 0.75,
    garbage: 0.25,
    functions: [{ name: 'a nameless function', file: '/project/strategy.ts', line: 5, share: 0.75 }],
  })
})

it('tells of a profile without a look nothing', () => {
  expect(hotFunctions(profileOf([{ name: '(root)' }], []), isOwn)).toMatchObject({ tookMs: 0, functions: [] })
})
