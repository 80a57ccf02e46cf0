import type { Register } from '../command.ts'
import { planned } from '../dry-run.ts'
import { oneOf, wholeNumber } from '../option-values.ts'
import { type DiffArguments, diffRuns } from '../report/diff-runs.ts'
import { type ExportFormat, exportRun, planExport } from '../report/export-run.ts'
import { listRuns } from '../report/list-runs.ts'
import { openRun, planOpen } from '../report/open-run.ts'

const RUN = 'a run: its name, the beginning of it, latest, latest~1 …'
const JSON_TEXT = 'one JSON object on stdout'

/** Adds `claw report` with its four commands. */
export const registerReport: Register = (program, done) => {
  const report = program.command('report').description('Opens, lists, compares and exports runs.')
  registerListAndOpen(report, done)
  registerDiff(report, done)
  registerExport(report, done)
}

const registerListAndOpen: Register = (report, done) => {
  report
    .command('list')
    .description('The newest runs with their figures.')
    .option('--limit <count>', 'so many', wholeNumber(1, 100_000), 20)
    .option('--json', JSON_TEXT, false)
    .action((options: { readonly limit: number; readonly json: boolean }) =>
      done({
        command: 'report list',
        options,
        json: options.json,
        dryRun: 'changes-nothing',
        run: context => listRuns(options, context),
      }),
    )
  report
    .command('open')
    .argument('[run]', RUN, 'latest')
    .description('Opens the page of a run in the browser; without a display it prints the path.')
    .option('--json', JSON_TEXT, false)
    .action((run: string, { json }: { readonly json: boolean }) => {
      const options = { run, json }
      done({
        command: 'report open',
        options,
        json,
        dryRun: planned('report open', json, context => planOpen(options, context)),
        run: context => openRun(options, context),
      })
    })
}

const registerDiff: Register = (report, done) => {
  report
    .command('diff')
    .argument('<a>', RUN)
    .argument('<b>', RUN)
    .description('Two runs trade by trade: the same, or another time, size, price, cost, missing, extra.')
    .option('--tolerance <minutes>', 'between entries that are one trade', wholeNumber(0, 100_000), 60)
    .option('--limit <rows>', 'of the table', wholeNumber(0, 1_000_000), 40)
    .option('--exit-code', 'exit 12 when a trade differs', false)
    .option('--json', JSON_TEXT, false)
    .action((one: string, other: string, options: Omit<DiffArguments, 'one' | 'other'>) => {
      const chosen: DiffArguments = { ...options, one, other }
      done({
        command: 'report diff',
        options: chosen,
        json: options.json,
        dryRun: 'changes-nothing',
        run: context => diffRuns(chosen, context),
      })
    })
}

const registerExport: Register = (report, done) => {
  report
    .command('export')
    .argument('[run]', RUN, 'latest')
    .description('Writes a run as a page, a document or a table of trades.')
    .option('--format <name>', 'html, json or csv', oneOf('html', 'json', 'csv'), 'html')
    .option('--out <file>', 'instead of stdout; asks before it writes over one that is there')
    .option('--json', `${JSON_TEXT}, of what was written`, false)
    .action(
      (
        run: string,
        options: { readonly format: ExportFormat; readonly out?: string; readonly json: boolean },
      ) => {
        const chosen = { ...options, run }
        done({
          command: 'report export',
          options: chosen,
          json: options.json,
          dryRun:
            chosen.out === undefined
              ? 'changes-nothing'
              : planned('report export', options.json, context => planExport(chosen, context)),
          run: context => exportRun(chosen, context),
        })
      },
    )
}
