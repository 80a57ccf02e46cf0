import type { BacktestReport } from '../../backtest/report.ts'
import { EngineError } from '../../errors.ts'
import type { AnyStrategy } from '../../strategy/define.ts'
import { type CheckedStrategy, type CheckOptions, CheckRunner } from './check-run.ts'
import { asksHash, firstDifference } from './compare.ts'
import { type CheckFinding, finding, instantText } from './findings.ts'
import { foreknowledge } from './foreknowledge.ts'
import { type FutureRead, TrackedData } from './future-reads.ts'
import { lookAhead } from './look-ahead.ts'
import type { Statements } from './statements.ts'
import { FIXES, type TrapHit, Traps } from './traps.ts'
import { warmUpDrift } from './warm-up.ts'
import type { Ask } from './watched-strategy.ts'

/** What a check found, and what it looked at. */
export interface CheckReport {
  /**
   * Nothing was found. Files that a module reads while it is imported are seen by what its decisions know only, which
   * takes 30 entries: `claw` looks into its imports besides.
   */
  readonly passed: boolean
  readonly findings: readonly CheckFinding[]
  /** What could not be checked. */
  readonly notes: readonly string[]
  /** It asked for the very same entries, 30 at least, on other prices: it reads none, but the clock or something else. */
  readonly isPriceBlind: boolean
  /** Orders, changes, timers that the strategy asked for over all data. */
  readonly decisions: number
  /** Of all decisions: the same for the same strategy, parameters and data. */
  readonly hash: string
  /** Orders, and changes of what is open, that the venue refused over all data: what it was checked by is not what it asked for. */
  readonly refused: BacktestReport['refused']
  readonly refusedChanges: BacktestReport['refusedChanges']
  /** Backtests that were run. */
  readonly runs: number
}

/** Two whole runs, those of the warm-up, and one on other prices. */
const OTHER_RUNS = 5

/** What makes a result worth nothing comes first. */
const ORDER: readonly CheckFinding['code'][] = [
  'not-deterministic',
  'look-ahead',
  'outside-data',
  'warm-up',
  'clock',
  'local-time',
  'random',
  'async',
]

/**
 * Looks for what makes a backtest lie: a look into the future (what is decided up to an instant changes when the rest
 * is removed), prices from outside the data (decisions on other prices foretell the true ones; files and processes
 * that handlers read), a warm-up that is too short, runs that differ from each other, and calls to clocks, chance and
 * anything asynchronous, each with its line.
 *
 * The rows after an instant are overwritten while a run over those before it lasts, and put back: pass data that
 * nobody else reads meanwhile. While the strategy runs, `Date`, chance, timers, files and the like are watched for the
 * whole process.
 *
 * @throws {@link EngineError} `invalid-options`, and what `backtest` throws; the reason of `signal`
 */
export async function check<S extends AnyStrategy>(
  source: CheckedStrategy<S>,
  options: CheckOptions<S>,
): Promise<CheckReport> {
  const { cuts = 12, onFinding } = options
  if (!Number.isInteger(cuts) || cuts < 1 || cuts > 1000)
    throw new EngineError('invalid-options', `cuts is ${cuts}. Use a whole number from 1 to 1000.`)
  const findings: CheckFinding[] = []
  const told = (...found: readonly (CheckFinding | undefined)[]): void => {
    for (const one of found) {
      if (one === undefined) continue
      findings.push(one)
      onFinding?.(one)
    }
  }
  const runner = new CheckRunner(source, options, OTHER_RUNS + cuts)
  const first = await watchedRun(runner)
  told(...trapped(first.hits, ['outside-data', 'async', 'local-time']))
  const { asks: again } = await runner.run({ watch: { withoutStop: true } })
  const same = first.asks.filter(({ handler }) => handler !== 'onStop')
  const unlike = undetermined(same, again, first.hits)
  // Clocks and chance are named already where runs differ by them.
  told(unlike, ...trapped(first.hits, unlike === undefined ? ['clock', 'random'] : []))
  const isPriceBlind = await compared(runner, { ...first, asks: same, isSteady: unlike === undefined }, told)
  return {
    passed: findings.length === 0,
    findings: findings.sort((one, other) => ORDER.indexOf(one.code) - ORDER.indexOf(other.code)),
    notes: first.asks.length > 0 ? [] : [nothingAsked(first.report.rows)],
    isPriceBlind,
    decisions: first.asks.length,
    hash: asksHash(first.asks),
    refused: first.report.refused,
    refusedChanges: first.report.refusedChanges,
    runs: runner.count,
  }
}

