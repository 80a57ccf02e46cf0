import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { endedBy } from '../interrupt.ts'
import { jsonResult, type Warning } from '../output.ts'
import { openProject } from '../project/config.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { renderError } from '../render-error.ts'
import { keep, type Kept, unkept } from '../unkept.ts'
import { type Bound, missed } from './bound.ts'
import { checkRun, checksLine } from './checks.ts'
import type { Found } from './found.ts'
import { headline } from './headline.ts'
import { partsOf } from './parts.ts'
import { reportOf } from './run-report.ts'
import { type Simulated, simulate, unlessEnded } from './simulate.ts'
import { summaryTable } from './summary.ts'
import { countTrial, namedParts, triedBefore } from './trials.ts'
import { warningsOf } from './warnings.ts'
import type { DataOptions, StrategyOptions } from '../research/options.ts'

/** What `claw backtest` was asked. */
export interface BacktestArguments extends StrategyOptions, DataOptions {
  readonly strategy: string
  /** Share of the time kept apart, 0 to 0.9. */
  readonly outOfSample: number
  readonly failUnder: readonly Bound[]
  readonly report: boolean
  /** Look-ahead, warm-up, determinism over a part of the data. */
  readonly check: boolean
  /** Again whenever the file is saved. */
  readonly watch: boolean
  readonly json: boolean
}

const DIGITS = 2

/**
 * Runs a strategy, checks it, tells its figures, and writes the report.
 *
 * @returns 0; @throws `check-failed` below a bound; the reason of Ctrl-C, once what is there has been told
 */
export async function runBacktest(asked: BacktestArguments, context: CommandContext): Promise<number> {
  checkPlaces(await openProject(context.terminal.cwd), asked)
  return tellRun(asked, context, await prepareRun(asked.strategy, asked, context))
}

/** The same for a run that is prepared. */
export async function tellRun(
  asked: BacktestArguments,
  context: CommandContext,
  prepared: PreparedRun,
): Promise<number> {
  const { terminal, interrupt } = context
  const startedMs = performance.now()
  terminal.err(`  ${headline(prepared)}\n`)
  const simulated = await simulate(prepared, context)
  terminal.err(`  simulated ${grouped(simulated.report.rows)} rows in ${seconds(simulated.tookMs)}\n`)
  const found = await judge(simulated, asked, context)
  for (const { message } of found.warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
  const written: Kept<string> =
    asked.report && found.report.rows > 0 ? await keep(() => reportOf(found, context)) : {}
  const page = written.value
  const lost = found.uncounted ?? written.failure
  const tookMs = performance.now() - startedMs
  const below = missed(asked.failUnder, found.report.metrics)
  const result = { schema: 'claw.backtest/1', data: dataOf(found, page), warnings: found.warnings, tookMs }
  if (!asked.json) terminal.out(textOf(found, page))
  else if ((below.length === 0 && lost === undefined) || interrupt.signal.aborted)
    terminal.out(jsonResult(result.schema, result.data, { ...result, ok: !interrupt.signal.aborted }))
  if (lost !== undefined && interrupt.signal.aborted) terminal.err(renderError(lost, { debug: false }).text)
  if (interrupt.signal.aborted) throw interrupt.signal.reason
  if (lost !== undefined) throw unkept(lost, result)
  if (!asked.json && !asked.watch) terminal.err(`  Next: ${nextCommand(asked, found)}\n`)
  if (below.length > 0)
    throw new CliError('check-failed', `${below.join('; ')}. The bounds are those of --fail-under.`, {
      result,
    })
  return 0
}

/** Everything that is to be said of a run; after a Ctrl-C only what is there already. */
async function judge(
  { report, prepared, interrupted }: Simulated,
  asked: BacktestArguments,
  { terminal, interrupt }: CommandContext,
): Promise<Found> {
  const { signal } = interrupt
  const account = { currency: prepared.project.config.account.currency, digits: DIGITS }
  const parts = partsOf(report, prepared.data, asked.outOfSample, account)
  if (interrupted) {
    const warnings = [endedEarly(report.rows, signal), ...prepared.data.notes]
    return {
      prepared,
      report,
      parts,
      warnings,
      trials: undefined,
      checks: undefined,
    }
  }
  const { value: trials, failure: uncounted } = await keep(() => countTrial(report, prepared, parts))
  const warnings: Warning[] = [
    ...((await unlessEnded(signal, warningsOf(report, prepared, terminal.cwd))) ?? prepared.data.notes),
  ]
  // Also after a Ctrl-C: they say then that nothing is cleared.
  const checks = asked.check ? await checkRun(prepared, report, { terminal, interrupt }) : undefined
  if (checks !== undefined) {
    terminal.err(checksLine(checks))
    warnings.push(...checks.findings.map(({ code, message }) => ({ code, message })), ...checks.warnings)
  }
  const others = trials?.outOfSample ?? 0
  if (others > 0) warnings.push(triedBefore(others, asked.outOfSample))
  const named = namedParts(parts, others, asked.outOfSample)
  return { prepared, report, parts: named, trials, checks, warnings, ...(uncounted && { uncounted }) }
}

function endedEarly(rows: number, signal: AbortSignal): Warning {
  return {
    code: 'interrupted',
    message: `Ended by ${endedBy(signal)} after ${grouped(rows)} rows: the figures are of those alone, and count as no trial.`,
  }
}

function dataOf({ prepared, report, parts, trials, checks }: Found, page: string | undefined) {
  return {
    strategy: prepared.source.id,
    codeHash: prepared.source.codeHash,
    params: prepared.params,
    parts,
    trials: trials?.count ?? null,
    deflatedSharpe: trials?.deflatedSharpe ?? null,
    otherTrialsOutOfSample: trials?.outOfSample ?? null,
    checks: checks ?? null,
    report: page ?? null,
    refused: report.refused,
    refusedChanges: report.refusedChanges,
    ordersCut: report.ordersCut ?? null,
    rows: report.rows,
  }
}

function textOf({ report, parts, trials }: Found, page: string | undefined): string {
  const luck = trials && { trials: trials.count, deflatedSharpe: trials.deflatedSharpe }
  return `${summaryTable(parts, luck)}${depthLine(report)}${page === undefined ? '' : `\n  ✔ report  ${page}\n`}`
}

/** How often the depth of the market decided over the volume; nothing where it has everything. */
function depthLine({ ordersCut, orderCount }: Found['report']): string {
  if (ordersCut === undefined) return ''
  return `\n  depth   ${grouped(ordersCut)} orders found too little volume and were cut (${grouped(orderCount)} entries)\n`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** What one does next: mend what the checks found, or go on. */
function nextCommand({ strategy, report }: BacktestArguments, { checks, warnings }: Found): string {
  const { code } =
    warnings.find(
      one =>
        !['interrupted', 'made-market', 'tried-before', 'warm-up-short', 'watched-late'].includes(one.code),
    ) ?? {}
  if (code !== undefined) return `claw explain ${code}`
  return checks === undefined
    ? `claw check ${strategy}`
    : report
      ? 'claw report open'
      : `claw sweep ${strategy}`
}
