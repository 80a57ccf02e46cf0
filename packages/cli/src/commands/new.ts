import { join } from 'node:path'
import { isScaffoldError, type Template, writeStrategy } from 'create-claw'
import type { CommandContext, Register } from '../command.ts'
import { type Plan, planned } from '../dry-run.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject, requireProject } from '../project/config.ts'
import { referenceIds, referenceStrategy } from '../reference-strategies.ts'
import type { Terminal } from '../terminal.ts'

interface NewOptions {
  readonly from?: string
  readonly json: boolean
}

/** Adds `claw new strategy`. */
export const registerNew: Register = (program, done) => {
  const group = program.command('new').description('Writes a new strategy into the project.')
  group
    .command('strategy')
    .argument('<name>', 'lower case, digits and hyphens, e.g. gold-fade')
    .description('Writes strategies/<name> with a strategy, its test and a page on why it should work.')
    .option('--from <id>', 'a copy of a reference strategy, S01 to S09, with its test')
    .option('--json', 'one JSON object on stdout', false)
    .action((name: string, options: NewOptions) =>
      done({
        command: 'new strategy',
        options: { ...options, name },
        json: options.json,
        dryRun: planned('new strategy', options.json, context => planNew(name, options, context)),
        run: context => newStrategy(name, options, context),
      }),
    )
}

/** @throws {@link CliError} `no-project`, `strategy-not-found`, `usage`, `conflict` */
async function newStrategy(
  name: string,
  { from, json }: NewOptions,
  { terminal }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  const { files } = await written(name, from, terminal)
  if (json) {
    const data = { strategy: name, ...(from !== undefined && { from }), files }
    terminal.out(jsonResult('claw.new-strategy/1', data, { tookMs: performance.now() - startedMs }))
    return 0
  }
  for (const file of files) terminal.out(`  ✔ ${file}\n`)
  terminal.out(`  Next: claw backtest ${name}\n`)
  return 0
}

/** The files that it would write; refused as the command itself is. */
async function planNew(name: string, { from }: NewOptions, { terminal }: CommandContext): Promise<Plan> {
  const { folder, files } = await written(name, from, terminal, { dryRun: true })
  return { changes: files.map(file => ({ does: 'write', what: file, path: join(folder, file) })) }
}

async function written(
  name: string,
  from: string | undefined,
  terminal: Terminal,
  options: { readonly dryRun?: boolean } = {},
) {
  const project = await openProject(terminal)
  requireProject(project)
  const { folder } = project
  const template = from === undefined ? undefined : templateOf(from)
  try {
    const { files } = writeStrategy(folder, name, template, options)
    return { folder, files }
  } catch (error) {
    if (!isScaffoldError(error)) throw error
    const text = error.message.replace(/^\[[a-z-]+\] /, '')
    throw new CliError(error.code === 'already-exists' ? 'conflict' : 'usage', text, { cause: error })
  }
}

function templateOf(id: string): Template {
  const found = referenceStrategy(id)
  if (found !== undefined) return { folder: found.folder, strategy: found.name }
  throw new CliError(
    'strategy-not-found',
    `There is no reference strategy "${id}" to copy. Known: ${referenceIds().join(', ')}.`,
  )
}
