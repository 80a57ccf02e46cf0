import { parseArguments } from './arguments.ts'
import { commandsFor } from './commands/index.ts'
import { watchInterrupts } from './interrupt.ts'
import { jsonFailure } from './output.ts'
import { renderError } from './render-error.ts'
import { exitCodeOf, isDebug } from './server.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

/** Runs one command line. @returns the exit code; failures are printed, never thrown */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const interrupt = watchInterrupts(() => terminal.err('  Still stopping; it takes at most half a minute.\n'))
  // Until the line is read: a mistake in it is told in the form that was asked for.
  let json = args.includes('--json')
  try {
    const parsed = parseArguments(args, VERSION, await commandsFor(args))
    json = 'json' in parsed && parsed.json === true
    if ('run' in parsed) return await parsed.run({ args, terminal, interrupt })
    terminal.out(parsed.text)
    return 0
  } catch (error) {
    const code = interrupt.exitCode()
    if (code !== undefined && error === interrupt.signal.reason) return code
    const rendered = renderError(error, { debug: isDebug(terminal.env['DEBUG']), exitCodeOf })
    terminal.err(rendered.text)
    if (json) terminal.out(jsonFailure(error, rendered.exitCode))
    return code ?? rendered.exitCode
  } finally {
    interrupt.close()
  }
}
