import type { AnyStrategy } from '../../strategy/define.ts'
import { between, partsOf, spanOf, timesOf } from '../data-columns.ts'
import type { TrialOptions } from '../trial.ts'
import { TrialRunner } from '../trial-runner.ts'
import type { WorkerJob } from './messages.ts'

/** V8 takes the size of a class's objects as settled from the eighth on; some of what it compiled before goes later. */
const REHEARSALS = 20
/** Each over one row in so many: all of them together are a tenth of a run. */
const SHARE = 200

/**
 * Runs a job several times over its first rows, for nothing but the compiler.
 *
 * What V8 compiles while it knows the objects and closures of few runs, it drops in later ones and compiles anew. Over
 * 250,000 bars of M1, in processor time of the thread and of the threads of compiler and collector: without rehearsals
 * the second run took 125 + 180 ms and the eighth to thirteenth 80 + 40, of 68 + 5 in the end; with them the second
 * 105 + 55, and from the third on all are alike. They take 40 to 60 ms themselves.
 */
export async function rehearse(
  strategy: AnyStrategy,
  options: TrialOptions<AnyStrategy>,
  { params, span }: Pick<WorkerJob, 'params' | 'span'>,
): Promise<void> {
  const data = span === undefined ? options.data : between(options.data, span.from, span.to)
  const from = spanOf(data)?.from
  if (from === undefined) return
  const to = Math.min(
    ...partsOf(data).map(part => timesOf(part)[Math.floor(part.length / SHARE)] ?? Number.POSITIVE_INFINITY),
  )
  const runner = new TrialRunner(strategy, options)
  try {
    // A fixed number: what a strategy keeps outside its `create` is the same in every thread.
    for (let i = 0; i < REHEARSALS; i++) await runner.run({ params, span: { from, to } })
  } catch {
    // Too few rows, or a strategy that fails: the run itself will tell.
  }
}
