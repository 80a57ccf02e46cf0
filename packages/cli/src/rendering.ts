import { redactor } from './secrets.ts'
import { exitCodeOf, isDebug } from './server.ts'
import type { Terminal } from './terminal.ts'

/**
 * How a failure is shown: without secrets, in the words of `claw`, and with its stacks under `--verbose` or `DEBUG`.
 *
 * @param folder - Whose settings hold secrets. Default: the one worked in.
 */
export function renderingOf({ env, cwd }: Pick<Terminal, 'env' | 'cwd'>, verbose: boolean, folder = cwd) {
  const hide = redactor(env, folder)
  const redact = (text: string): string => inOwnWords(hide(text))
  return { debug: verbose || isDebug(env['DEBUG']), exitCodeOf, cwd, redact }
}

/** Advice of the client names the command of the client, which `claw` has too: as its own. */
export function inOwnWords(text: string): string {
  return text.replaceAll('ctrader auth ', 'claw auth ')
}
