import type { Register } from '../command.ts'
import { compareRuns } from '../report/compare-runs.ts'

/** Adds `claw compare`. */
export const registerCompare: Register = (program, done) => {
  program
    .command('compare')
    .argument('<a>', 'a run: its name, the beginning of it, latest, latest~1 …')
    .argument('<b>', 'another one')
    .description('The figures of two runs side by side, and in what they were made differently.')
    .option('--json', 'one JSON object on stdout', false)
    .action((one: string, other: string, { json }: { readonly json: boolean }) => {
      const options = { one, other, json }
      done({
        command: 'compare',
        options,
        json,
        dryRun: 'changes-nothing',
        run: context => compareRuns(options, context),
      })
    })
}
