import { authOutcome, processTerminal } from '@openclaw-trading/ctrader-client/node'
import type { CommandContext, Register } from '../command.ts'
import { jsonResult } from '../output.ts'
import { inOwnWords } from '../rendering.ts'

/** Adds `claw auth`: the same functions as `ctrader auth`, with options and a help of its own. */
export const registerAuth: Register = (program, done) => {
  program
    .command('auth')
    .argument('[args...]', 'what follows, in the words of the command')
    .description('Tokens of a cTrader application: login, status, refresh, sync; claw auth --help.')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((args: readonly string[]) => {
      const json = args.includes('--json')
      done({
        command: 'auth',
        stopsInOrder: true,
        options: { args },
        json,
        readsNoConfig: true,
        dryRun: context => authCommand(['--dry-run', ...args], json, context),
        run: context => authCommand(args, json, context),
      })
    })
}

/** @returns the exit code: 7 where a person must log in or sync; @throws `CTraderError` */
async function authCommand(
  args: readonly string[],
  json: boolean,
  { terminal, interrupt: { signal } }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  const { cwd, env, out, prompt: err = terminal.err } = terminal
  const asked = { ...processTerminal('claw', env, signal), out, err, cwd }
  const { action, text, data, exitCode, planned = false } = await authOutcome(args, asked)
  const isPrinted = !json || action === 'help'
  const tookMs = performance.now() - startedMs
  const schema = planned ? 'claw.dry-run/1' : `claw.auth-${action}/1`
  const printed = isPrinted ? text : jsonResult(schema, data, { ok: exitCode === 0, tookMs })
  out(inOwnWords(printed))
  return exitCode
}
