import { expect, it } from 'vitest'
import { climbDown, type Rung, STOP_LADDER } from './stop-ladder.ts'

/** A process that ends at a rung; `null` never. It notes all that is done to it. */
function target(endsAt: Rung | 'before' | null, canBeAsked = true) {
  const done: string[] = []
  let ended = endsAt === 'before'
  const reach = (rung: Rung): void => {
    if (rung === endsAt) ended = true
  }
  return {
    done,
    ask: () => {
      done.push('ask')
      if (canBeAsked) reach('ask')
      return canBeAsked
    },
    signal: async (name: 'SIGTERM' | 'SIGKILL') => {
      done.push(name)
      reach(name === 'SIGTERM' ? 'term' : 'kill')
      return true
    },
    endedWithin: async (ms: number) => {
      if (ms > 0) done.push(`wait ${ms}`)
      return ended
    },
  }
}

it.each([
  ['before', []],
  ['ask', ['ask', 'wait 5000']],
  ['term', ['ask', 'wait 5000', 'SIGTERM', 'wait 2000']],
  ['kill', ['ask', 'wait 5000', 'SIGTERM', 'wait 2000', 'SIGKILL', 'wait 1000']],
] as const)('goes no further than needed for a process that ends at: %s', async (endsAt, done) => {
  const process = target(endsAt)
  const rungs: Rung[] = []
  expect(await climbDown(process, STOP_LADDER, rung => rungs.push(rung))).toBe(true)
  expect(process.done).toEqual(done)
  expect(rungs.at(-1)).toBe(endsAt === 'before' ? undefined : endsAt)
})

it('loses no time on one that cannot be asked', async () => {
  const process = target('term', false)
  expect(await climbDown(process, STOP_LADDER)).toBe(true)
  expect(process.done).toEqual(['ask', 'SIGTERM', 'wait 2000'])
})

it('says so when a process lives on', async () => {
  expect(await climbDown(target(null), STOP_LADDER)).toBe(false)
})

it('takes less than 10 s in all', () => {
  const { askMs, termMs, killMs } = STOP_LADDER
  expect(askMs + termMs + killMs).toBeLessThan(10_000)
})
