import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from './errors.ts'

/** Options that every command has, before or behind its name. */
export interface GlobalOptions {
  /** Instead of the folder that `claw` was started in. */
  readonly cwd?: string
  /** Instead of the claw.config of that folder; absolute. */
  readonly config?: string
  /** Results and failures alone. */
  readonly quiet: boolean
  /** Each step with its time, and of a failure all causes with their stacks. */
  readonly verbose: boolean
  /** Tells what would be changed, and changes nothing. */
  readonly dryRun: boolean
  /** Answers every question with yes. */
  readonly yes: boolean
  /** Says where the time of a run goes. */
  readonly profile: boolean
  /** JSON lines of the progress, and the result as the last one. */
  readonly stream: boolean
  /** Ends the command as Ctrl-C does, with exit code 124, in milliseconds. */
  readonly timeoutMs?: number
}

/** One of them, for help and completion. */
export interface GlobalOption {
  readonly flag: string
  /** What follows it. Absent: nothing. */
  readonly value?: 'folder' | 'file' | 's'
  readonly about: string
}

/** All of them, in the order of the help. */
export const GLOBAL_OPTIONS: readonly GlobalOption[] = [
  { flag: '--cwd', value: 'folder', about: 'as if started there' },
  { flag: '--config', value: 'file', about: 'this configuration instead of the claw.config of the folder' },
  { flag: '--dry-run', about: 'tells what would be changed, and changes nothing' },
  { flag: '--yes', about: 'answers every question with yes' },
  { flag: '--json=stream', about: 'JSON lines on stdout: how far it is, and the result as the last' },
  { flag: '--quiet', about: 'results and failures alone: no progress, no warnings' },
  { flag: '--verbose', about: 'each step with its time, and of a failure every cause with its stack' },
  { flag: '--profile', about: 'of backtest: which functions of the strategy take the time' },
  { flag: '--timeout', value: 's', about: 'ends it as Ctrl-C does, with exit code 124' },
]

/** For the help of each command. */
export const GLOBAL_HELP = `
Every command (auth has a --timeout of its own):
${GLOBAL_OPTIONS.map(line).join('\n')}`

function line({ flag, value, about }: GlobalOption): string {
  return `  ${`${flag}${value === undefined ? '' : ` <${value}>`}`.padEnd(17)}${about}`
}

/** Not an option, nor a number or folder behind one. */
const COMMAND_WORD = /^[a-z]+$/

const MOST_SECONDS = 2_000_000

/** Flags without a value, and what each sets. */
const FLAGS: ReadonlyMap<string, Partial<GlobalOptions>> = new Map([
  ['--quiet', { quiet: true }],
  ['--verbose', { verbose: true }],
  ['--dry-run', { dryRun: true }],
  ['--yes', { yes: true }],
  ['--profile', { profile: true }],
  ['--json=stream', { stream: true }],
])

/** Values as they were written. */
interface Given {
  '--cwd'?: string | undefined
  '--config'?: string | undefined
  '--timeout'?: string | undefined
}

/**
 * Takes the options that every command has out of a line, until `--`. `auth` has a `--timeout` of its own.
 *
 * @throws {@link CliError} `usage`, `config-not-found`
 */
export function takeGlobalOptions(
  args: readonly string[],
  cwd: string,
): { readonly global: GlobalOptions; readonly args: readonly string[] } {
  const rest: string[] = []
  const given: Given = {}
  let flags: Partial<GlobalOptions> = {}
  const end = args.includes('--') ? args.indexOf('--') : args.length
  for (let index = 0; index < end; index++) {
    const arg = args[index] ?? ''
    const [name = arg, inline] = /^(--(?:cwd|config|timeout))=(.*)$/.exec(arg)?.slice(1) ?? []
    const flag = FLAGS.get(arg)
    if (flag !== undefined) flags = { ...flags, ...flag }
    else if (isValueOption(name, rest)) given[name] = inline ?? args[++index] ?? ''
    else rest.push(arg)
  }
  // Behind the name of the command, whose option `--json` is.
  if (flags.stream === true) rest.push('--json')
  return { global: { ...flagsOf(flags), ...valuesOf(given, cwd) }, args: [...rest, ...args.slice(end)] }
}

/** @param before - The words of the command before it. */
function isValueOption(name: string, before: readonly string[]): name is keyof Given {
  if (name === '--timeout') return before.find(word => COMMAND_WORD.test(word)) !== 'auth'
  return name === '--cwd' || name === '--config'
}

const NONE = { quiet: false, verbose: false, dryRun: false, yes: false, profile: false, stream: false }

function flagsOf(flags: Partial<GlobalOptions>): GlobalOptions {
  if (flags.quiet !== true || flags.verbose !== true) return { ...NONE, ...flags }
  throw new CliError('usage', '--quiet and --verbose contradict each other. Leave out one of them.')
}

function valuesOf(given: Given, startedIn: string): Pick<GlobalOptions, 'cwd' | 'config' | 'timeoutMs'> {
  const { '--cwd': folder, '--config': config, '--timeout': timeout } = given
  const cwd = folder === undefined ? undefined : folderOf(folder, startedIn)
  return {
    ...(cwd !== undefined && { cwd }),
    ...(config !== undefined && { config: configOf(config, cwd ?? startedIn) }),
    ...(timeout !== undefined && { timeoutMs: millisecondsOf(timeout) }),
  }
}

function folderOf(text: string, cwd: string): string {
  const folder = resolve(cwd, text)
  if (text !== '' && isFolder(folder)) return folder
  throw new CliError('usage', `--cwd names ${text || 'nothing'}, which is no folder. State one that exists.`)
}

/** Also of a path that leads through a file, which the system refuses to look at. */
function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

/** The path is taken from `--cwd`, wherever that stands in the line. */
function configOf(text: string, cwd: string): string {
  const file = resolve(cwd, text)
  if (text === '' || isFolder(file))
    throw new CliError(
      'usage',
      `--config names ${text || 'nothing'}, which is no file. State one that exists.`,
    )
  if (existsSync(file)) return file
  throw new CliError(
    'config-not-found',
    `There is no file ${text}${cwd === '' ? '' : ` in ${cwd}`}. Check the path after --config.`,
  )
}

function millisecondsOf(text: string): number {
  const seconds = Number(text)
  if (seconds > 0 && seconds <= MOST_SECONDS) return Math.ceil(seconds * 1000)
  throw new CliError(
    'usage',
    `--timeout is ${text || 'nothing'}. State seconds, above 0 and at most ${MOST_SECONDS}.`,
  )
}
