import { processTerminal, runAuthCommand } from '@openclaw-trading/ctrader-client/node'
import type { AuthArguments } from '../arguments.ts'
import type { Terminal } from '../terminal.ts'

/** `claw auth`: the same functions as `ctrader auth`. It prints its failures itself. @returns the exit code */
export function authCommand(args: AuthArguments, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { cwd, env, err, out } = terminal
  return runAuthCommand(args.args, { ...processTerminal('claw', env, signal), out, err, cwd })
}
