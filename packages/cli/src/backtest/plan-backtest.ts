import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import type { Plan } from '../dry-run.ts'
import { reportsFolder } from '../project/config.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { ledgerFile } from '../research/ledger.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { dayText } from '../span.ts'
import { PROFILE_FILE } from '../profile/profile-report.ts'
import { type BacktestArguments, checkProfile } from './run-backtest.ts'

/** What `claw backtest` would do: strategy, parameters and data are found, read and checked as they are for a run. */
export async function planBacktest(asked: BacktestArguments, context: CommandContext): Promise<Plan> {
  checkProfile(asked, context)
  const prepared = await prepareRun(asked.strategy, asked, context)
  const { project, source } = prepared
  checkPlaces(project, { report: asked.report && !asked.watch, dryRun: true })
  const ledger = ledgerFile(project)
  const reports = reportsFolder(project)
  const files = [
    'index.html',
    'result.json',
    'trades.csv',
    ...(context.profile === true ? [PROFILE_FILE] : []),
  ]
  return {
    changes: [
      { does: 'run', what: runText(prepared) },
      ...(asked.check && !asked.watch ? [{ does: 'check', what: 'look-ahead, warm-up, determinism' }] : []),
      { does: 'count', what: `a trial in ${ledger}, unless this very run is counted already`, path: ledger },
      ...(asked.report && !asked.watch
        ? [{ does: 'write', what: `${files.join(', ')} in ${reports}/<time>-${source.id}`, path: reports }]
        : []),
      ...(asked.watch ? [{ does: 'repeat', what: 'that on each save of its files, until q or Ctrl-C' }] : []),
    ],
    warnings: prepared.data.notes,
  }
}

/** A run in words: of what, and over which rows. */
export function runText({ source, data, params }: PreparedRun): string {
  const { columns, instrument, firstAt, lastAt } = data
  const rows = `${grouped(columns.length)} rows of ${instrument.name}, ${dayText(firstAt)} → ${dayText(lastAt)}`
  const given = Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const set = given.length === 0 ? '' : ` with ${given.join(' ')}`
  return `${source.path} (${source.id})${set} over ${rows} (${data.source})`
}
