import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))

/** A `claw up` that runs as its user would run it: the built program, in a process of its own. */
export interface Claw {
  readonly url: string
  readonly child: ChildProcess
  /** Everything it has printed. */
  readonly output: () => string
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

/** Starts `claw up` on a free port and waits until it prints its address. */
export function clawUp(dataDir: string, ...args: readonly string[]): Promise<Claw> {
  const child = spawn(process.execPath, [main, 'up', '--port', '0', '--data-dir', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
  })
  let text = ''
  const ended = new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk
      const url = /Dashboard\s+(http:\/\/(?:127\.0\.0\.1|localhost):\d+)\//.exec(text)?.[1]
      if (url !== undefined) resolve({ url, child, output: () => text, ended })
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    void ended.then(code => reject(new Error(`claw up ended with code ${code}:\n${text}`)))
  })
}

/** JSON of a path of the API. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { headers: { accept: 'application/json' } })
  return (await response.json()) as T
}

/** Ids of the live processes that have the data folder, or a process that has it as parent, in their command line. */
export function processesOf(claw: Claw, dataDir: string): number[] {
  const pids = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
  return pids.filter(pid => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (state === 'Z') return false
      return pid === claw.child.pid || Number(parent) === claw.child.pid || command.includes(dataDir)
    } catch {
      // It ended while we looked.
      return false
    }
  })
}
