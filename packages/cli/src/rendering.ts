import { redactor } from './secrets.ts'
import { exitCodeOf, isDebug } from './server.ts'
import type { Terminal } from './terminal.ts'

/**
 * How a failure is shown: without secrets, and with its stacks under `--verbose` or `DEBUG`.
 *
 * @param folder - Whose settings hold secrets. Default: the one worked in.
 */
export function renderingOf({ env, cwd }: Pick<Terminal, 'env' | 'cwd'>, verbose: boolean, folder = cwd) {
  return { debug: verbose || isDebug(env['DEBUG']), exitCodeOf, cwd, redact: redactor(env, folder) }
}
