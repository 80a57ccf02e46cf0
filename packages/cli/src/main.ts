#!/usr/bin/env node
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'

// Nothing may keep the process once its command has ended: what it started has been ended by then.
process.exit(await run(process.argv.slice(2), processTerminal(process.env)))
