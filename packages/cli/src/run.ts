import { type Arguments, parseArguments } from './arguments.ts'
import { authCommand } from './commands/auth.ts'
import { replayCommand } from './commands/replay.ts'
import { upCommand } from './commands/up.ts'
import { type Interrupt, watchInterrupts } from './interrupt.ts'
import { renderError } from './render-error.ts'
import { exitCodeOf, isDebug } from './server.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

/** Runs one command line. @returns the exit code; failures are printed, never thrown */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const interrupt = watchInterrupts(() => terminal.err('  Still stopping; it takes at most half a minute.\n'))
  try {
    const parsed = parseArguments(args, VERSION)
    return await execute(parsed, terminal, interrupt)
  } catch (error) {
    const code = interrupt.exitCode()
    if (code !== undefined && error === interrupt.signal.reason) return code
    const rendered = renderError(error, { debug: isDebug(terminal.env['DEBUG']), exitCodeOf })
    terminal.err(rendered.text)
    return code ?? rendered.exitCode
  } finally {
    interrupt.close()
  }
}

function execute(parsed: Arguments, terminal: Terminal, interrupt: Interrupt): Promise<number> {
  switch (parsed.command) {
    case 'up':
      return upCommand(parsed, terminal, interrupt)
    case 'replay':
      return replayCommand(parsed, terminal, interrupt.signal)
    case 'auth':
      return authCommand(parsed, terminal, interrupt.signal)
    default:
      terminal.out(parsed.text)
      return Promise.resolve(0)
  }
}
