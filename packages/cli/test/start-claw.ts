import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** How a command ended that somebody watched. */
export interface Watched {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Of stdout and stderr, as it came. */
  readonly text: string
}

/** Starts a command in a folder; `onText` sees all that it has printed so far, and may send a Ctrl-C. */
export function startClaw(
  line: string,
  cwd: string,
  onText: (text: string, interrupt: () => void) => void = () => {},
): Promise<Watched> {
  const child = spawn(process.execPath, [MAIN, ...line.split(' ')], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', more => {
      text += more
      onText(text, () => child.kill('SIGINT'))
    })
  return new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal, text })))
}
