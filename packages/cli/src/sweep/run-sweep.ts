import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import {
  bestRun,
  equitySpan,
  LEAST_TRADES,
  logitHistogram,
  scorer,
  summariseSweep,
  sumOrders,
  sweep,
  type SweepOptions,
  type SweepRun,
  type TrialCount,
} from '@openclaw-trading/bot-engine/research'
import { Progress } from '@openclaw-trading/ctrader-client/terminal'
import { identityOf } from '../backtest/identity.ts'
import { countLost, lostAccounts } from '../backtest/lost-account.ts'
import type { CommandContext } from '../command.ts'
import type { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { gridOf } from '../research/axes.ts'
import { commandWith, walkForwardCommand } from '../research/next-command.ts'
import { beginSearch, type SearchBegin } from '../research/begin-search.ts'
import { type HeldBack, heldBackLine, holdBack, nothingHeldBack } from '../research/held-back.ts'
import { marketOf, projectLedger } from '../research/ledger.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { begun, type SavedSearch, saveSearch, SWEEP } from '../research/saved-search.ts'
import { ordersData, refusedInRuns } from '../research/search-refusals.ts'
import type { SearchOptions } from '../research/search-options.ts'
import { quoted } from '../quoted.ts'
import { step } from '../step.ts'
import { toldPage } from '../research/search-report.ts'
import { tellSearch } from '../research/tell-search.ts'
import { isDoubted, type Repeat, repeatBest, repeatData, repeatWarnings } from '../research/repeat-best.ts'
import { asUnwritable, keep, type Kept } from '../unkept.ts'
import type { Found, Judged } from './found.ts'
import { doubtsOf } from './doubts.ts'
import { neighbourhoodOf, neighboursData } from './neighbours.ts'
import { sweepFacts } from './sweep-page.ts'
import { type SweepSearch, sweepSearchOf } from './sweep-search.ts'
import { sweepText, unscoredRuns } from './sweep-text.ts'
import type { DataOptions, StrategyOptions } from '../research/options.ts'

/** What `claw sweep` was asked. */
export interface SweepArguments extends StrategyOptions, DataOptions, SearchOptions, SweepSearch {
  readonly strategy?: string
  /** Id of a sweep to go on with; everything else comes from it. */
  readonly resume?: string
  /** Share of the time that is held back, 0 to 0.9. Absent: of a sweep noted before there was one, 0. */
  readonly outOfSample?: number
  readonly json: boolean
  /** The command line of its begin. Absent: of a sweep that was noted without it. */
  readonly line?: readonly string[]
  /** The configuration that `--config` named, from the folder of the project. */
  readonly config?: string
}

type Run = SweepRun<AnyStrategy>

/** Tries all combinations and judges the best. @returns 0; the reason of the interrupt is thrown after what is there was told */
export async function runSweep(given: SweepArguments, started: CommandContext): Promise<number> {
  const startedMs = performance.now()
  const begin = await beginSearch(SWEEP, given, started)
  const { asked, before, project, context } = begin
  const { terminal, interrupt } = context
  checkPlaces(project, asked)
  const { whole, prepared, heldBack, grid } = await sweptRun(begin)
  const saved = before ?? saveSearch(SWEEP, project, asked)
  interrupt.partial.kept(`What was done until then is kept: claw sweep --resume ${saved.id}.`)
  terminal.err(heldBackLine(heldBack))
  const swept = await step(
    terminal,
    'run',
    () => begun(saved, search(prepared, asked, saved, { grid, context })),
    ({ runs }) => `${runs.length} runs · ${saved.resultsFile}`,
  )
  const { found, judged } = await judgedOf(swept, asked, { whole, prepared, context })
  const next = judged.best && nextCommand(asked, heldBack, judged.best.params, judged.repeat)
  const warnings = [
    ...prepared.data.notes,
    ...nothingHeldBack(heldBack, asked),
    ...repeatWarnings(judged.repeat, boundsOf(asked), {
      noun: 'sweep',
      best: 'The best run',
      check: checkCommand(asked, judged.best?.params ?? {}),
    }),
    ...runWarnings(found, prepared),
    ...doubtsOf({ ...found, unscored: unscoredRuns(found) }, judged, { ...boundsOf(asked), id: saved.id }),
  ]
  const place = { saved, prepared, warnings }
  const page: Kept<string> = asked.report
    ? await keep(() => toldPage(sweepFacts(found.runs, judged, place, asked), place, terminal))
    : {}
  const data = {
    ...dataOf(found, judged, { asked, saved, prepared, heldBack }),
    page: page.value ?? null,
  }
  tellSearch(
    { schema: 'claw.sweep/1', data, warnings, tookMs: performance.now() - startedMs },
    {
      ...found,
      json: asked.json,
      text: sweepText(found, judged, asked, terminal.interactive),
      page,
    },
    context,
  )
  if (!asked.json && next !== undefined) terminal.err(`  Next: ${next}\n`)
  return 0
}

/** What a sweep runs over, and what it holds back. @throws {@link CliError} with every mistake that the author can mend */
export async function sweptRun({ asked, strategy, before, context }: SearchBegin<SweepArguments>) {
  const whole = await prepareRun(strategy, asked, context)
  const { prepared, heldBack } = holdBack(whole, asked.outOfSample ?? 0)
  const set = before === undefined ? asked.set : []
  const grid = gridOf(prepared.source.strategy, asked.axis, prepared.params, set)
  return { whole, prepared, heldBack, grid }
}

const boundsOf = ({ objective, leastTrades = LEAST_TRADES }: SweepArguments) => ({ objective, leastTrades })

async function judgedOf(
  found: Found,
  asked: SweepArguments,
  {
    whole,
    prepared,
    context,
  }: {
    readonly whole: PreparedRun
    readonly prepared: PreparedRun
    readonly context: CommandContext
  },
): Promise<{ readonly found: Found; readonly judged: Judged }> {
  const judging = { ...boundsOf(asked), steered: found.steered, ...countOf(found.runs, whole) }
  const summary = summariseSweep(found.runs, judging)
  const { repeat, interrupted } = await repeatBest(summary.best, prepared, context)
  const judged = isDoubted(repeat)
    ? // What is made of runs that depend on each other says nothing.
      { ...summary, deflatedSharpe: undefined, overfitting: undefined, neighbourhood: undefined }
    : { ...summary, neighbourhood: neighbourhoodOf(summary.best, found.runs, asked) }
  return {
    found: { ...found, interrupted: found.interrupted || interrupted },
    judged: { ...judged, ...(repeat && { repeat }) },
  }
}

/** What became of the orders and accounts of the runs. */
function runWarnings({ runs }: Found, prepared: PreparedRun): readonly Warning[] {
  const reports = runs.map(({ report }) => report)
  return [
    ...refusedInRuns(reports, prepared.data.instrument, 'runs'),
    ...lostAccounts(reports, prepared, 'runs'),
  ]
}

/** Trials over the rows that were swept. The whole data are named too: sweeps of earlier versions held nothing back. */
function countOf([first]: readonly Run[], whole: PreparedRun): { readonly count?: TrialCount } {
  if (first === undefined) return {}
  const span = equitySpan(first.report.daily)
  return { count: projectLedger(whole.project).count({ ...identityOf(whole), span }) }
}

async function search(
  { source, params, options, rowsBefore, data, project }: PreparedRun,
  asked: SweepArguments,
  { resultsFile }: SavedSearch<SweepArguments>,
  { grid, context }: { readonly grid: object; readonly context: CommandContext },
): Promise<Found> {
  const { terminal, interrupt } = context
  // Each combination is warmed up by its own feeds.
  const { params: _, warmUp: _warmUp, ...shared } = options
  const runs: Run[] = []
  const state: Pick<Found, 'total' | 'refused' | 'ended'> = { total: 0, refused: 0, ended: undefined }
  const chosen = await sweepSearchOf(asked, terminal.cwd)
  const steered = chosen.search !== undefined
  let progress: Progress | undefined
  const sweepOptions: SweepOptions<AnyStrategy> = {
    ...shared,
    ...(rowsBefore && { rowsBefore }),
    workers: asked.workers,
    ...chosen,
    grid,
    base: params,
    codeHash: source.codeHash,
    resultsFile,
    market: marketOf({ data }),
    ledger: projectLedger(project),
    onProgress({ done, total, resumed, refused, ended }) {
      Object.assign(state, { total, refused, ended })
      if (progress === undefined) {
        terminal.err(
          `  ${steered ? 'at most ' : ''}${total} runs · ${workersText(asked.workers)}${resumedText(resumed)}${leftOutText(refused)}\n`,
        )
        progress = new Progress(terminal, 'sweeping', { unit: 'runs' })
      }
      progress.update(total === 0 ? 1 : done / total, done)
    },
  }
  const strategy = asked.workers === 0 ? source.strategy : { url: source.url, exportName: source.exportName }
  let interrupted = false
  let lost: CliError | undefined
  try {
    for await (const run of sweep(strategy, sweepOptions)) runs.push(run)
  } catch (error) {
    interrupted = interrupt.signal.aborted && error === interrupt.signal.reason
    // What was done until the disk was full is there.
    lost = asUnwritable(error)
    if (!interrupted && (lost === undefined || runs.length === 0)) throw error
  }
  progress?.end(state.total === 0 ? 1 : runs.length / state.total, runs.length)
  return {
    runs: runs.sort((one, other) => (one.key < other.key ? -1 : 1)),
    ...state,
    steered,
    interrupted,
    lost,
  }
}

const workersText = (workers: number): string =>
  workers === 0 ? 'no workers' : `${workers} worker${workers === 1 ? '' : 's'}`
const resumedText = (resumed: number): string => (resumed === 0 ? '' : ` · ${resumed} of them done before`)
const leftOutText = (refused: number): string =>
  refused === 0 ? '' : ` · ${refused} combinations left out, which the strategy refuses`

function dataOf(
  { runs, total, refused, interrupted, steered, ended }: Found,
  summary: Judged,
  {
    asked,
    saved,
    prepared,
    heldBack,
  }: {
    readonly asked: SweepArguments
    readonly heldBack: HeldBack | undefined
    readonly saved: SavedSearch<SweepArguments>
    readonly prepared: PreparedRun
  },
) {
  const score = scorer(asked.objective, asked.leastTrades)
  const runOf = ({ params, report }: Run) => ({
    params,
    score: score(report) ?? null,
    metrics: report.metrics,
    blocked: report.blockedCount,
    ...ordersData(report),
    stopOuts: report.stopOutCount,
    accountLost: report.accountLost,
  })
  const best = bestRun(runs, asked.objective, asked.leastTrades)
  return {
    id: saved.id,
    strategy: prepared.source.id,
    codeHash: prepared.source.codeHash,
    objective: asked.objective,
    search: steered
      ? asked.search
      : asked.random === undefined && asked.search !== 'random'
        ? 'grid'
        : 'random',
    searchEnded: ended ?? null,
    axes: Object.fromEntries(asked.axis.map(({ name, values }) => [name, values])),
    heldBack: heldBack ?? null,
    total,
    done: runs.length,
    refused,
    interrupted,
    best: best === undefined ? null : runOf(best),
    repeat: repeatData(summary.repeat, boundsOf(asked)),
    neighbours: neighboursData(summary.neighbourhood),
    trials: summary.trials,
    effectiveTrials: summary.effectiveTrials,
    deflatedSharpe: summary.deflatedSharpe ?? null,
    leastTrades: asked.leastTrades ?? LEAST_TRADES,
    tooFewTrades: summary.tooFewTrades,
    ...ordersData(sumOrders(runs.map(({ report }) => report))),
    ...countLost(runs.map(({ report }) => report)),
    overfittingProbability: summary.overfitting?.probability ?? null,
    overfittingLogits: summary.overfitting === undefined ? null : logitHistogram(summary.overfitting),
    runs: runs.map(runOf),
  }
}

function nextCommand(
  asked: SweepArguments,
  heldBack: HeldBack | undefined,
  best: Readonly<Record<string, unknown>>,
  repeat: Repeat | undefined,
): string {
  if (isDoubted(repeat)) return checkCommand(asked, best)
  const { strategy = '', axis, search, line } = asked
  if (line === undefined)
    return ['claw', 'walkforward', strategy, ...axis.flatMap(({ text }) => ['--axis', text])]
      .map(quoted)
      .join(' ')
  if (heldBack !== undefined) return commandWith('backtest', { of: SWEEP, line, axes: axis, best })
  return walkForwardCommand(line, search === undefined || search === 'grid' ? undefined : 50)
}

function checkCommand(
  { strategy = '', axis, line }: SweepArguments,
  best: Readonly<Record<string, unknown>>,
): string {
  return line === undefined
    ? `claw check ${quoted(strategy)}`
    : commandWith('check', { of: SWEEP, line, axes: axis, best })
}
