import { basename } from 'node:path'
import type { ProgressState } from '@openclaw-trading/ctrader-client/terminal'

/** Where a command writes, and what it knows of the terminal. stdout = result, stderr = talk. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Resolves once what `out` was given has been taken, or nobody takes it any more. Absent: `out` keeps it itself. */
  drained?(): Promise<void>
  /** Progress lines and colour; off for pipes, in CI and with NO_COLOR. */
  readonly interactive: boolean
  /** Takes how far a command is, where somebody asked for it with `--json=stream`. */
  progress?(state: ProgressState): void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** What starts `claw up` the way this process was started. */
  readonly upCommand: string
}

/** The terminal of this process. */
export function processTerminal(env: Readonly<Record<string, string | undefined>>): Terminal {
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    drained: () => new Promise(resolve => process.stdout.write('', () => resolve())),
    interactive: process.stderr.isTTY === true && !env['CI'] && !env['NO_COLOR'],
    env,
    cwd: process.cwd(),
    upCommand: upCommandOf(process.argv[1]),
  }
}

/** The command that a person typed to get here, by the script that node runs. */
export function upCommandOf(script: string | undefined): string {
  return basename(script ?? '') === 'start.mjs' ? 'npm start' : 'claw up'
}
