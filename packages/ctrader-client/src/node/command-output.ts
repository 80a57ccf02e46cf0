import { isCTraderError } from '../errors.ts'
import type { CommandTerminal } from './command-terminal.ts'
import { exitCodeOf } from '../terminal/exit-code.ts'

/** What a command found. */
export interface CommandResult {
  /** Name and version of the form of `data`, e.g. `ctrader.symbols/1`. */
  readonly schema: string
  /** For people. */
  readonly text: string
  /** For machines; JSON-safe. */
  readonly data: unknown
  /** Default 0. */
  readonly exitCode?: number
}

/** Prints a result for people or for machines. @returns its exit code */
export function printResult(
  { schema, text, data, exitCode = 0 }: CommandResult,
  json: boolean,
  terminal: CommandTerminal,
): number {
  terminal.out(json ? `${JSON.stringify({ schema, ok: exitCode === 0, data })}\n` : text)
  return exitCode
}

/**
 * Prints a failure; no secret is in it.
 *
 * @returns its exit code
 * @throws the reason of the signal, when that ended the command
 */
export function printFailure(error: unknown, json: boolean, terminal: CommandTerminal): number {
  if (terminal.signal?.aborted === true && error === terminal.signal.reason) throw error
  const exitCode = exitCodeOf(error)
  const code = isCTraderError(error) ? error.code : 'bug'
  const message = error instanceof Error ? error.message.replace(/^\[[a-z-]+\] /, '') : String(error)
  if (json) {
    const failure = { code, message, exit: exitCode }
    terminal.out(`${JSON.stringify({ schema: 'ctrader.error/1', ok: false, error: failure })}\n`)
  } else terminal.err(`  ✘ ${message}\n    code: ${code}\n`)
  return exitCode
}
