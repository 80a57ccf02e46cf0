import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type RunDocument, reportFiles } from '@openclaw-trading/bot-engine/report'
import { CliError } from '../errors.ts'
import type { PartialResult } from '../partial-result.ts'
import { isRefused, systemReason } from '../write-failure.ts'

/**
 * Writes a run's page, document and trades into a folder of its own, which is removed again where it is given up.
 *
 * @returns the page's path, as one would type it
 */
export async function writeReport(
  document: RunDocument,
  wanted: string,
  cwd: string,
  partial: PartialResult,
): Promise<string> {
  const folder = await freshFolder(wanted)
  const page = join(folder, 'index.html')
  const removeAll = () => rmSync(folder, { recursive: true, force: true })
  const files = reportFiles(document)
  const writing = () =>
    Promise.allSettled(files.map(({ name, pieces }) => writeFile(join(folder, name), pieces)))
  const failed = (await partial.writing(removeAll, writing)).find(({ status }) => status === 'rejected')
  if (failed !== undefined) {
    // Half a report is none, and on a full disk it may hold all that was left.
    removeAll()
    throw notWritten(folder, (failed as PromiseRejectedResult).reason)
  }
  const path = relative(cwd, page)
  const shown = path.startsWith('..') ? page : path
  partial.kept(`The report of what was done is ${shown}.`)
  return shown
}

function notWritten(folder: string, cause: unknown): unknown {
  if (!isRefused(cause)) return cause
  return new CliError(
    'not-writable',
    `The report in ${folder} cannot be written (${systemReason(cause)}). Check its permissions and the space left.`,
    { cause },
  )
}

/** Two runs of one second, e.g. of a script, have a folder each. */
async function freshFolder(wanted: string): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true })
  for (let number = 1; ; number++) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Name of a run's folder: second and strategy, so that a listing is in order of time but for runs of one second. */
export function reportFolderName(id: string, at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T')
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}-${id}`
}
