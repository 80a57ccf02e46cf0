import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { check, type CheckFinding } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { checkMarks } from '../check/marks.ts'
import type { PreparedRun } from '../research/prepare.ts'
import { rowsOf } from './simulate.ts'

/** What the checks of a backtest say of it. */
export interface Checked {
  readonly passed: boolean
  readonly findings: readonly CheckFinding[]
  /** Of the data, around the first trade. */
  readonly rows: number
  readonly runs: number
}

/** A check is about ten runs: over so many rows it takes seconds. `claw check` looks at all of them. */
const MOST_ROWS = { bars: 10_000, ticks: 100_000 } as const
const CUTS = 3

/** Looks for look-ahead, a short warm-up and chance, over a bounded part of the data. @throws the signal's reason */
export async function checkRun(
  { source: { strategy }, options, data, params }: PreparedRun,
  { trades }: BacktestReport,
): Promise<Checked> {
  const { columns } = data
  const rows = Math.min(columns.length, MOST_ROWS[columns.type])
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  const firstTrade = times.findIndex(at => at >= (trades[0]?.openedAt ?? 0))
  const from = Math.max(0, Math.min(firstTrade - (rows >> 2), columns.length - rows))
  const { passed, findings, runs } = await check(strategy, {
    ...options,
    params,
    data: rowsOf(columns, from, from + rows),
    cuts: CUTS,
  })
  return { passed, findings, rows, runs }
}

/** The line that a person reads. */
export function checksLine({ findings, rows, runs }: Checked): string {
  return `  checks  ${checkMarks(findings)}  (${runs} runs over ${grouped(rows)} rows)\n`
}
