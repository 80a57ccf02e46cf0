import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { reportHtml, type RunDocument, tradesCsv } from '@openclaw-trading/bot-engine/report'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject } from '../project/config.ts'
import { findRun, readRun } from './runs.ts'

/** What a run can be written as. */
export type ExportFormat = 'html' | 'json' | 'csv'

const WRITERS: Readonly<Record<ExportFormat, (document: RunDocument) => string>> = {
  html: reportHtml,
  json: document => `${JSON.stringify(document, undefined, 2)}\n`,
  csv: tradesCsv,
}

/** Writes a run as a file, or on stdout. @returns 0 */
export async function exportRun(
  asked: {
    readonly run: string
    readonly format: ExportFormat
    readonly out?: string
    readonly json: boolean
  },
  { terminal }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  if (asked.json && asked.out === undefined)
    throw new CliError('usage', '--json tells where the file is: name one with --out.')
  const run = findRun(asked.run, await openProject(terminal.cwd), terminal.cwd)
  const text = WRITERS[asked.format](readRun(run))
  if (asked.out === undefined) {
    terminal.out(text)
    return 0
  }
  const file = resolve(terminal.cwd, asked.out)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  const data = { id: run.id, format: asked.format, file, bytes: Buffer.byteLength(text) }
  if (asked.json)
    terminal.out(jsonResult('claw.report.export/1', data, { tookMs: performance.now() - startedMs }))
  else terminal.err(`  ✔ ${asked.out}\n`)
  return 0
}
