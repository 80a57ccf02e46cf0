import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { CommandContext } from '../command.ts'
import type { Plan } from '../dry-run.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject } from '../project/config.ts'
import type { Terminal } from '../terminal.ts'
import { findRun } from './runs.ts'

/** Opens the page of a run in the system's browser, or only prints its path where nobody could see it. @returns 0 */
export async function openRun(
  { run: name, json }: { readonly run: string; readonly json: boolean },
  { terminal }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  const { run, page } = await pageOf(name, terminal)
  const opener = json ? undefined : openerOf(process.platform, terminal.env)
  const opened = opener !== undefined && (await start(opener, page))
  const path = relative(terminal.cwd, page)
  if (json) {
    const data = { id: run.id, page, opened }
    terminal.out(jsonResult('claw.report.open/1', data, { tookMs: performance.now() - startedMs }))
  } else terminal.out(`${path.startsWith('..') ? page : path}\n`)
  return 0
}

/** What it would start. */
export async function planOpen(
  { run: name, json }: { readonly run: string; readonly json: boolean },
  { terminal }: CommandContext,
): Promise<Plan> {
  const { page } = await pageOf(name, terminal)
  const opener = json ? undefined : openerOf(process.platform, terminal.env)
  return {
    changes: [
      opener === undefined
        ? { does: 'print', what: `the path ${page}` }
        : { does: 'start', what: `${opener.join(' ')} ${page}` },
    ],
  }
}

/** @throws {@link CliError} `run-not-found`, `run-damaged` */
async function pageOf(name: string, terminal: Terminal) {
  const run = findRun(name, await openProject(terminal), terminal.cwd)
  const page = join(run.folder, 'index.html')
  if (existsSync(page)) return { run, page }
  throw new CliError(
    'run-damaged',
    `The run ${run.id} has no index.html. Write it anew: claw report export ${run.id} --format html --out ${page}`,
  )
}

/** What opens a file for a person; none without a display or in CI. */
export function openerOf(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly [command: string, ...args: string[]] | undefined {
  if (env['CI']) return undefined
  if (platform === 'darwin') return ['open']
  // `start` takes its first quoted word for a title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}

/** @returns whether it could be started; what it does then is its own */
function start([command, ...args]: readonly [string, ...string[]], page: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(command, [...args, page], { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
