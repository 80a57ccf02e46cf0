import { processTerminal, runAuthCommand } from '@openclaw-trading/ctrader-client/node'
import type { CommandContext, Register } from '../command.ts'

/** Adds `claw auth`: the same functions as `ctrader auth`, with options and a help of its own. */
export const registerAuth: Register = (program, done) => {
  program
    .command('auth')
    .argument('[args...]', 'what follows, in the words of the command')
    .description('Tokens of a cTrader application: login, status, refresh, sync; claw auth --help.')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((args: readonly string[]) =>
      done({ command: 'auth', options: { args }, run: context => authCommand(args, context) }),
    )
}

/** It prints its failures itself. @returns the exit code */
function authCommand(
  args: readonly string[],
  { terminal, interrupt: { signal } }: CommandContext,
): Promise<number> {
  const { cwd, env, err, out } = terminal
  return runAuthCommand(args, { ...processTerminal('claw', env, signal), out, err, cwd })
}
