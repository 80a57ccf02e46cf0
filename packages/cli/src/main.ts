#!/usr/bin/env node
import { watchHandlers } from './endless-handler.ts'
import type { CliError } from './errors.ts'
import { renderError } from './render-error.ts'
import { renderingOf } from './rendering.ts'
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'
import { watchEnd } from './unordered-end.ts'
import { outputFailure } from './write-failure.ts'

const args = process.argv.slice(2)
const end = watchEnd(args)
const rendering = () => renderingOf({ env: process.env, cwd: process.cwd() }, args.includes('--verbose'))

// Children end with their channel to this process, so nothing is left behind when it ends this way.
process.on('uncaughtException', error => {
  const { text } = renderError(error, rendering())
  process.stderr.write(text)
  end(1)
})
// Whoever read our output has gone (`claw up | head`); that is no reason to end. A full disk takes a result from us.
let lost: CliError | undefined
process.stdout.on('error', error => {
  lost ??= outputFailure(error)
})
process.stderr.on('error', () => {})

const terminal = processTerminal(process.env)
const code = await run(args, terminal, end, watchHandlers)
// A pipe holds 64 KB: what its reader has not taken yet would end with the process.
await terminal.drained?.()
// What a write met is told a moment after it.
await new Promise(resolve => setImmediate(resolve))
if (lost !== undefined) {
  const { text, exitCode } = renderError(lost, rendering())
  process.stderr.write(text)
  end(code === 0 ? exitCode : code)
}
// Nothing may keep the process once its command has ended: what it started has been ended by then.
end(code)
