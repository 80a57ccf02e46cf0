import { run } from '../src/run.ts'

/** Runs a command line in a folder, and gives what it printed. */
export async function runClaw(line: string, cwd: string) {
  const text = { out: '', err: '' }
  const code = await run(line.split(' '), {
    out: more => {
      text.out += more
    },
    err: more => {
      text.err += more
    },
    interactive: false,
    env: {},
    cwd,
    upCommand: 'claw up',
  })
  return { code, ...text }
}
