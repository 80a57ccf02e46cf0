import type { AnyStrategy } from '../../strategy/define.ts'
import { between, partsOf, spanOf, timesOf } from '../data-columns.ts'
import type { SharedOptions } from '../trial.ts'
import { TrialRunner } from '../trial-runner.ts'
import type { WorkerJob } from './messages.ts'

/** From the eighth object of a class on V8 takes its size as settled, and drops what it compiled before. */
const REHEARSALS = 10
/** Each over one row in so many: all of them together are a fiftieth of a run. */
const SHARE = 500
/** No further one begins then: a strategy that takes long to make is not made ten times for nothing. */
const MOST_MS = 500

/**
 * Runs a job several times over its first rows, for nothing but the compiler.
 *
 * What V8 compiles while it knows the objects and closures of one run only, it drops in the second, which is then nearly
 * as slow as the first. Over 500,000 bars of M1 the second run took 250 ms of its thread and 230 ms of the compiler's
 * without rehearsals, and 190 and 50 with them.
 */
export async function rehearse(
  strategy: AnyStrategy,
  options: SharedOptions<AnyStrategy>,
  { params, span }: Pick<WorkerJob, 'params' | 'span'>,
): Promise<void> {
  const data = span === undefined ? options.data : between(options.data, span.from, span.to)
  const from = spanOf(data)?.from
  if (from === undefined) return
  const to = Math.min(
    ...partsOf(data).map(part => timesOf(part)[Math.floor(part.length / SHARE)] ?? Number.POSITIVE_INFINITY),
  )
  const runner = new TrialRunner(strategy, options)
  const startedMs = performance.now()
  try {
    for (let i = 0; i < REHEARSALS && performance.now() < startedMs + MOST_MS; i++)
      await runner.run({ params, span: { from, to } })
  } catch {
    // Too few rows, or a strategy that fails: the run itself will tell.
  }
}
