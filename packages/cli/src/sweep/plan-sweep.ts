import { planGrid } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { runText } from '../backtest/plan-backtest.ts'
import type { CommandContext } from '../command.ts'
import type { Plan } from '../dry-run.ts'
import { beginSearch } from '../research/begin-search.ts'
import { heldBackLine } from '../research/held-back.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { plannedFiles } from '../research/planned-search.ts'
import { keptRuns, SWEEP } from '../research/saved-search.ts'
import { type SweepArguments, sweptRun } from './run-sweep.ts'
import { sweepSearchOf } from './sweep-search.ts'

/** What `claw sweep` would run, counted as the sweep counts it. */
export async function planSweep(given: SweepArguments, started: CommandContext): Promise<Plan> {
  const begin = await beginSearch(SWEEP, given, started)
  const { asked, before, project, context } = begin
  checkPlaces(project, { report: asked.report, dryRun: true })
  const { prepared, heldBack, grid } = await sweptRun(begin)
  const { random, search } = await sweepSearchOf(asked, context.terminal.cwd)
  const { strategy } = prepared.source
  const { combinations, refused } = planGrid(strategy, grid, { base: prepared.params, random })
  const most = Math.min(search?.trials ?? combinations.length, combinations.length)
  const runs = [
    `${search === undefined ? '' : 'at most '}${grouped(most)} runs on ${asked.workers} workers`,
    ...(before === undefined ? [] : [`${grouped(keptRuns(before))} of them are done`]),
    ...(refused.length === 0
      ? []
      : [`${grouped(refused.length)} combinations are left out, which the strategy refuses`]),
  ]
  return {
    changes: [
      { does: 'run', what: `${runs.join('; ')}: ${runText(prepared)}` },
      { does: 'run', what: 'the best of them once more, in a thread of its own' },
      ...(heldBack === undefined
        ? []
        : [{ does: 'hold back', what: heldBackLine(heldBack).trim().replace('held back: ', '') }]),
      ...plannedFiles(SWEEP, prepared, before, asked.report),
    ],
    warnings: prepared.data.notes,
  }
}
