import { relative } from 'node:path'
import { parseArguments } from './arguments.ts'
import type { Chosen, CommandContext } from './command.ts'
import { commandsFor } from './commands/index.ts'
import { actionOf } from './dry-run.ts'
import type { watchHandlers } from './endless-handler.ts'
import { type GlobalOptions, takeGlobalOptions } from './global-options.ts'
import { type HeldUp, whileHeldUp } from './held-up.ts'
import { type Interrupt, TIMEOUT_CODE, watchInterrupts } from './interrupt.ts'
import { watchLoads } from './project/module-loads.ts'
import { jsonEnded, jsonFailure } from './output.ts'
import { renderError } from './render-error.ts'
import { renderingOf } from './rendering.ts'
import { step } from './step.ts'
import type { Terminal } from './terminal.ts'
import { terminalOf } from './terminal-of-line.ts'
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
  let folder = terminal.cwd
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
      const own = terminalOf(terminal, global, json)
      folder = own.cwd
      const context = { ...contextOf(args, { ...own, out }, global, interrupt), typed: given }
      const action = actionOf(parsed, global)
      const heldUp = { interrupt, owesJson: () => owesJson, exit }
      unwatch = await watchOver(parsed, { global, cwd: own.cwd, watch, ...heldUp })
      unwatchLoads = watchLoads({ signal: interrupt.signal, cwd: own.cwd, tell: context.terminal.err })
      return await step(
        own,
        'ended',
        () => action(context),
        code => `exit code ${code}`,
      )
    }
    terminal.out(parsed.text)
    return 0
  } catch (thrown) {
    const error = namedFailure(thrown)
    const code = interrupt.exitCode()
    if (code !== undefined && error === interrupt.signal.reason) {
      if (owesJson) terminal.out(await jsonEnded(interrupt.signal.reason, code))
      return code
    }
    const rendering = renderingOf(terminal, given.includes('--verbose'), folder)
    const rendered = renderError(error, rendering)
    terminal.err(rendered.text)
    if (json) terminal.out(await jsonFailure(error, rendered.exitCode, rendering))
    return code ?? rendered.exitCode
  } finally {
    unwatch?.()
    unwatchLoads?.()
    interrupt.close()
  }
}

/** What a command runs with; who tells something has the strategy behind it. */
function contextOf(
  args: readonly string[],
  terminal: Terminal,
  { config, yes, profile }: GlobalOptions,
  interrupt: Interrupt,
): Omit<CommandContext, 'typed'> {
  const err = (text: string): void => {
    interrupt.takeBack()
    terminal.err(text)
  }
  return {
    args: config === undefined ? args : [...args, '--config', relative(terminal.cwd, config)],
    terminal: { ...terminal, err },
    interrupt,
    yes,
    profile,
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
