import type { Metrics } from '@openclaw-trading/bot-engine'
import { type Column, table } from '@openclaw-trading/ctrader-client/terminal'
import { signedMoney } from '../backtest/summary.ts'
import type { Axis } from '../research/axes.ts'

/** A run of a sweep that has no score. */
export interface UnscoredRun {
  readonly params: Readonly<Record<string, unknown>>
  readonly metrics: Pick<Metrics, 'tradeCount' | 'netProfit'>
  /** Orders that the venue refused, e.g. `12 of 24`; absent: none. */
  readonly refused?: string | undefined
  /** What became of its account; absent: it kept its margin. */
  readonly account?: string | undefined
}

/** What the runs would have had a score by. */
export interface ScoreBounds {
  readonly objective: string
  readonly leastTrades: number
}

/** As many as a list of runs with a score has. */
const LISTED = 10

/** The runs of a sweep none of which has a score, those with most trades first, each with why it has none. */
export function unscoredTable(
  axes: readonly Pick<Axis, 'name'>[],
  runs: readonly UnscoredRun[],
  bounds: ScoreBounds,
): string {
  if (runs.length === 0) return ''
  const shown = byTrades(runs).slice(0, LISTED)
  const columns: readonly Column<UnscoredRun>[] = [
    ...axes.map(({ name }) => ({
      title: name,
      align: 'right' as const,
      text: ({ params }: UnscoredRun) => String(params[name]),
    })),
    { title: 'trades', align: 'right', text: ({ metrics }) => String(metrics.tradeCount) },
    { title: 'net profit', align: 'right', text: ({ metrics }) => signedMoney(metrics.netProfit) },
    ...(shown.some(({ refused }) => refused !== undefined)
      ? [{ title: 'refused', align: 'right' as const, text: ({ refused = '' }: UnscoredRun) => refused }]
      : []),
    { title: 'no score', text: run => reason(run, bounds) },
    ...(shown.some(({ account }) => account !== undefined)
      ? [{ title: 'account', text: ({ account = '' }: UnscoredRun) => account }]
      : []),
  ]
  const rest = runs.length > LISTED ? `  … and ${runs.length - LISTED} more\n` : ''
  return `${table(columns, shown)}${rest}`
}

/** Why a sweep has no best, and what to do. */
export function noBestText(runs: readonly UnscoredRun[], bounds: ScoreBounds): string {
  const { objective, leastTrades } = bounds
  const [most] = byTrades(runs)
  if (most === undefined) return 'No run was made, so there is no best.'
  const few = byTrades(runs).filter(run => isTooFew(run, bounds))
  const without = runs.length - few.length
  const why = [
    ...few
      .slice(0, 1)
      .map(
        ({ metrics }) =>
          `${few.length} of ${runs.length} made fewer than ${leastTrades} trades, ${metrics.tradeCount} at most`,
      ),
    ...(without > 0
      ? [`${without} of ${runs.length} ${VALUELESS[objective] ?? `have no ${objective}`}`]
      : []),
  ]
  const advice =
    without > 0
      ? 'Take more data, or another --objective.'
      : most.metrics.tradeCount === 0
        ? 'claw backtest with the values of one run tells what became of its entries.'
        : 'Take more data, axes on which it trades, or a lower --least-trades.'
  return `No run has a score, so there is no best: ${why.join('; ')}. ${advice}`
}

/** When an objective has no value, as its figures define it. */
const VALUELESS: Readonly<Record<string, string>> = {
  sharpe: 'have no Sharpe ratio, which needs two days whose returns differ',
  'profit-factor': 'have no profit factor, which needs a trade that lost',
  'return-to-drawdown': 'have no return to drawdown, which needs a fall of equity',
}

function reason(run: UnscoredRun, bounds: ScoreBounds): string {
  return isTooFew(run, bounds) ? `fewer than ${bounds.leastTrades} trades` : `no ${bounds.objective}`
}

function isTooFew({ metrics }: UnscoredRun, { leastTrades }: ScoreBounds): boolean {
  return metrics.tradeCount < leastTrades
}

function byTrades(runs: readonly UnscoredRun[]): readonly UnscoredRun[] {
  return runs.toSorted((one, other) => other.metrics.tradeCount - one.metrics.tradeCount)
}
