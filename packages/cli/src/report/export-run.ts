import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { reportHtml, type RunDocument, tradesCsv } from '@openclaw-trading/bot-engine/report'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { confirmOverwrite, plannedFile } from '../confirm.ts'
import type { Plan } from '../dry-run.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject } from '../project/config.ts'
import { step } from '../step.ts'
import { findRun, readRun } from './runs.ts'

/** What a run can be written as. */
export type ExportFormat = 'html' | 'json' | 'csv'

const WRITERS: Readonly<Record<ExportFormat, (document: RunDocument) => string>> = {
  html: reportHtml,
  json: document => `${JSON.stringify(document, undefined, 2)}\n`,
  csv: tradesCsv,
}

/** What `claw report export` was asked. */
export interface ExportArguments {
  readonly run: string
  readonly format: ExportFormat
  readonly out?: string
  readonly json: boolean
}

/** Writes a run as a file, or on stdout. @returns 0 */
export async function exportRun(asked: ExportArguments, context: CommandContext): Promise<number> {
  const { terminal } = context
  const startedMs = performance.now()
  if (asked.json && asked.out === undefined)
    throw new CliError('usage', '--json tells where the file is: name one with --out.')
  const { run, text } = await textOf(asked, context)
  if (asked.out === undefined) {
    terminal.out(text)
    return 0
  }
  await confirmOverwrite(asked.out, context)
  const file = resolve(terminal.cwd, asked.out)
  const bytes = Buffer.byteLength(text)
  await step(
    terminal,
    'write',
    async () => {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    },
    () => `${file} · ${grouped(bytes)} bytes`,
  )
  const data = { id: run.id, format: asked.format, file, bytes }
  if (asked.json)
    terminal.out(jsonResult('claw.report.export/1', data, { tookMs: performance.now() - startedMs }))
  else terminal.err(`  ✔ ${asked.out}\n`)
  return 0
}

/** What it would write. */
export async function planExport(asked: ExportArguments, context: CommandContext): Promise<Plan> {
  const { run, text } = await textOf(asked, context)
  const what = `${run.id} as ${asked.format}, ${grouped(Buffer.byteLength(text))} bytes`
  return { changes: [plannedFile(asked.out ?? '', what, context)] }
}

async function textOf({ run: name, format }: ExportArguments, { terminal }: CommandContext) {
  const run = findRun(name, await openProject(terminal), terminal.cwd)
  return { run, text: WRITERS[format](readRun(run)) }
}
