import { parseArgs } from 'node:util'
import { ScaffoldError } from './errors.ts'

/** What `create-claw` was asked. */
export interface CommandLine {
  /** Absent: help was asked for. */
  readonly folder?: string
  readonly install: boolean
  readonly git: boolean
  /** Asks nothing. */
  readonly yes: boolean
  /** Tells what would be done, and does nothing. */
  readonly dryRun: boolean
  /** Names each file, and shows what npm and git say. */
  readonly verbose: boolean
  readonly tarballs?: string
}

/** The help. */
export const HELP = `
  npm create claw@latest <folder> [-- options]

  Makes a project with one strategy, its test and a seeded market, and installs what it needs.

  --yes              asks nothing
  --dry-run          tells what would be written and installed, and does nothing
  --verbose          names each file, and shows what npm and git say
  --no-install       leaves the packages to you
  --no-git           makes no repository
  --tarballs <dir>   installs packed packages of a folder instead of those of the registry
  --help

`

/** Reads a command line. @throws {@link ScaffoldError} `usage` */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args)
  if (values.help) return { install: false, git: false, yes: true, dryRun: true, verbose: false }
  const [folder, ...more] = positionals
  if (more.length > 0)
    throw new ScaffoldError(
      'usage',
      `One folder is made at a time, not ${positionals.join(' and ')}. Quote a name with spaces.`,
    )
  return {
    folder: folder ?? 'gold-bot',
    install: values.install,
    git: values.git,
    yes: values.yes,
    dryRun: values['dry-run'],
    verbose: values.verbose,
    ...(values.tarballs === undefined ? {} : { tarballs: values.tarballs }),
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: {
        install: { type: 'boolean', default: true },
        git: { type: 'boolean', default: true },
        yes: { type: 'boolean', short: 'y', default: false },
        'dry-run': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        tarballs: { type: 'string' },
      },
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ScaffoldError('usage', `${reason} See create-claw --help.`, { cause })
  }
}
