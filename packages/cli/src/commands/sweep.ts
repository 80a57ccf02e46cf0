import type { CommandContext, Register } from '../command.ts'
import {
  addDataOptions,
  addStrategyOptions,
  type DataOptions,
  type StrategyOptions,
} from '../research/options.ts'
import { addSearchOptions, type SearchOptions } from '../research/search-options.ts'
import { runSweep } from '../sweep/run-sweep.ts'

/** What `claw sweep` was asked. */
export interface SweepArguments extends StrategyOptions, DataOptions, SearchOptions {
  readonly strategy?: string
  /** Id of a sweep to go on with; everything else comes from it. */
  readonly resume?: string
  readonly json: boolean
}

/** Adds `claw sweep`. */
export const registerSweep: Register = (program, done) => {
  const command = program
    .command('sweep')
    .argument('[strategy]', 'a file, an id of the project (its name or folder), or S01 to S09')
    .description(
      'Runs a strategy with every combination of some parameters, and says what the best is worth.',
    )
  addStrategyOptions(command)
  addDataOptions(command)
  addSearchOptions(command)
    .option('--resume <id>', 'goes on with a sweep that was interrupted')
    .option('--json', 'one JSON object on stdout', false)
    .action((strategy: string | undefined, options: Omit<SweepArguments, 'strategy'>) => {
      const chosen: SweepArguments = { ...options, ...(strategy !== undefined && { strategy }) }
      done({
        command: 'sweep',
        options: chosen,
        json: options.json,
        run: (context: CommandContext) => runSweep(chosen, context),
      })
    })
}
