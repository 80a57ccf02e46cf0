import { foldsOf, planGrid } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { runText } from '../backtest/plan-backtest.ts'
import type { CommandContext } from '../command.ts'
import type { Plan } from '../dry-run.ts'
import { beginSearch } from '../research/begin-search.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { plannedFiles } from '../research/planned-search.ts'
import { prepareRun } from '../research/prepare.ts'
import { keptRuns, WALK_FORWARD } from '../research/saved-search.ts'
import { optionsOf, type WalkForwardArguments } from './run-walk-forward.ts'

/** What `claw walkforward` would run; a fold without a row, e.g. of holidays, is counted too. */
export async function planWalkForward(given: WalkForwardArguments, started: CommandContext): Promise<Plan> {
  const { asked, strategy, before, project, context } = await beginSearch(WALK_FORWARD, given, started)
  checkPlaces(project, { report: asked.report, dryRun: true })
  const prepared = await prepareRun(strategy, asked, context)
  const options = optionsOf(prepared, asked, before !== undefined)
  const { firstAt, lastAt } = prepared.data
  const folds = foldsOf({ from: firstAt, to: lastAt + 1 }, options).length
  const { combinations } = planGrid(prepared.source.strategy, options.grid, {
    base: prepared.params,
    random: options.random,
  })
  // Each combination in each fold, and over all rows out of sample for the probability of overfitting.
  const runs = combinations.length * (folds + 1)
  const done = before === undefined ? '' : `; ${grouped(keptRuns(before))} of them are done`
  const what = `at most ${grouped(runs)} runs on ${asked.workers} workers, ${grouped(combinations.length)} combinations in ${folds} folds${done}`
  return {
    changes: [
      { does: 'run', what: `${what}: ${runText(prepared)}` },
      { does: 'run', what: `the choice of each fold on the ${asked.outOfSample} days after it` },
      { does: 'run', what: 'the last choice once more in its sample, in a thread of its own' },
      ...plannedFiles(WALK_FORWARD, prepared, before, asked.report),
    ],
    warnings: prepared.data.notes,
  }
}
