import { wholeNumber } from '../option-values.ts'
import type { CommandContext, Register } from '../command.ts'
import { addDataOptions, addStrategyOptions } from '../research/options.ts'
import { runCheck, type CheckArguments } from '../check/run-check.ts'

/** Adds `claw check`. */
export const registerCheck: Register = (program, done) => {
  const command = program
    .command('check')
    .argument('<strategy>', 'a file, an id of the project (its name or folder), or S01 to S09')
    .description(
      'Looks for what makes a backtest lie: the future, a short warm-up, chance, clocks, async code.',
    )
  addStrategyOptions(command)
  addDataOptions(command)
  command
    .option('--cuts <count>', 'instants after which the future is removed', wholeNumber(1, 1000), 12)
    .option('--json', 'one JSON object on stdout', false)
    .action((strategy: string, options: Omit<CheckArguments, 'strategy'>) => {
      const chosen: CheckArguments = { ...options, strategy }
      done({
        command: 'check',
        options: chosen,
        json: options.json,
        runsStrategies: true,
        dryRun: 'changes-nothing',
        run: (context: CommandContext) => runCheck(chosen, context),
      })
    })
}
