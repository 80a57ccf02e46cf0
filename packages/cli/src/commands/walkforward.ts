import { InvalidArgumentError } from 'commander'
import type { CommandContext, Register } from '../command.ts'
import {
  addDataOptions,
  addStrategyOptions,
  type DataOptions,
  type StrategyOptions,
} from '../research/options.ts'
import { addSearchOptions, type SearchOptions } from '../research/search-options.ts'
import { runWalkForward } from '../walk-forward/run-walk-forward.ts'

/** What `claw walkforward` was asked; spans in days. */
export interface WalkForwardArguments extends StrategyOptions, DataOptions, SearchOptions {
  readonly strategy?: string
  /** Id of a walk-forward to go on with; everything else comes from it. */
  readonly resume?: string
  readonly inSample: number
  readonly outOfSample: number
  readonly anchored: boolean
  readonly purge: number
  readonly embargo: number
  readonly json: boolean
}

/** Adds `claw walkforward`. */
export const registerWalkForward: Register = (program, done) => {
  const command = program
    .command('walkforward')
    .argument('[strategy]', 'a file, an id of the project (its name or folder), or S01 to S09')
    .description('Chooses parameters on past spans and runs each choice on what followed.')
  addStrategyOptions(command)
  addDataOptions(command)
  addSearchOptions(command)
    .option('--in-sample <days>', 'what is chosen on', days, 90)
    .option('--out-of-sample <days>', 'what each choice is judged on', days, 30)
    .option('--anchored', 'every choice is made on all data before', false)
    .option('--purge <days>', 'left out between both: as long as a trade may last', days, 1)
    .option('--embargo <days>', 'left out in addition', days, 0)
    .option('--resume <id>', 'goes on with a walk-forward that was interrupted')
    .option('--json', 'one JSON object on stdout', false)
    .action((strategy: string | undefined, options: Omit<WalkForwardArguments, 'strategy'>) => {
      const chosen: WalkForwardArguments = { ...options, ...(strategy !== undefined && { strategy }) }
      done({
        command: 'walkforward',
        options: chosen,
        json: options.json,
        run: (context: CommandContext) => runWalkForward(chosen, context),
      })
    })
}

function days(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && value <= 36_525) return value
  throw new InvalidArgumentError('It must be a number of days.')
}
