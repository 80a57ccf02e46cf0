import type { Command } from 'commander'
import type { CommandContext, Register } from '../command.ts'
import { planned } from '../dry-run.ts'
import { addOutOfSample } from '../research/held-back.ts'
import { addDataOptions, addStrategyOptions } from '../research/options.ts'
import { readBound } from '../backtest/bound.ts'
import { planBacktest } from '../backtest/plan-backtest.ts'
import { runBacktest, type BacktestArguments } from '../backtest/run-backtest.ts'
import { watchBacktest } from '../backtest/watch-backtest.ts'

/** Adds `claw backtest`. */
export const registerBacktest: Register = (program, done) => {
  const command: Command = program
    .command('backtest')
    .argument('<strategy>', 'a file, an id of the project (its name or folder), or S01 to S09')
    .description('Runs a strategy over recorded or made market data and writes a report.')
  addStrategyOptions(command)
  addDataOptions(command)
  addOutOfSample(command, 'the last part of the time, told apart')
    .option(
      '--fail-under <figure=value>',
      'exit 12 where the whole run is below it: sharpe, profitFactor, netProfit, trades; repeatable',
      readBound,
      [],
    )
    .option('--no-report', 'writes no files')
    .option('--no-check', 'leaves out look-ahead, warm-up and determinism')
    .option('--watch', 'again on each save of its file, without checks and report; q ends', false)
    .option('--json', 'one JSON object on stdout', false)
    .action((strategy: string, options: Omit<BacktestArguments, 'strategy'>) => {
      const chosen: BacktestArguments = { ...options, strategy }
      done({
        command: 'backtest',
        options: chosen,
        json: options.json,
        runsStrategies: true,
        profiles: true,
        dryRun: planned('backtest', options.json, context => planBacktest(chosen, context)),
        run: (context: CommandContext) =>
          chosen.watch ? watchBacktest(chosen, context) : runBacktest(chosen, context),
      })
    })
}
