import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { bundled } from './bundle.ts'
import type { Sample } from './row.ts'

const canPin = existsSync('/usr/bin/taskset') && cpus().length >= 2

/** Longest time that one run may take, in milliseconds. */
const RUN_TIMEOUT_MS = 180_000

function start(
  module: string,
  args: readonly string[],
  core: number | undefined,
  env: NodeJS.ProcessEnv,
): ChildProcess {
  const node = [bundled(module), ...args]
  const [command, rest] =
    canPin && core !== undefined
      ? ['/usr/bin/taskset', ['-c', String(core), process.execPath, ...node]]
      : [process.execPath, node]
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env })
}

function fail(module: string, what: string, stderr: string): Error {
  return new Error(`${module}: ${what}. ${stderr.trim().slice(-2000) || 'It wrote nothing to stderr.'}`)
}

/** A server that contestants connect to. */
export interface BenchServer {
  /** What it printed after `ready `: environment of its contestants. */
  readonly info: Readonly<Record<string, string>>
  /** What it printed after `sample `. Rejects when it ends without. */
  readonly sample: Promise<Sample>
  stop(): void
}

/** Starts a row's server on the first core and waits until it says that it is ready. */
export function startServer(module: string, args: readonly string[] = []): Promise<BenchServer> {
  const child = start(module, args, 0, process.env)
  let stderr = ''
  child.stderr?.on('data', chunk => (stderr += chunk))
  const lineOf = (word: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      let output = ''
      child.stdout?.on('data', chunk => {
        output += chunk
        const line = output.split('\n').find((text, i, all) => i < all.length - 1 && text.startsWith(word))
        if (line !== undefined) resolve(JSON.parse(line.slice(word.length)))
      })
      child.once('close', code => reject(fail(module, `ended with code ${code} without "${word}"`, stderr)))
    })
  const sample = lineOf('sample ') as Promise<Sample>
  // Servers that measure nothing never print one.
  sample.catch(() => {})
  return lineOf('ready ').then(info => ({
    info: info as Record<string, string>,
    sample,
    stop: () => void child.kill(),
  }))
}

/** Runs one contestant in a process of its own, pinned to the second core or on all of them; returns its last line of output. */
export function runOnce(
  module: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  pinned: boolean,
): Promise<string> {
  const child = start(module, args, pinned ? 1 : undefined, { ...process.env, ...env })
  return new Promise((resolve, reject) => {
    let output = ''
    let stderr = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT_MS)
    child.stdout?.on('data', chunk => (output += chunk))
    child.stderr?.on('data', chunk => (stderr += chunk))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (code !== 0) reject(fail(module, `ended with ${signal ?? `code ${code}`}`, stderr))
      else resolve(output.trim().split('\n').at(-1) ?? '')
    })
  })
}
