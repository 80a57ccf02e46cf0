import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Sample } from './row.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const canPin = existsSync('/usr/bin/taskset') && cpus().length >= 2

/** Longest time that one run may take, in milliseconds. */
const RUN_TIMEOUT_MS = 180_000

function start(module: string, args: readonly string[], core: number, env: NodeJS.ProcessEnv): ChildProcess {
  const node = ['--import', 'tsx', '--conditions=@openclaw-trading/source', `${folder}${module}`, ...args]
  const [command, rest] = canPin
    ? ['/usr/bin/taskset', ['-c', String(core), process.execPath, ...node]]
    : [process.execPath, node]
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env })
}

function fail(module: string, what: string, stderr: string): Error {
  return new Error(`${module}: ${what}. ${stderr.trim().slice(-2000) || 'It wrote nothing to stderr.'}`)
}

/** A server that a row's contestants share. */
export interface BenchServer {
  /** What it printed after `ready `. */
  readonly info: Readonly<Record<string, string>>
  stop(): void
}

/** Starts a row's server on the first core and waits until it says that it is ready. */
export function startServer(module: string): Promise<BenchServer> {
  const child = start(module, [], 0, process.env)
  return new Promise((resolve, reject) => {
    let output = ''
    let stderr = ''
    child.stderr?.on('data', chunk => (stderr += chunk))
    child.stdout?.on('data', chunk => {
      output += chunk
      const line = output.split('\n').find(text => text.startsWith('ready '))
      if (line !== undefined)
        resolve({ info: JSON.parse(line.slice(6)) as Record<string, string>, stop: () => void child.kill() })
    })
    child.once('exit', code => reject(fail(module, `ended with code ${code} before it was ready`, stderr)))
  })
}

/** Runs one measurement in a process of its own on the second core; its last line of output is a {@link Sample}. */
export function runOnce(module: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Sample> {
  const child = start(module, args, 1, { ...process.env, ...env })
  return new Promise((resolve, reject) => {
    let output = ''
    let stderr = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT_MS)
    child.stdout?.on('data', chunk => (output += chunk))
    child.stderr?.on('data', chunk => (stderr += chunk))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (code !== 0) return reject(fail(module, `ended with ${signal ?? `code ${code}`}`, stderr))
      resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as Sample)
    })
  })
}
