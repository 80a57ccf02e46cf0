// How the hub brings about what a person wants of a bot: one pure step at a time, and a growing wait after each crash.
// Run: npx tsx --conditions=@openclaw-trading/source examples/10-control-plane.ts
import { decideRestart, type PlanInput, plan } from '@openclaw-trading/control-plane'

/** What a person wants and what is, as the rows of a bot instance say; `now` is wall time in milliseconds. */
let row: PlanInput = {
  desired: 'running',
  actual: 'stopped',
  generation: 1,
  actualGeneration: 0,
  nextRetryAt: null,
}
let now = Date.UTC(2025, 0, 6, 7)
let crashes: readonly number[] = []

// #region pass
/** One pass of the hub: looks at the rows anew and takes the one step that leads on. Any pass may run again. */
function pass(): void {
  const step = plan(row, now)
  console.log(`${row.desired} wanted, ${row.actual}: ${step.type}`)
  if (step.type === 'start') row = { ...row, actual: 'running', actualGeneration: row.generation }
  if (step.type === 'stop') row = { ...row, actual: 'stopped' }
  if (step.type === 'wait') now = step.until
}
// #endregion pass

/** The process dies. After five restarts within ten minutes only a person can have it started again. */
function crash(): void {
  const decision = decideRestart(crashes, now, () => 0.5)
  crashes = decision.crashTimes
  const actual = decision.type === 'retry' ? 'crashed' : 'failed'
  row = { ...row, actual, nextRetryAt: decision.type === 'retry' ? decision.retryAt : null }
}

pass()
while (row.actual !== 'failed') {
  crash()
  pass()
  pass()
}
// A person has looked, and wants it again: a new generation.
row = { ...row, generation: 2 }
pass()
row = { ...row, desired: 'stopped', generation: 3 }
pass()
pass()
