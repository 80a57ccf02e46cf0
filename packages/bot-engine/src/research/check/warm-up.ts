import { isEngineError } from '../../errors.ts'
import type { WarmUp } from '../../kernel/kernel-options.ts'
import type { AnyStrategy } from '../../strategy/define.ts'
import { MAX_HISTORY_BARS, parseParams, readFeeds } from '../../strategy/params.ts'
import { partsOf, timesOf } from '../data-columns.ts'
import { warmUpBefore } from '../warm-up-bars.ts'
import type { CheckRun, CheckRunner } from './check-run.ts'
import { differing } from './compare.ts'
import { type CheckFinding, finding, instantText } from './findings.ts'
import { inputDifference, STATE_INPUTS } from './statements.ts'

/** Multiples of the declared history that are tried for one that is enough. */
const MULTIPLES = [2, 3, 4, 6, 8, 12, 16, 24]
/** Bars that count as the history of a feed which asks for none. */
const LEAST_BARS = 25

/**
 * Warm-up drift: a run that begins in the middle of the data decides the same whether it is warmed up with the bars
 * that its feeds ask for, or with all there are.
 */
export async function warmUpDrift<S extends AnyStrategy>(
  runner: CheckRunner<S>,
): Promise<CheckFinding | undefined> {
  const { options } = runner
  const [columns] = partsOf(options.data)
  if (columns === undefined || columns.length < 3) return undefined
  const times = timesOf(columns)
  const from = times[Math.floor(columns.length / 2)] as number
  const strategy = runner.strategyOf(options.data)
  const feeds = readFeeds(strategy, parseParams(strategy, options.params))
  const declared = Math.max(0, ...Object.values(feeds).map(({ history = 0 }) => history))
  const warm = async (bars?: number): Promise<CheckRun> => {
    const warmUp: WarmUp = await warmUpBefore(strategy, options, from, bars)
    return runner.run({ from, warmUp, made: options.data, watch: { withoutStop: true } })
  }
  const runs = await unlessThrown(async () => [await warm(), await warm(MAX_HISTORY_BARS)] as const)
  if ('code' in runs) return runs
  const [asked, whole] = runs
  const { count, first } = differing(asked.asks, whole.asks)
  if (first === undefined) return undefined
  const enough = await leastEnough(Math.max(declared, LEAST_BARS), whole, warm)
  return drift({ declared, enough, asked, whole, count, first, feed: Object.keys(feeds)[0] ?? 'main' })
}

/** A strategy that throws when it is warmed up throws at each start of a bot, however good the backtest is. */
async function unlessThrown<T extends object>(run: () => Promise<T>): Promise<T | CheckFinding> {
  try {
    return await run()
  } catch (error) {
    if (!isEngineError(error, 'handler-failed')) throw error
    const [said] = error.message.replace('[handler-failed] ', '').split('. The run has ended')
    return finding(
      'warm-up',
      `A run that is warmed up with earlier bars fails: ${said}. So would each start of a bot. Fix: guard what a warm-up does not have, e.g. ctx.quote?.ask.`,
    )
  }
}

async function leastEnough(
  unit: number,
  whole: CheckRun,
  warm: (bars: number) => Promise<CheckRun>,
): Promise<number | undefined> {
  for (const multiple of MULTIPLES) {
    const bars = unit * multiple
    if (bars > MAX_HISTORY_BARS) return undefined
    if (differing((await warm(bars)).asks, whole.asks).count === 0) return bars
  }
  return undefined
}

function drift({
  declared,
  enough,
  asked,
  whole,
  count,
  first: { ask, isFirst },
  feed,
}: {
  readonly declared: number
  readonly enough: number | undefined
  readonly asked: CheckRun
  readonly whole: CheckRun
  readonly count: number
  readonly first: NonNullable<ReturnType<typeof differing>['first']>
  readonly feed: string
}): CheckFinding {
  const values = isFirst ? ([ask.text, 'nothing'] as const) : (['nothing', ask.text] as const)
  const input = inputDifference(asked.statements, whole.statements, ask.at)
  const inputText = input === undefined ? '' : ` ${input.what} is ${input.values[0]} and ${input.values[1]}.`
  const fix =
    enough === undefined
      ? 'no multiple that was tried is enough: make what it remembers fade, e.g. by windows instead of sums'
      : `history: ${enough} in feeds`
  return finding(
    'warm-up',
    `Warm-up too short: feed "${feed}" asks for ${declared} bars of history. With all earlier bars ${count} of ${asked.asks.length + whole.asks.length} decisions are others, first at ${instantText(ask.at)}: ${values[0]} after ${declared} bars, ${values[1]} after all; the net result differs by ${profitDifference(asked, whole)}.${inputText} Fix: ${fix}.${input === undefined ? STATE_INPUTS : ''}`,
    { at: ask.at, values },
  )
}

function profitDifference(asked: CheckRun, whole: CheckRun): string {
  const { minor, digits, currency } = whole.report.metrics.netProfit
  const difference = asked.report.metrics.netProfit.minor - minor
  const amount = `${(difference / 10 ** digits).toFixed(digits)} ${currency}`
  return minor === 0 ? amount : `${amount} (${((100 * Math.abs(difference)) / Math.abs(minor)).toFixed(1)} %)`
}
