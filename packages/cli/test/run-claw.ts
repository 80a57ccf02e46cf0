import { run } from '../src/run.ts'

/** Runs a command line, as text without quotes or as its words, in a folder, and gives what it printed. */
export async function runClaw(
  line: string | readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
) {
  const text = { out: '', err: '' }
  const code = await run(typeof line === 'string' ? line.split(' ') : line, {
    out: more => {
      text.out += more
    },
    err: more => {
      text.err += more
    },
    interactive: false,
    env,
    cwd,
    upCommand: 'claw up',
  })
  return { code, ...text }
}
