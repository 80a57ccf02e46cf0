import type { CommandContext, Register } from '../command.ts'
import { planned } from '../dry-run.ts'
import { addOutOfSample } from '../research/held-back.ts'
import { addDataOptions, addStrategyOptions } from '../research/options.ts'
import { addSearchOptions } from '../research/search-options.ts'
import { addSweepSearch } from '../sweep/sweep-search.ts'
import { planSweep } from '../sweep/plan-sweep.ts'
import { runSweep, type SweepArguments } from '../sweep/run-sweep.ts'

/** Adds `claw sweep`. */
export const registerSweep: Register = (program, done) => {
  const command = program
    .command('sweep')
    .argument('[strategy]', 'a file, an id of the project (its name or folder), or S01 to S09')
    .description(
      'Runs a strategy with combinations of some parameters, all or chosen ones, and says what the best is worth.',
    )
  addStrategyOptions(command)
  addDataOptions(command)
  addOutOfSample(command, 'the last part of the time, held back for claw backtest; 0: nothing')
  addSearchOptions(command)
  addSweepSearch(command)
    .option('--resume <id>', 'goes on with a sweep that was interrupted')
    .option('--json', 'one JSON object on stdout', false)
    .addHelpText(
      'after',
      '\nThe best is confirmed by claw backtest on the rows that were held back. claw walkforward judges the way of choosing;\nit sees those rows too, so look at the backtest first.',
    )
    .action((strategy: string | undefined, options: Omit<SweepArguments, 'strategy'>) => {
      const chosen: SweepArguments = { ...options, ...(strategy !== undefined && { strategy }) }
      done({
        command: 'sweep',
        options: chosen,
        json: options.json,
        runsStrategies: true,
        dryRun: planned('sweep', options.json, context => planSweep(chosen, context)),
        run: (context: CommandContext) => runSweep(chosen, context),
      })
    })
}
