import { createInterface } from 'node:readline'
import { CTraderError } from '../errors.ts'
import type { CommandTerminal } from './command-terminal.ts'

/** Longest line that is taken from a person. */
const MAX_LINE = 8192

/** The terminal of this process. */
export function processTerminal(
  program: string,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): CommandTerminal {
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    readLine: () => readLine(signal),
    drained: () => drained(process.stdout),
    interactive: process.stderr.isTTY === true && !env['CI'] && !env['NO_COLOR'],
    env,
    cwd: process.cwd(),
    program,
    ...(signal === undefined ? {} : { signal }),
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writableNeedDrain) return Promise.resolve()
  return new Promise(resolve => {
    const done = (): void => {
      for (const event of ['drain', 'error', 'close']) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'error', 'close']) stream.once(event, done)
  })
}

function readLine(signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    const onAbort = (): void => {
      reject(signal?.reason)
      lines.close()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    lines.once('line', line => {
      resolve(line.slice(0, MAX_LINE))
      lines.close()
    })
    lines.once('close', () => {
      signal?.removeEventListener('abort', onAbort)
      // After a line this changes nothing.
      reject(
        new CTraderError('invalid-argument', 'Nothing was pasted. Start the login again.', {
          path: 'code',
          expected: 'one line on standard input',
        }),
      )
    })
  })
}
