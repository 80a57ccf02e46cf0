import { check, type CheckReport } from '@openclaw-trading/bot-engine/research'
import { grouped, Progress } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import type { CheckArguments } from '../commands/check.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { prepareRun } from '../research/prepare.ts'
import { checkMarks } from './marks.ts'

/** Checks a strategy. @returns 0; @throws `check-failed` with everything that was found */
export async function runCheck(asked: CheckArguments, context: CommandContext): Promise<number> {
  const { terminal } = context
  const startedMs = performance.now()
  const { source, options, data, params } = await prepareRun(asked.strategy, asked, context)
  terminal.err(
    `  ${source.id} · ${data.instrument.name} · ${grouped(data.columns.length)} rows · ${data.source}\n`,
  )
  const progress = new Progress(terminal, 'checking', { unit: 'runs' })
  const report = await check(source.strategy, {
    ...options,
    params,
    cuts: asked.cuts,
    onProgress: ({ done, total }) => {
      if (done < total) progress.update(done / total, done)
    },
  })
  progress.end(1, report.runs)
  const warnings = [...data.notes, ...report.notes.map(message => ({ code: 'not-compared', message }))]
  const tookMs = performance.now() - startedMs
  for (const { message } of warnings) terminal.err(`  ⚠ ${message}\n`)
  const result = { schema: 'claw.check/1', data: { strategy: source.id, ...report }, warnings, tookMs }
  if (asked.json && report.passed) terminal.out(jsonResult(result.schema, result.data, result))
  if (!asked.json) terminal.out(textOf(report))
  if (report.passed) {
    if (!asked.json) terminal.err(`  Next: claw sweep ${asked.strategy} --axis name=from:to:step\n`)
    return 0
  }
  throw new CliError('check-failed', report.findings.map(({ message }) => message).join('\n'), { result })
}

function textOf({ findings, decisions, hash, runs }: CheckReport): string {
  return `  checks  ${checkMarks(findings)}\n  ${grouped(decisions)} decisions in ${runs} runs · hash ${hash}\n`
}
