import { join } from 'node:path'
import { backtest, type BacktestReport } from '@openclaw-trading/bot-engine'
import { createRunDocument, stressedOptions, toFigures } from '@openclaw-trading/bot-engine/report'
import { grouped } from '@openclaw-trading/ctrader-client/node'
import type { BacktestArguments } from '../commands/backtest.ts'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { jsonResult, type Warning } from '../output.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { missed } from './bound.ts'
import { partsOf, type RunPart } from './parts.ts'
import { summaryTable } from './summary.ts'
import { countTrial, type TrialFacts } from './trials.ts'
import { warningsOf } from './warnings.ts'
import { reportFolderName, writeReport } from './write-report.ts'

const DIGITS = 2

/** Runs a strategy, tells its figures, and writes the report. @returns 0; @throws `check-failed` below a bound */
export async function runBacktest(asked: BacktestArguments, context: CommandContext): Promise<number> {
  const { terminal } = context
  const startedMs = performance.now()
  const prepared = await prepareRun(asked.strategy, asked, context)
  terminal.err(`  ${headline(prepared)}\n`)
  const report = await backtest(prepared.source.strategy, prepared.options)
  terminal.err(`  simulated ${grouped(report.rows)} rows in ${secondsSince(startedMs)}\n`)
  const account = { currency: prepared.project.config.account.currency, digits: DIGITS }
  const parts = partsOf(report, prepared.data, asked.outOfSample, account)
  const trials = countTrial(report, prepared)
  const warnings = await warningsOf(report, prepared, terminal.cwd)
  for (const { message } of warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
  const found: Found = { report, parts, trials, warnings }
  const page = asked.report ? await reportOf(found, prepared, context) : undefined
  const { id, codeHash } = prepared.source
  const facts = { strategy: id, codeHash, params: prepared.params, parts, trials: trials.count, report: page }
  const tookMs = performance.now() - startedMs
  if (asked.json)
    terminal.out(jsonResult('claw.backtest/1', { ...facts, rows: report.rows }, { warnings, tookMs }))
  else terminal.out(`${summaryTable(parts)}\n${linesOf(found, page)}  Next: ${nextCommand(asked)}\n`)
  const below = missed(asked.failUnder, report.metrics)
  if (below.length > 0)
    throw new CliError('check-failed', `${below.join('; ')}. The bounds are those of --fail-under.`)
  return 0
}

interface Found {
  readonly report: BacktestReport
  readonly parts: readonly RunPart[]
  readonly trials: TrialFacts
  readonly warnings: readonly Warning[]
}

async function reportOf(
  found: Found,
  prepared: PreparedRun,
  { terminal, args }: CommandContext,
): Promise<string> {
  const { source, options, project, data } = prepared
  const createdAt = Date.now()
  const document = createRunDocument(found.report, options, {
    title: source.id,
    codeHash: source.codeHash,
    dataSource: data.source,
    command: `claw ${args.map(quoted).join(' ')}`,
    createdAt,
    parts: found.parts.map(({ metrics, ...part }) => ({ ...part, figures: toFigures(metrics) })),
    stress: await stressOf(prepared),
    trials: found.trials,
    warnings: found.warnings.map(({ message }) => message),
  })
  const folder = join(project.folder, project.config.reportsDir, reportFolderName(source.id, createdAt))
  return writeReport(document, folder, terminal.cwd)
}

/** What is left when costs are half as high again, and twice as high. */
async function stressOf({ source, options }: PreparedRun) {
  const results = []
  for (const factor of [1.5, 2]) {
    const { metrics } = await backtest(source.strategy, stressedOptions(options, factor))
    results.push({ factor, figures: toFigures(metrics) })
  }
  return results
}

function linesOf({ trials }: Found, page: string | undefined): string {
  const luck =
    trials.count > 1
      ? `  Run ${grouped(trials.count)} on these data: the best of so many is partly luck.\n`
      : ''
  return `${luck}${page === undefined ? '' : `  ✔ report  ${page}\n`}`
}

/** An argument as a shell reads it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

function secondsSince(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
}

function headline({ source, data, options }: PreparedRun): string {
  const { columns, instrument, firstAt, lastAt, source: origin } = data
  const rows = `${grouped(columns.length)} ${columns.type === 'bars' ? `${columns.timeframe} bars` : 'ticks'}`
  const spread = columns.type === 'bars' ? ` · spread ${options.venue?.barSpreadTicks ?? 0} points` : ''
  return `${source.id} (${source.codeHash.slice(0, 7)}) · ${instrument.name} · ${day(firstAt)} → ${day(lastAt)} · ${rows} · ${origin}${spread}`
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function nextCommand({ strategy }: BacktestArguments): string {
  return `claw check ${strategy}`
}
