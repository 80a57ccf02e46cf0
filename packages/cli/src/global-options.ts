import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from './errors.ts'

/** Options that every command has, before or behind its name. */
export interface GlobalOptions {
  /** Instead of the folder that `claw` was started in. */
  readonly cwd?: string
  /** Results and failures alone. */
  readonly quiet: boolean
  /** JSON lines of the progress, and the result as the last one. */
  readonly stream: boolean
  /** Ends the command as Ctrl-C does, with exit code 124, in milliseconds. */
  readonly timeoutMs?: number
}

/** For the help. */
export const GLOBAL_HELP = `
Every command but auth:
  --cwd <folder>   as if started there
  --json=stream    JSON lines on stdout: how far it is, and the result as the last
  --quiet          results and failures alone: no progress, no warnings
  --timeout <s>    ends it as Ctrl-C does, with exit code 124`

/** Not an option, nor a number or folder behind one. */
const COMMAND_WORD = /^[a-z]+$/

const MOST_SECONDS = 2_000_000

/**
 * Takes the options that every command has out of a line. What stands behind `auth` is that command's own.
 *
 * @throws {@link CliError} `usage`
 */
export function takeGlobalOptions(
  args: readonly string[],
  cwd: string,
): { readonly global: GlobalOptions; readonly args: readonly string[] } {
  const rest: string[] = []
  const taken: { cwd?: string; quiet: boolean; stream: boolean; timeoutMs?: number } = {
    quiet: false,
    stream: false,
  }
  const end = endOfGlobal(args)
  for (let index = 0; index < end; index++) {
    const arg = args[index] ?? ''
    const [name, inline] = /^(--(?:cwd|timeout))=(.*)$/.exec(arg)?.slice(1) ?? [arg]
    if (name === '--quiet') taken.quiet = true
    else if (arg === '--json=stream') {
      taken.stream = true
      rest.push('--json')
    } else if (name === '--cwd') taken.cwd = folderOf(inline ?? args[++index], cwd)
    else if (name === '--timeout') taken.timeoutMs = millisecondsOf(inline ?? args[++index])
    else rest.push(arg)
  }
  return { global: taken, args: [...rest, ...args.slice(end)] }
}

/** Where a line goes over to words that are not ours. */
function endOfGlobal(args: readonly string[]): number {
  const isValue = (index: number) => ['--cwd', '--timeout'].includes(args[index - 1] ?? '')
  const end = args.findIndex((arg, index) => {
    const isFirst = !args.slice(0, index).some((one, i) => COMMAND_WORD.test(one) && !isValue(i))
    return arg === '--' || (arg === 'auth' && isFirst && !isValue(index))
  })
  return end < 0 ? args.length : end
}

function folderOf(text: string | undefined, cwd: string): string {
  const folder = resolve(cwd, text ?? '')
  if (text !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new CliError('usage', `--cwd names ${text ?? 'nothing'}, which is no folder. State one that exists.`)
}

function millisecondsOf(text: string | undefined): number {
  const seconds = Number(text ?? '')
  if (seconds > 0 && seconds <= MOST_SECONDS) return Math.ceil(seconds * 1000)
  throw new CliError(
    'usage',
    `--timeout is ${text ?? 'nothing'}. State seconds, above 0 and at most ${MOST_SECONDS}.`,
  )
}
