import type { GlobalOptions } from './global-options.ts'
import { jsonProgress } from './output.ts'
import { redactor } from './secrets.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

/** The terminal as the options of a line want it. */
export function terminalOf(
  { ask, ...terminal }: Terminal,
  { cwd = terminal.cwd, config, quiet, stream, verbose }: GlobalOptions,
  json: boolean,
): Terminal {
  return {
    ...terminal,
    cwd,
    ...(config !== undefined && { config }),
    ...(quiet && { err: () => {}, prompt: terminal.err }),
    ...(stream && { progress: state => terminal.out(jsonProgress(state)) }),
    // A program answers nothing, and what is not told cannot be answered.
    ...(ask && !json && !quiet && { ask }),
    ...(verbose && { verbose: teller({ ...terminal, cwd }) }),
  }
}

/** Writes steps as lines: `  › data  … 12 ms`. What was told is not told again, e.g. a configuration that is read twice. */
function teller({ err, env, cwd }: Terminal): NonNullable<Terminal['verbose']> {
  const redact = redactor(env, cwd)
  const told = new Set<string>()
  const tell = (name: string, text: string, tookMs?: number): void => {
    if (told.has(name + text)) return
    told.add(name + text)
    const time = tookMs === undefined ? '' : `  ${timeText(tookMs)}`
    err(redact(`  › ${name.padEnd(9)} ${text}${time}\n`))
  }
  tell('claw', `${VERSION} · node ${process.versions.node} · ${process.platform}`)
  tell('folder', cwd)
  return tell
}

function timeText(ms: number): string {
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}
