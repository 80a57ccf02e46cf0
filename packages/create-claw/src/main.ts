#!/usr/bin/env node
import { create } from './create.ts'

process.exitCode = await create(process.argv.slice(2), {
  cwd: process.cwd(),
  nodeVersion: process.version,
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
})
