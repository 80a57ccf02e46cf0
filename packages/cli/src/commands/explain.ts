import type { Register } from '../command.ts'
import { explainCode } from '../explain/explain-code.ts'

/** Adds `claw explain`. */
export const registerExplain: Register = (program, done) => {
  program
    .command('explain')
    .argument('[code]', 'of a message, e.g. look-ahead; without one all are listed')
    .description('What a code means and what to do; needs no network.')
    .option('--json', 'one JSON object on stdout', false)
    .action((code: string | undefined, { json }: { readonly json: boolean }) => {
      const options = { json, ...(code !== undefined && { code }) }
      done({
        command: 'explain',
        options,
        json,
        dryRun: 'changes-nothing',
        run: context => explainCode(options, context),
      })
    })
}
