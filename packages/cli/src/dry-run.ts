import type { Chosen, CommandContext } from './command.ts'
import { CliError } from './errors.ts'
import type { GlobalOptions } from './global-options.ts'
import { jsonResult, type Warning } from './output.ts'
import { quoted } from './quoted.ts'

/** One thing that a command would do. */
export interface PlannedChange {
  /** A verb, e.g. `write`. */
  readonly does: string
  /** Its object, in words. */
  readonly what: string
  /** The file or folder that would be another one. Absent: none would. */
  readonly path?: string
}

/** Everything that a command would do, found out by reading alone. */
export interface Plan {
  readonly changes: readonly PlannedChange[]
  readonly warnings?: readonly Warning[]
}

/** What a line asks a command to do: the thing itself, or to tell it. @throws {@link CliError} `usage` for what it has not */
export function actionOf(
  chosen: Chosen,
  { dryRun, profile, config }: GlobalOptions,
): (context: CommandContext) => Promise<number> {
  const name = `claw ${chosen.command}`
  if (profile && chosen.profiles !== true)
    throw new CliError(
      'usage',
      `${name} has no --profile. claw backtest has: it says where the time of one run goes.`,
    )
  if (config !== undefined && chosen.readsNoConfig === true)
    throw new CliError(
      'usage',
      `${name} reads no claw.config: its settings are those of the environment and of .env. Leave out --config.`,
    )
  if (!dryRun || chosen.dryRun === 'changes-nothing') return context => chosen.run(context)
  if (typeof chosen.dryRun === 'function') return chosen.dryRun
  throw new CliError(
    'usage',
    `${name} has no dry run: ${chosen.dryRun.refused} Nothing was done. Leave out --dry-run.`,
  )
}

/** A dry run that prints a plan, as text or as JSON. */
export function planned(
  command: string,
  json: boolean,
  plan: (context: CommandContext) => Promise<Plan>,
): (context: CommandContext) => Promise<number> {
  return async context => {
    const startedMs = performance.now()
    const { changes, warnings = [] } = await plan(context)
    const { terminal } = context
    for (const { message } of warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
    if (json) {
      const data = { command, would: changes }
      terminal.out(jsonResult('claw.dry-run/1', data, { warnings, tookMs: performance.now() - startedMs }))
    } else {
      terminal.out(planText(command, changes))
      terminal.err(`  Next: ${wetCommand(context.typed)}\n`)
    }
    return 0
  }
}

/** The same line, in the same folder and with the same settings. */
function wetCommand(typed: readonly string[]): string {
  const end = typed.includes('--') ? typed.indexOf('--') : typed.length
  const words = typed.filter((word, at) => word !== '--dry-run' || at > end)
  return ['claw', ...words].map(quoted).join(' ')
}

function planText(command: string, changes: readonly PlannedChange[]): string {
  if (changes.length === 0) return `  Dry run: claw ${command} would change nothing.\n`
  const width = Math.max(...changes.map(({ does }) => does.length))
  const lines = changes.map(({ does, what }) => `    ${does.padEnd(width)}  ${what}\n`)
  return `  Dry run: nothing was done. claw ${command} would\n${lines.join('')}`
}
