import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type RunDocument, reportFiles } from '@openclaw-trading/bot-engine/report'
import type { PartialResult } from '../partial-result.ts'

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
  await partial.writing(removeAll, () =>
    Promise.all(reportFiles(document).map(({ name, pieces }) => writeFile(join(folder, name), pieces))),
  )
  const path = relative(cwd, page)
  const shown = path.startsWith('..') ? page : path
  partial.kept(`The report of what was done is ${shown}.`)
  return shown
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
