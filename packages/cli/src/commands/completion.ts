import { Argument } from 'commander'
import type { Register } from '../command.ts'
import { completionScript, type Shell, SHELLS } from '../completion/scripts.ts'
import { jsonResult } from '../output.ts'

/** Adds `claw completion`; the tree must have all other commands too. */
export const registerCompletion: Register = (program, done) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'that reads the script').choices(SHELLS))
    .description('A script that completes commands and options: eval "$(claw completion bash)".')
    .option('--json', 'one JSON object on stdout', false)
    .action((shell: Shell, { json }: { readonly json: boolean }) =>
      done({
        command: 'completion',
        options: { shell },
        json,
        dryRun: 'changes-nothing',
        async run({ terminal }) {
          const script = completionScript(program, shell)
          terminal.out(json ? jsonResult('claw.completion/1', { shell, script }, { tookMs: 0 }) : script)
          return 0
        },
      }),
    )
}
