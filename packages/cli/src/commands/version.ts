import type { Register } from '../command.ts'
import { jsonResult } from '../output.ts'
import { VERSION } from '../version.ts'

/** Adds `claw version`. */
export const registerVersion: Register = (program, done) => {
  program
    .command('version')
    .description('The versions of claw and of Node.')
    .option('--json', 'one JSON object on stdout', false)
    .action(({ json }: { readonly json: boolean }) =>
      done({
        command: 'version',
        options: { json },
        json,
        dryRun: 'changes-nothing',
        async run({ terminal }) {
          const data = { claw: VERSION, node: process.versions.node, platform: process.platform }
          if (json) terminal.out(jsonResult('claw.version/1', data, { tookMs: 0 }))
          else terminal.out(`claw ${data.claw} · node ${data.node} · ${data.platform}\n`)
          return 0
        },
      }),
    )
}
