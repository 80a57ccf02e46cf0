import { resolve } from 'node:path'
import { CsvFile } from './csv-file.ts'
import { grouped, Progress, type ProgressOutput } from '../../terminal/progress.ts'
import type { SpanOptions } from './command-line.ts'

/** Rows of history as CSV or JSON. */
export interface Download<Row> {
  /** Names of the columns; the first is a time in milliseconds. */
  readonly header: string
  /** What is downloaded, for the progress line. */
  readonly label: string
  /** Rows of a span, oldest first. */
  rows(span: SpanOptions): AsyncIterable<Row>
  timeOf(row: Row): number
  csv(row: Row): string
  /** One object with a `schema`. */
  json(row: Row): object
}

/** What a download did. */
export interface DownloadReport {
  readonly path?: string
  /** Written in this run. */
  readonly rows: number
  /** Milliseconds since 1970; where this run began. */
  readonly from: number
  readonly to: number
  readonly resumed: boolean
}

interface Target extends ProgressOutput {
  out(text: string): void
  drained?(): Promise<void>
  readonly cwd: string
}

/** Where rows go. */
export interface DownloadTarget {
  /** A CSV file. Absent: stdout. */
  readonly out?: string
  /** JSON lines on stdout instead of CSV. */
  readonly json: boolean
}

/**
 * Writes rows to stdout, or to a file that holds what came also when it is ended: the next run goes on there.
 *
 * A span that begins before what the file holds is not filled in at its front.
 */
export async function download<Row>(
  source: Download<Row>,
  span: SpanOptions,
  { out, json }: DownloadTarget,
  target: Target,
): Promise<DownloadReport> {
  const progress = new Progress(target, source.label)
  if (out === undefined) {
    if (!json) target.out(`${source.header}\n`)
    const rows = await copy(source, span, span, progress, async row => {
      target.out(`${json ? JSON.stringify(source.json(row)) : source.csv(row)}\n`)
      await target.drained?.()
    })
    return { rows, ...span, resumed: false }
  }
  const path = resolve(target.cwd, out)
  const file = await CsvFile.open(path, source.header)
  try {
    const from = Math.max(span.from, file.resumesAt ?? span.from) as SpanOptions['from']
    const resumed = file.resumesAt !== undefined
    if (resumed) target.err(`  ${out} goes on at ${new Date(from).toISOString()}\n`)
    const rows =
      from < span.to
        ? await copy(source, { ...span, from }, span, progress, row => file.write(source.csv(row)))
        : 0
    return { path, rows, from, to: span.to, resumed }
  } finally {
    await file.close()
  }
}

async function copy<Row>(
  source: Download<Row>,
  span: SpanOptions,
  whole: SpanOptions,
  progress: Progress,
  write: (row: Row) => Promise<void>,
): Promise<number> {
  const shareOf = (time: number): number => Math.min(1, (time - whole.from) / (whole.to - whole.from))
  let rows = 0
  let share = shareOf(span.from)
  progress.update(share, rows)
  try {
    for await (const row of source.rows(span)) {
      await write(row)
      rows += 1
      share = shareOf(source.timeOf(row))
      progress.update(share, rows)
    }
    share = 1
    return rows
  } finally {
    progress.end(share, rows)
  }
}

/** The end of a download in words. */
export function downloadText({ path, rows }: DownloadReport): string {
  return path === undefined ? '' : `  ${grouped(rows)} ${rows === 1 ? 'row' : 'rows'} written to ${path}\n`
}
