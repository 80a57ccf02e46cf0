import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import type { ProgressState } from '@openclaw-trading/ctrader-client/terminal'

/** Where a command writes, and what it knows of the terminal. stdout = result, stderr = talk. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Resolves once what `out` was given has been taken, or nobody takes it any more. Absent: `out` keeps it itself. */
  drained?(): Promise<void>
  /** Takes what a person must read to go on, where `err` is silent. */
  prompt?(text: string): void
  /** Progress lines and colour; off for pipes, in CI and with NO_COLOR. */
  readonly interactive: boolean
  /** Takes how far a command is, where somebody asked for it with `--json=stream`. */
  progress?(state: ProgressState): void
  /** Takes a step of a command and how long it took, where somebody asked for it with `--verbose`. */
  verbose?(name: string, text: string, tookMs?: number): void
  /** Asks a person for one line; absent where nobody is there to answer. @throws the signal's reason */
  ask?(question: string, signal: AbortSignal): Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** A configuration instead of the one around `cwd`; absolute. */
  readonly config?: string
  /** What starts `claw up` the way this process was started. */
  readonly upCommand: string
}

/** The terminal of this process. */
export function processTerminal(env: Readonly<Record<string, string | undefined>>): Terminal {
  const isWatched = process.stderr.isTTY === true && !env['CI']
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    drained: () => new Promise(resolve => process.stdout.write('', () => resolve())),
    interactive: isWatched && !env['NO_COLOR'],
    ...(isWatched && process.stdin.isTTY === true && { ask }),
    env,
    cwd: process.cwd(),
    upCommand: upCommandOf(process.argv[1]),
  }
}

function ask(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question)
  return new Promise((resolve, reject) => {
    // Without an output Ctrl-C stays a signal.
    const lines = createInterface({ input: process.stdin })
    const end = (): void => {
      reject(signal.reason)
      lines.close()
    }
    signal.addEventListener('abort', end, { once: true })
    lines.once('line', line => {
      resolve(line)
      lines.close()
    })
    lines.once('close', () => {
      signal.removeEventListener('abort', end)
      // Ctrl-D; after a line this changes nothing.
      resolve('')
    })
  })
}

/** The command that a person typed to get here, by the script that node runs. */
export function upCommandOf(script: string | undefined): string {
  return basename(script ?? '') === 'start.mjs' ? 'npm start' : 'claw up'
}
