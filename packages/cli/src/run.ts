import { parseArguments } from './arguments.ts'
import type { Chosen } from './command.ts'
import { commandsFor } from './commands/index.ts'
import { type GlobalOptions, takeGlobalOptions } from './global-options.ts'
import { watchInterrupts } from './interrupt.ts'
import { jsonEnded, jsonFailure, jsonProgress } from './output.ts'
import { renderError } from './render-error.ts'
import { exitCodeOf, isDebug } from './server.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'
import { namedFailure } from './write-failure.ts'

/**
 * Runs one command line.
 *
 * @param exit - Ends the process at once; a second signal does.
 * @returns the exit code; failures are printed, never thrown
 */
export async function run(
  given: readonly string[],
  terminal: Terminal,
  exit: (code: number) => void = process.exit,
): Promise<number> {
  let chosen: Chosen | undefined
  const interrupt = watchInterrupts(() => {
    if (chosen?.stopsInOrder === true)
      return terminal.err('  Still stopping; it takes at most half a minute.\n')
    terminal.err(`  ✘ Ended at once. ${interrupt.partial.abandon()}\n`)
    exit(interrupt.exitCode() ?? 130)
  })
  // Until the line is read: a mistake in it is told in the form that was asked for.
  let json = given.some(word => word === '--json' || word === '--json=stream')
  let timeout: NodeJS.Timeout | undefined
  // A program that reads JSON gets some also where a command is ended before it has a result.
  let owesJson = json
  const out = (text: string): void => {
    owesJson = false
    terminal.out(text)
  }
  try {
    const { global, args } = takeGlobalOptions(given, terminal.cwd)
    const parsed = parseArguments(args, VERSION, await commandsFor(args))
    owesJson = json = 'json' in parsed && parsed.json === true
    if ('run' in parsed) {
      chosen = parsed
      const { timeoutMs } = global
      if (timeoutMs !== undefined) timeout = setTimeout(() => interrupt.end(124, '--timeout'), timeoutMs)
      return await parsed.run({ args, terminal: { ...terminalOf(terminal, global), out }, interrupt })
    }
    terminal.out(parsed.text)
    return 0
  } catch (thrown) {
    const error = namedFailure(thrown)
    const code = interrupt.exitCode()
    const { cwd, env } = terminal
    if (code !== undefined && error === interrupt.signal.reason) {
      if (owesJson) terminal.out(await jsonEnded(interrupt.signal.reason, code))
      return code
    }
    const rendered = renderError(error, { debug: isDebug(env['DEBUG']), exitCodeOf, cwd })
    terminal.err(rendered.text)
    if (json) terminal.out(await jsonFailure(error, rendered.exitCode, cwd))
    return code ?? rendered.exitCode
  } finally {
    clearTimeout(timeout)
    interrupt.close()
  }
}

/** The terminal as the options of the line want it. */
function terminalOf(terminal: Terminal, { cwd = terminal.cwd, quiet, stream }: GlobalOptions): Terminal {
  return {
    ...terminal,
    cwd,
    ...(quiet && { err: () => {} }),
    ...(stream && { progress: state => terminal.out(jsonProgress(state)) }),
  }
}
