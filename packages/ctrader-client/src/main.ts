#!/usr/bin/env node
// The command `ctrader`: everything it does is a function of the entry point `/node`.
import { readFileSync } from 'node:fs'
import { printFailure } from './node/command-output.ts'
import { parseCommandLine } from './node/commands/command-line.ts'
import { runAccountCommand } from './node/commands/run-command.ts'
import { runAuthCommand } from './node/auth/auth-command.ts'
import { processTerminal } from './node/terminal.ts'

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

async function main(args: readonly string[]): Promise<number> {
  const abort = new AbortController()
  let ended: number | undefined
  // Later signals do not end it sooner: a refresh that is cut off would cost the login.
  for (const [name, code] of Object.entries(SIGNALS))
    process.on(name, () => {
      ended ??= code
      abort.abort(new DOMException(`Ended by ${name}.`, 'AbortError'))
    })
  const terminal = processTerminal('ctrader', process.env, abort.signal)
  try {
    const line = parseCommandLine(args, version(), Date.now())
    if (line.command === 'auth') return await runAuthCommand(line.args, terminal)
    if (line.command !== 'print') return await runAccountCommand(line, terminal)
    terminal.out(line.text)
    return 0
  } catch (error) {
    return ended ?? printFailure(error, args.includes('--json'), terminal)
  }
}

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

// Whoever read our output has gone (`ctrader … | head`); that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
process.exitCode = await main(process.argv.slice(2))
// An unread standard input would keep the process.
process.stdin.destroy()
