import { isScaffoldError, writeStrategy } from 'create-claw'
import type { CommandContext, Register } from '../command.ts'
import { CliError } from '../errors.ts'
import { openProject, requireProject } from '../project/config.ts'

/** Adds `claw new strategy`. */
export const registerNew: Register = (program, done) => {
  const group = program.command('new').description('Writes a new strategy into the project.')
  group
    .command('strategy')
    .argument('<name>', 'lower case, digits and hyphens, e.g. gold-fade')
    .description('Writes strategies/<name> with a strategy, its test and a page on why it should work.')
    .action((name: string) =>
      done({ command: 'new strategy', options: { name }, run: context => newStrategy(name, context) }),
    )
}

/** @throws {@link CliError} `no-project`, `usage`, `conflict` */
async function newStrategy(name: string, { terminal }: CommandContext): Promise<number> {
  const project = await openProject(terminal.cwd)
  requireProject(project)
  try {
    const { files } = writeStrategy(project.folder, name)
    for (const file of files) terminal.out(`  ✔ ${file}\n`)
  } catch (error) {
    if (!isScaffoldError(error)) throw error
    const text = error.message.replace(/^\[[a-z-]+\] /, '')
    throw new CliError(error.code === 'already-exists' ? 'conflict' : 'usage', text, { cause: error })
  }
  terminal.out(`  Next: claw backtest ${name}\n`)
  return 0
}
