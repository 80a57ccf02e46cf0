import { parseArguments } from './arguments.ts'
import type { Chosen } from './command.ts'
import { commandsFor } from './commands/index.ts'
import type { watchHandlers } from './endless-handler.ts'
import { type GlobalOptions, takeGlobalOptions } from './global-options.ts'
import { type HeldUp, whileHeldUp } from './held-up.ts'
import { TIMEOUT_CODE, watchInterrupts } from './interrupt.ts'
import { watchLoads } from './project/module-loads.ts'
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
 * @param watch - Where the process is the command's own: ends it also while a handler of a strategy runs on and on.
 * @returns the exit code; failures are printed, never thrown
 */
export async function run(
  given: readonly string[],
  terminal: Terminal,
  exit: (code: number) => void = process.exit,
  watch?: typeof watchHandlers,
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
  let unwatch: (() => void) | undefined
  let unwatchLoads: (() => void) | undefined
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
      const own = terminalOf(terminal, global)
      // Who tells something has the strategy behind it.
      const err = (text: string): void => {
        interrupt.takeBack()
        own.err(text)
      }
      unwatch = await watchOver(parsed, {
        global,
        cwd: own.cwd,
        watch,
        interrupt,
        owesJson: () => owesJson,
        exit,
      })
      unwatchLoads = watchLoads({ signal: interrupt.signal, cwd: own.cwd, tell: err })
      return await parsed.run({ args, terminal: { ...own, out, err }, interrupt })
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
    unwatch?.()
    unwatchLoads?.()
    interrupt.close()
  }
}

interface Watched extends HeldUp {
  readonly global: GlobalOptions
  readonly cwd: string
  readonly watch: typeof watchHandlers | undefined
}

/** Ends a command at its `--timeout`, and while a handler of a strategy runs on and on. @returns what ends the watch */
async function watchOver(
  { runsStrategies = false }: Chosen,
  { global, cwd, watch, ...heldUp }: Watched,
): Promise<() => void> {
  const { timeoutMs } = global
  const end = () => heldUp.interrupt.end(TIMEOUT_CODE, '--timeout')
  const timeout = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs)
  const unwatch = runsStrategies ? watch?.({ ...(await whileHeldUp(global, heldUp)), cwd }) : undefined
  return () => {
    clearTimeout(timeout)
    unwatch?.()
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
