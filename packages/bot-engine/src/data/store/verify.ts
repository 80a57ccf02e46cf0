import { type ColumnFile, decodeAll } from './column-file.ts'
import type { StoreProblem, StoreVerification } from './data-store.ts'
import { seriesFolders } from './folder.ts'
import { instrumentFile, readInstrumentRecord } from './instrument-record.ts'
import { chunkSpan, problemOf, type StoreSeries } from './series.ts'

/** Reads every file whole and says what is wrong. */
export async function verifyStore(
  root: string,
  { symbol, series }: { readonly symbol?: string; readonly series?: StoreSeries },
): Promise<StoreVerification> {
  const problems: StoreProblem[] = []
  let files = 0
  let rows = 0
  const folders = seriesFolders(root).filter(
    one => (symbol ?? one.symbol) === one.symbol && (series ?? one.series) === one.series,
  )
  for (const name of new Set(folders.map(one => one.symbol))) {
    try {
      readInstrumentRecord(root, name)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      problems.push({ path: instrumentFile(root, name), problem: text })
    }
  }
  for (const folder of folders) {
    const attempt = (path: string, work: () => void): void => {
      try {
        work()
      } catch (error) {
        problems.push({ path, problem: error instanceof Error ? error.message : String(error) })
      }
    }
    attempt(folder.path, () => {
      for (const name of folder.missing())
        problems.push({ path: folder.fileOf(name), problem: 'is missing although the manifest names it' })
    })
    for (const name of folder.names()) {
      files += 1
      attempt(folder.fileOf(name), () => {
        const file = folder.open(name)
        rows += file.head.rows
        const problem = contentProblem(file, name, folder.series)
        if (problem !== undefined) problems.push({ path: folder.fileOf(name), problem })
      })
    }
    // A store of years is checked without keeping everybody else waiting.
    await new Promise(resolve => setTimeout(resolve, 0))
  }
  return { files, rows, problems }
}

function contentProblem(file: ColumnFile, name: string, series: StoreSeries): string | undefined {
  const rows = decodeAll(file)
  const problem = problemOf(rows, series)
  if (problem !== undefined) return `row ${problem.row} ${problem.text}`
  const span = chunkSpan(name, series)
  const { first, last } = file.head
  return span !== undefined && first >= span.from && last < span.to
    ? undefined
    : 'holds rows outside the span of its name'
}
