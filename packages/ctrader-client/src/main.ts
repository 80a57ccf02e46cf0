#!/usr/bin/env node
// The command `ctrader`: everything it does is a function of the entry point `/node`.
import { runAuthCommand } from './node/auth/auth-command.ts'
import { processTerminal } from './node/terminal.ts'

const HELP = `Usage: ctrader <command>

Commands:
  auth   gets, renews and shows the tokens of your Open API application: ctrader auth --help
`
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

async function main([command, ...args]: readonly string[]): Promise<number> {
  const abort = new AbortController()
  let ended: number | undefined
  // Later signals do not end it sooner: a refresh that is cut off would cost the login.
  for (const [name, code] of Object.entries(SIGNALS))
    process.on(name, () => {
      ended ??= code
      abort.abort(new DOMException(`Ended by ${name}.`, 'AbortError'))
    })
  try {
    if (command === 'auth')
      return await runAuthCommand(args, processTerminal('ctrader', process.env, abort.signal))
  } catch (error) {
    if (ended === undefined) throw error
    return ended
  }
  const isHelp = command === undefined || command === '--help' || command === '-h'
  process[isHelp ? 'stdout' : 'stderr'].write(
    isHelp ? HELP : `  ✘ There is no command "${command}".\n\n${HELP}`,
  )
  return isHelp ? 0 : 2
}

// Whoever read our output has gone (`ctrader … | head`); that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
process.exitCode = await main(process.argv.slice(2))
// An unread standard input would keep the process.
process.stdin.destroy()