/** Compares runs that should agree. @returns whether the strategy asked for the same entries on other prices */
async function compared<S extends AnyStrategy>(
  runner: CheckRunner<S>,
  { asks, statements, read, isSteady }: WatchedRun & { readonly isSteady: boolean },
  told: (found: CheckFinding | undefined) => void,
): Promise<boolean> {
  const ahead = await lookAhead(runner, { asks, statements }, read)
  // Runs that differ by themselves differ in every other way too.
  if (isSteady) told(ahead)
  const cold = await warmUpDrift(runner)
  if (isSteady) told(cold)
  // A look ahead into data that the strategy keeps in a variable would be found again.
  if (!isSteady || ahead !== undefined) return false
  const foreknown = await foreknowledge(runner, asks)
  told(foreknown.finding)
  return foreknown.isPriceBlind
}

function nothingAsked(rows: number): string {
  return `The strategy asked for nothing in ${rows} rows: there was nothing to compare. Check it on data on which it trades.`
}

interface WatchedRun {
  readonly asks: readonly Ask[]
  readonly statements: Statements
  readonly report: BacktestReport
  readonly hits: readonly TrapHit[]
  readonly read: FutureRead | undefined
}

async function watchedRun<S extends AnyStrategy>(runner: CheckRunner<S>): Promise<WatchedRun> {
  const traps = new Traps()
  const tracked = runner.isMade ? new TrackedData(runner.options.data) : undefined
  const { asks, report, statements } = await traps.during(() =>
    runner.run({
      ...(tracked !== undefined && { made: tracked.data }),
      watch: {
        places: true,
        onInside: (inside, now) => {
          traps.inside = inside
          if (tracked !== undefined) tracked.now = inside && now > 0 ? now : undefined
        },
        onReturned: (handler, value) => {
          const what = value instanceof Promise ? 'a promise' : 'a value'
          traps.note('async', `${handler} returns ${what}`)
        },
      },
    }),
  )
  return { asks, statements, report, hits: traps.hits, read: tracked?.first }
}

function undetermined(
  one: readonly Ask[],
  other: readonly Ask[],
  hits: readonly TrapHit[],
): CheckFinding | undefined {
  const difference = firstDifference(one, other)
  if (difference === undefined) return undefined
  const { index } = difference
  const values = [askText(difference.one), askText(difference.other)] as const
  const at = difference.one?.at ?? difference.other?.at ?? 0
  const culprits = hits.filter(({ kind }) => kind === 'clock' || kind === 'random')
  const why =
    culprits.length > 0
      ? `${culprits.map(callText).join('; ')}. Fix: use ctx.random(), which is seeded, and ctx.now.`
      : 'Fix: what it remembers from run to run, e.g. in variables of the module, belongs into create(); for chance and time use ctx.random() and ctx.now.'
  return finding(
    'not-deterministic',
    `Two identical runs differ, first in decision ${index + 1}: ${values[0]} and ${values[1]}. ${why}`,
    { at, line: culprits[0]?.line ?? difference.one?.place?.line(), values },
  )
}

function askText(ask: Ask | undefined): string {
  return ask === undefined ? 'nothing' : `${ask.text} at ${instantText(ask.at)}`
}

/** One finding for each of the kinds. */
function trapped(hits: readonly TrapHit[], kinds: readonly TrapHit['kind'][]): readonly CheckFinding[] {
  return kinds.flatMap(kind => {
    const own = hits.filter(hit => hit.kind === kind)
    const [first] = own
    if (first === undefined) return []
    const text = own.map(callText).join('; ')
    return [
      finding(kind, `${text}. Fix: ${FIXES[kind]}.`, {
        line: own.find(({ line }) => line !== undefined)?.line,
      }),
    ]
  })
}

function callText({ what, line, kind }: TrapHit): string {
  const place = line ?? 'The strategy'
  if (what.includes(' returns ')) return what
  return `${place} ${kind === 'async' && what.startsWith('a') ? 'creates' : 'calls'} ${what}`
}
