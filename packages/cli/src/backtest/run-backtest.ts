import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backtest, type BacktestReport } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/node'
import type { BacktestArguments } from '../commands/backtest.ts'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { jsonResult, type Warning } from '../output.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { missed } from './bound.ts'
import { type Place, watchEntries } from './entry-place.ts'
import { partsOf } from './parts.ts'
import { summaryTable } from './summary.ts'

const DIGITS = 2

/** Runs a strategy, tells its figures, and writes the report. @returns 0; @throws `check-failed` below a bound */
export async function runBacktest(asked: BacktestArguments, context: CommandContext): Promise<number> {
  const { terminal } = context
  const startedMs = performance.now()
  const prepared = await prepareRun(asked.strategy, asked, context)
  terminal.err(`  ${headline(prepared)}\n`)
  const report = await backtest(prepared.source.strategy, prepared.options)
  const runMs = performance.now() - startedMs
  terminal.err(`  simulated ${grouped(report.rows)} rows in ${(runMs / 1000).toFixed(1)} s\n`)
  const account = { currency: prepared.project.config.account.currency, digits: DIGITS }
  const parts = partsOf(report, prepared.data, asked.outOfSample, account)
  const warnings = await warningsOf(report, prepared, terminal.cwd)
  for (const { message } of warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
  const facts = {
    strategy: prepared.source.id,
    codeHash: prepared.source.codeHash,
    params: prepared.params,
    parts,
  }
  const tookMs = performance.now() - startedMs
  if (asked.json)
    terminal.out(jsonResult('claw.backtest/1', { ...facts, rows: report.rows }, { warnings, tookMs }))
  else terminal.out(`${summaryTable(parts)}\n  Next: ${nextCommand(asked)}\n`)
  const below = missed(asked.failUnder, report.metrics)
  if (below.length > 0)
    throw new CliError('check-failed', `${below.join('; ')}. The bounds are those of --fail-under.`)
  return 0
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

async function warningsOf(
  report: BacktestReport,
  prepared: PreparedRun,
  cwd: string,
): Promise<readonly Warning[]> {
  const warnings: Warning[] = []
  const noStop = report.blocked.filter(({ reason }) => reason.includes('a stop loss is required'))
  if (noStop.length > 0) warnings.push(await withoutStop(prepared, noStop.length, cwd))
  if (report.trades.length === 0) warnings.push(noTrades(report))
  return warnings
}

/** M8: names the line, which a second run with stacks finds. */
async function withoutStop({ source, options }: PreparedRun, count: number, cwd: string): Promise<Warning> {
  let place: Place | undefined
  const watched = watchEntries(source.strategy, source.url, found => {
    place ??= found
  })
  await backtest(watched, options)
  const where =
    place === undefined
      ? 'An entry'
      : `ctx.${place.call}() at ${relative(cwd, fileURLToPath(source.url))}:${place.line}`
  return {
    code: 'entry-without-stop',
    message: `${where} has no stop loss; ${grouped(count)} such entries were blocked. Live accounts refuse them. Add stopLoss, e.g. stopLoss: { pips: pips(20) }.`,
  }
}

function noTrades({ rows, blockedCount, blocked }: BacktestReport): Warning {
  const reasons = new Map<string, number>()
  for (const { reason } of blocked) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const list = [...reasons].map(([reason, count]) => `\n${grouped(count)} × ${reason}`).join('')
  const entries =
    blockedCount === 0
      ? 'The strategy asked for no entry.'
      : `${grouped(blockedCount)} entries were blocked:${list}`
  return { code: 'no-trades', message: `0 trades in ${grouped(rows)} rows. ${entries}` }
}

function nextCommand({ strategy }: BacktestArguments): string {
  return `claw check ${strategy}`
}
