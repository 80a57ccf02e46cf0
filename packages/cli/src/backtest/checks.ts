import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { type CheckFinding, warmUpBefore, warmUpFrom } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { checkSource } from '../check/check-source.ts'
import type { CommandContext } from '../command.ts'
import { checkMarks, priceBlind } from '../check/marks.ts'
import { checksEndedEarly } from '../check/run-check.ts'
import type { Warning } from '../output.ts'
import { rowsOf } from '../project/rows.ts'
import { overRows } from '../project/watched-data.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** What the checks of a backtest say of it. */
export interface Checked {
  readonly passed: boolean
  readonly findings: readonly CheckFinding[]
  /** Ctrl-C ended them: what is not found is not cleared. */
  readonly partial: boolean
  /** What else they say. */
  readonly warnings: readonly Warning[]
  /** Of the data, around the first trade. */
  readonly rows: number
  readonly runs: number
}

/** A check is about ten runs: over so many rows it takes seconds. `claw check` looks at all of them. */
const MOST_ROWS = { bars: 10_000, ticks: 100_000 } as const
const CUTS = 3

/** Looks for look-ahead, a short warm-up and chance, over a bounded part of the data. */
export async function checkRun(
  { source, options, data, params }: PreparedRun,
  { trades }: BacktestReport,
  { terminal: { cwd }, interrupt: { signal } }: Pick<CommandContext, 'terminal' | 'interrupt'>,
): Promise<Checked> {
  const { columns } = data
  const rows = Math.min(columns.length, MOST_ROWS[columns.type])
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  const firstTrade = times.findIndex(at => at >= (trades[0]?.openedAt ?? 0))
  const from = firstOfPart(times.subarray(0, columns.length), {
    rows,
    firstTrade,
    earliest: at => warmUpFrom(source.strategy, params, at),
  })
  const part = rowsOf(columns, from, from + rows)
  const at = times[from] ?? 0
  const warmUp =
    from === 0
      ? options.warmUp
      : await warmUpBefore(source.strategy, overRows(options, rowsOf(columns, 0, from)), at)
  const { findings, report, runs } = await checkSource(
    source,
    { ...overRows(options, part), ...(warmUp && { warmUp }), params, cuts: CUTS },
    cwd,
  )
  return {
    passed: report !== undefined && findings.length === 0,
    findings,
    partial: report === undefined,
    warnings: report === undefined ? [checksEndedEarly(runs, signal)] : priceBlind(report),
    rows,
    runs,
  }
}

/**
 * A part begins a quarter before the first trade, or with the run where the bars of its warm-up would be from before
 * the run: those of the run itself are known.
 */
function firstOfPart(
  times: Float64Array,
  {
    rows,
    firstTrade,
    earliest,
  }: { readonly rows: number; readonly firstTrade: number; readonly earliest: (at: number) => number },
): number {
  const from = Math.max(0, Math.min(firstTrade - (rows >> 2), times.length - rows))
  const isShort = earliest(times[from] ?? 0) < (times[0] ?? 0)
  return isShort && firstTrade < rows ? 0 : from
}

/** The line that a person reads. */
export function checksLine({ findings, rows, runs, partial }: Checked): string {
  return `  checks  ${checkMarks(findings, partial)}  (${runs} runs over ${grouped(rows)} rows)\n`
}
