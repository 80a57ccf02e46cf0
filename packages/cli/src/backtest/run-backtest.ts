import { dirname, resolve } from 'node:path'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { endedBy } from '../interrupt.ts'
import { jsonResult, type Warning } from '../output.ts'
import { openProject } from '../project/config.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { ledgerFile } from '../research/ledger.ts'
import { type ProfileReport, profileText, writeProfile } from '../profile/profile-report.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { renderError } from '../render-error.ts'
import { step } from '../step.ts'
import { keep, unkept } from '../unkept.ts'
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
  checkProfile(asked, context)
  checkPlaces(await openProject(context.terminal), asked)
  return tellRun(asked, context, await prepareRun(asked.strategy, asked, context))
}

/** @throws {@link CliError} `usage` */
export function checkProfile({ report, watch }: BacktestArguments, { profile }: CommandContext): void {
  if (profile !== true || (report && !watch)) return
  throw new CliError(
    'usage',
    `--profile writes beside the report, and ${watch ? '--watch' : '--no-report'} makes none. Leave out one of them.`,
  )
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
  const simulated = await step(
    terminal,
    'run',
    () => simulate(prepared, context),
    ({ report: { rows, metrics } }) => `${grouped(rows)} rows · ${grouped(metrics.tradeCount)} trades`,
  )
  terminal.err(`  simulated ${grouped(simulated.report.rows)} rows in ${seconds(simulated.tookMs)}\n`)
  const found = await judge(simulated, asked, context)
  for (const { message } of found.warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
  const files = await writtenFiles(asked, found, simulated, context)
  const lost = found.uncounted ?? files.failure
  const tookMs = performance.now() - startedMs
  const below = missed(asked.failUnder, found.report.metrics)
  const result = { schema: 'claw.backtest/1', data: dataOf(found, files), warnings: found.warnings, tookMs }
  if (!asked.json) terminal.out(textOf(found, files))
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

/** What a run left behind. */
interface WrittenFiles {
  /** Its page, as one would type it. */
  readonly page?: string
  readonly profile?: ProfileReport
  /** What could not be written. */
  readonly failure?: CliError
}

async function writtenFiles(
  asked: BacktestArguments,
  found: Found,
  { profile }: Simulated,
  context: CommandContext,
): Promise<WrittenFiles> {
  const { terminal } = context
  if (!asked.report || found.report.rows === 0) return {}
  const { value: page, failure } = await step(
    terminal,
    'report',
    () => keep(() => reportOf(found, context)),
    ({ value }) => (value === undefined ? 'not written' : `${value} and what lies beside it`),
  )
  if (page === undefined) return failure === undefined ? {} : { failure }
  if (profile === undefined) return { page }
  const place = { folder: dirname(resolve(terminal.cwd, page)), cwd: terminal.cwd }
  const { value, ...lost } = await step(
    terminal,
    'profile',
    () => keep(() => writeProfile(profile, found.prepared.source, place)),
    ({ value: told }) => (told === undefined ? 'not written' : `${told.file} · ${grouped(told.looks)} looks`),
  )
  return { page, ...(value && { profile: value }), ...lost }
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
  const { value: trials, failure: uncounted } = await step(
    terminal,
    'trials',
    () => keep(() => countTrial(report, prepared, parts)),
    ({ value }) =>
      `${value === undefined ? 'not' : grouped(value.count)} counted in ${ledgerFile(prepared.project)}`,
  )
  const warnings: Warning[] = [
    ...((await unlessEnded(signal, warningsOf(report, prepared, terminal.cwd))) ?? prepared.data.notes),
  ]
  // Also after a Ctrl-C: they say then that nothing is cleared.
  const checks = asked.check
    ? await step(
        terminal,
        'checks',
        () => checkRun(prepared, report, { terminal, interrupt }),
        ({ runs, rows, findings }) => `${runs} runs over ${grouped(rows)} rows · ${findings.length} findings`,
      )
    : undefined
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

function dataOf({ prepared, report, parts, trials, checks }: Found, { page, profile }: WrittenFiles) {
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
    ...(profile && { profile }),
    refused: report.refused,
    refusedChanges: report.refusedChanges,
    ordersCut: report.ordersCut ?? null,
    rows: report.rows,
  }
}

function textOf({ report, parts, trials }: Found, { page, profile }: WrittenFiles): string {
  const luck = trials && { trials: trials.count, deflatedSharpe: trials.deflatedSharpe }
  return `${summaryTable(parts, luck)}${depthLine(report)}${page === undefined ? '' : `\n  ✔ report  ${page}\n`}${profile === undefined ? '' : profileText(profile)}`
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
