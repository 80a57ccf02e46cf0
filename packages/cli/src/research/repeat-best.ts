import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import {
  isEngineError,
  repeatAlone,
  scorer,
  type SweepRun,
  type TimeSpan,
  type TrialReport,
} from '@openclaw-trading/bot-engine/research'
import { signedMoney } from '../backtest/summary.ts'
import type { CommandContext } from '../command.ts'
import type { Warning } from '../output.ts'
import { step } from '../step.ts'
import { scoreText } from '../sweep/heat-map.ts'
import type { PreparedRun } from './prepare.ts'
import { ordersData } from './search-refusals.ts'
import type { SearchOptions } from './search-options.ts'
import { shownScorer } from './shown-score.ts'

type Run = Omit<SweepRun<AnyStrategy>, 'key'>
type Judging = Pick<SearchOptions, 'objective' | 'leastTrades'>

/** What came of the best run of a search when it was made once more. */
export interface Repeat {
  /** As the search kept it. */
  readonly first: TrialReport
  /** Of the run alone. Absent: it failed. */
  readonly alone?: TrialReport
  readonly outcome: 'same' | 'differs' | 'unknown'
  /** Why there is no run alone. */
  readonly failure?: string
}

/** A search that is over, as far as the repeat of its best is concerned. */
export interface Repeated {
  /** Absent: there is no best, or the search was ended early. */
  readonly repeat?: Repeat
  /** Ctrl-C came meanwhile; what the search found is there. */
  readonly interrupted: boolean
}

/**
 * Makes the best run of a search once more, in a thread that has made no other run. Failures are an outcome.
 *
 * @param span - The part of the rows it ran over; absent: all of `prepared`.
 */
export async function repeatBest(
  best: Run | undefined,
  { source, options, rowsBefore }: PreparedRun,
  { terminal, interrupt: { signal } }: CommandContext,
  span?: TimeSpan,
): Promise<Repeated> {
  if (best === undefined || signal.aborted) return { interrupted: false }
  const { params: _, warmUp: _warmUp, ...shared } = options
  const { report: first } = best
  const run = () =>
    repeatAlone(
      { url: source.url, exportName: source.exportName },
      { ...best, key: JSON.stringify(best.params) },
      { ...shared, ...(span === undefined ? rowsBefore && { rowsBefore } : { span }) },
    )
  try {
    const { report: alone, isSame } = await step(terminal, 'repeat', run, told =>
      told.isSame ? 'the best run, alone: the same' : 'the best run, alone: another one',
    )
    return { repeat: { first, alone, outcome: isSame ? 'same' : 'differs' }, interrupted: false }
  } catch (error) {
    if (signal.aborted && error === signal.reason) return { interrupted: true }
    if (!isEngineError(error)) throw error
    // What the thread cannot load says nothing about the strategy; what fails in its handlers did not do so before.
    const outcome = isEngineError(error, 'invalid-options') ? 'unknown' : 'differs'
    return { repeat: { first, outcome, failure: error.message }, interrupted: false }
  }
}

/** Whether the figures of a search are those of its strategy, as far as is known. */
export const isDoubted = (repeat: Repeat | undefined): boolean => repeat?.outcome === 'differs'

/** What the best is told to be where it is another one alone; else nothing. */
export function repeatWarnings(
  repeat: Repeat | undefined,
  judging: Judging,
  { noun, best, check }: { readonly noun: string; readonly best: string; readonly check: string },
): readonly Warning[] {
  if (repeat === undefined || repeat.outcome === 'same') return []
  if (repeat.outcome === 'unknown')
    return [
      {
        code: 'not-repeated',
        message: `${best} could not be made once more in a fresh thread, so it is not known whether the strategy carries something from run to run: ${repeat.failure ?? ''} ${check} looks for it.`,
      },
    ]
  const alone =
    repeat.alone === undefined
      ? `fails: ${repeat.failure ?? ''}`
      : `has ${figuresText(repeat.alone, judging)}`
  return [
    {
      code: 'carried-over',
      message: `${best} has ${figuresText(repeat.first, judging)}; made once more in a fresh thread, with no run before it, it ${alone}. The strategy carries something from run to run (a variable outside create, a cache, globalThis), or takes chance or a clock: no figure of this ${noun} counts. ${check} looks for it.`,
    },
  ]
}

function figuresText(report: TrialReport, judging: Judging): string {
  const { tradeCount, netProfit } = report.metrics
  const trades = `${tradeCount} trade${tradeCount === 1 ? '' : 's'}`
  const orders = `${report.orderCount} order${report.orderCount === 1 ? '' : 's'}`
  const score = aloneScore(report, judging)
  const scored = score === 'none' ? `no ${judging.objective}` : `${judging.objective} ${score}`
  return `${scored}, ${trades}, ${orders}, net ${signedMoney(netProfit)}`
}

/** E.g. `0.31`, or `none`. */
export function aloneScore(report: TrialReport | undefined, { objective, leastTrades }: Judging): string {
  const score = report && shownScorer(objective, leastTrades)(report)
  return score === undefined ? 'none' : scoreText(score, Number.NaN)
}

/** As `--json` has it; `null`: it was not made. */
export function repeatData(repeat: Repeat | undefined, { objective, leastTrades }: Judging) {
  if (repeat === undefined) return null
  const { outcome, alone, failure } = repeat
  return {
    outcome,
    score: (alone && scorer(objective, leastTrades)(alone)) ?? null,
    metrics: alone?.metrics ?? null,
    ...(alone && ordersData(alone)),
    failure: failure ?? null,
  }
}
