import { grouped, Progress } from '@openclaw-trading/ctrader-client/terminal'
import type { Instrument } from '@openclaw-trading/trading-model'
import { refusals } from '../backtest/refused-orders.ts'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { endedBy } from '../interrupt.ts'
import { jsonResult, type Warning } from '../output.ts'
import { prepareRun } from '../research/prepare.ts'
import { step } from '../step.ts'
import { checkSource, type SourceChecks } from './check-source.ts'
import { checkMarks, priceBlind } from './marks.ts'
import type { DataOptions, StrategyOptions } from '../research/options.ts'

/** What `claw check` was asked. */
export interface CheckArguments extends StrategyOptions, DataOptions {
  readonly strategy: string
  readonly cuts: number
  readonly json: boolean
}

/**
 * Checks a strategy.
 *
 * @returns 0; @throws `check-failed` with everything that was found; the reason of Ctrl-C, once what was found until
 *   then has been told
 */
export async function runCheck(asked: CheckArguments, context: CommandContext): Promise<number> {
  const { terminal, interrupt } = context
  const startedMs = performance.now()
  const { source, options, data, params } = await prepareRun(asked.strategy, asked, context)
  terminal.err(
    `  ${source.id} · ${data.instrument.name} · ${grouped(data.columns.length)} rows · ${data.source}\n`,
  )
  const progress = new Progress(terminal, 'checking', { unit: 'runs' })
  let total = 0
  const onProgress = (run: { readonly done: number; readonly total: number }): void => {
    total = run.total
    if (run.done < run.total) progress.update(run.done / run.total, run.done)
  }
  const checks = await step(
    terminal,
    'checks',
    () => checkSource(source, { ...options, params, cuts: asked.cuts, onProgress }, terminal.cwd),
    ({ findings: { length }, runs }) => `${runs} runs · ${length} findings`,
  )
  const { findings, report, runs } = checks
  progress.end(report === undefined ? runs / Math.max(1, total) : 1, runs)
  const warnings = [...data.notes, ...warningsOf(checks, data.instrument, interrupt.signal)]
  for (const { message } of warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
  const passed = report !== undefined && findings.length === 0
  const found = { strategy: source.id, ...report, runs, passed, findings, partial: report === undefined }
  const tookMs = performance.now() - startedMs
  const result = { schema: 'claw.check/1', data: found, warnings, tookMs, ok: passed }
  if (!asked.json) terminal.out(textOf(checks))
  else if (passed || report === undefined) terminal.out(jsonResult(result.schema, found, result))
  if (report === undefined) {
    for (const { message } of findings) terminal.err(`  ✘ ${message}\n`)
    throw interrupt.signal.reason
  }
  if (passed) {
    if (!asked.json) terminal.err(`  Next: claw sweep ${asked.strategy} --axis name=from:to:step\n`)
    return 0
  }
  throw new CliError('check-failed', findings.map(({ message }) => message).join('\n'), { result })
}

function warningsOf(
  { report, runs }: SourceChecks,
  instrument: Instrument,
  signal: AbortSignal,
): readonly Warning[] {
  if (report === undefined) return [checksEndedEarly(runs, signal)]
  return [
    ...report.notes.map(message => ({ code: 'not-compared', message })),
    ...priceBlind(report),
    ...refusals(report, instrument),
  ]
}

/** Said of checks that a signal ended. */
export function checksEndedEarly(runs: number, signal: AbortSignal): Warning {
  return {
    code: 'interrupted',
    message: `The checks were ended by ${endedBy(signal)} after ${runs} ${runs === 1 ? 'run' : 'runs'}: what was found until then is told, and nothing else is cleared.`,
  }
}

function textOf({ findings, report, runs }: SourceChecks): string {
  const marks = `  checks  ${checkMarks(findings, report === undefined)}\n`
  if (report === undefined) return marks
  return `${marks}  ${grouped(report.decisions)} decisions in ${runs} runs · hash ${report.hash}\n`
}
