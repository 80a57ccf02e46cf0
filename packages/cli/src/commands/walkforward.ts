import { InvalidArgumentError } from 'commander'
import type { CommandContext, Register } from '../command.ts'
import { planned } from '../dry-run.ts'
import { CliError } from '../errors.ts'
import { addDataOptions, addStrategyOptions } from '../research/options.ts'
import { addSearchOptions } from '../research/search-options.ts'
import { planWalkForward } from '../walk-forward/plan-walk-forward.ts'
import { runWalkForward, type WalkForwardArguments } from '../walk-forward/run-walk-forward.ts'

/** Adds `claw walkforward`. */
export const registerWalkForward: Register = (program, done) => {
  const command = program
    .command('walkforward')
    .argument('[strategy]', 'a file, an id of the project (its name or folder), or S01 to S09')
    .description('Chooses parameters on past spans and runs each choice on what followed.')
  addStrategyOptions(command)
  addDataOptions(command)
  addSearchOptions(command)
    .option('--in-sample <days>', 'what is chosen on', length, 90)
    .option('--out-of-sample <days>', 'what each choice is judged on', length, 30)
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
        runsStrategies: true,
        dryRun: planned('walkforward', options.json, context => {
          checkGaps(chosen)
          return planWalkForward(chosen, context)
        }),
        run: (context: CommandContext) => {
          checkGaps(chosen)
          return runWalkForward(chosen, context)
        },
      })
    })
}

/** @throws {@link CliError} `usage` */
function checkGaps({ inSample, purge, embargo }: WalkForwardArguments): void {
  if (inSample > purge + embargo) return
  throw new CliError(
    'usage',
    `--in-sample ${inSample} leaves nothing to choose on: --purge ${purge} and --embargo ${embargo} are taken from its end. State more days.`,
  )
}

function length(text: string): number {
  const value = days(text)
  if (value > 0) return value
  throw new InvalidArgumentError('It must be a number of days above 0.')
}

function days(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && value <= 36_525) return value
  throw new InvalidArgumentError('It must be a number of days.')
}
