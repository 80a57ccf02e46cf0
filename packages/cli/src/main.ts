#!/usr/bin/env node
import { renderError } from './render-error.ts'
import { run } from './run.ts'
import { exitCodeOf, isDebug } from './server.ts'
import { processTerminal } from './terminal.ts'
import { watchEnd } from './unordered-end.ts'

const args = process.argv.slice(2)
const end = watchEnd(args)

// Children end with their channel to this process, so nothing is left behind when it ends this way.
process.on('uncaughtException', error => {
  const { text } = renderError(error, { debug: isDebug(process.env['DEBUG']), exitCodeOf })
  process.stderr.write(text)
  end(1)
})
// Whoever read our output has gone (`claw up | head`); that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

// Nothing may keep the process once its command has ended: what it started has been ended by then.
end(await run(args, processTerminal(process.env), end))
