import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type RunDocument, reportHtml, tradesCsv } from '@openclaw-trading/bot-engine/report'

/** Writes a run's page, document and trades into a folder of its own. @returns the page's path, as one would type it */
export async function writeReport(document: RunDocument, folder: string, cwd: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const page = join(folder, 'index.html')
  await Promise.all([
    writeFile(page, reportHtml(document)),
    writeFile(join(folder, 'result.json'), `${JSON.stringify(document)}\n`),
    writeFile(join(folder, 'trades.csv'), tradesCsv(document)),
  ])
  const path = relative(cwd, page)
  return path.startsWith('..') ? page : path
}

/** Name of a run's folder: minute and strategy, so that a listing is in order of time. */
export function reportFolderName(id: string, at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T')
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}-${id}`
}
