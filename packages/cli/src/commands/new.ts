import { isScaffoldError, writeStrategy } from 'create-claw'
import type { CommandContext, Register } from '../command.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject, requireProject } from '../project/config.ts'

/** Adds `claw new strategy`. */
export const registerNew: Register = (program, done) => {
  const group = program.command('new').description('Writes a new strategy into the project.')
  group
    .command('strategy')
    .argument('<name>', 'lower case, digits and hyphens, e.g. gold-fade')
    .description('Writes strategies/<name> with a strategy, its test and a page on why it should work.')
    .option('--json', 'one JSON object on stdout', false)
    .action((name: string, { json }: { readonly json: boolean }) =>
      done({
        command: 'new strategy',
        options: { name, json },
        json,
        run: context => newStrategy(name, json, context),
      }),
    )
}

/** @throws {@link CliError} `no-project`, `usage`, `conflict` */
async function newStrategy(name: string, json: boolean, { terminal }: CommandContext): Promise<number> {
  const startedMs = performance.now()
  const project = await openProject(terminal.cwd)
  requireProject(project)
  try {
    const { files } = writeStrategy(project.folder, name)
    const tookMs = performance.now() - startedMs
    if (json) terminal.out(jsonResult('claw.new-strategy/1', { strategy: name, files }, { tookMs }))
    else for (const file of files) terminal.out(`  ✔ ${file}\n`)
  } catch (error) {
    if (!isScaffoldError(error)) throw error
    const text = error.message.replace(/^\[[a-z-]+\] /, '')
    throw new CliError(error.code === 'already-exists' ? 'conflict' : 'usage', text, { cause: error })
  }
  if (!json) terminal.out(`  Next: claw backtest ${name}\n`)
  return 0
}
