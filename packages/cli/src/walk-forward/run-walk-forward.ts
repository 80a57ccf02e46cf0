import { type AnyStrategy, statedSharpe } from '@openclaw-trading/bot-engine'
import {
  type OrderCounts,
  sumOrders,
  type TrialReport,
  logitHistogram,
  scorer,
  walkForward,
  type WalkForwardOptions,
  type WalkForwardProgress,
  type WalkForwardReport,
} from '@openclaw-trading/bot-engine/research'
import { Progress } from '@openclaw-trading/ctrader-client/terminal'
import { countLost, lostAccounts } from '../backtest/lost-account.ts'
import { signedMoney } from '../backtest/summary.ts'
import type { CommandContext } from '../command.ts'
import type { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import { decimalText } from '../report/figures.ts'
import { checkPlaces } from '../project/writable-places.ts'
import { gridOf } from '../research/axes.ts'
import { beginSearch } from '../research/begin-search.ts'
import { marketOf, projectLedger } from '../research/ledger.ts'
import { commandWith } from '../research/next-command.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { isDoubted, type Repeat, repeatBest, repeatData, repeatWarnings } from '../research/repeat-best.ts'
import { begun, type SavedSearch, saveSearch, WALK_FORWARD } from '../research/saved-search.ts'
import { type SearchOptions, searchOf } from '../research/search-options.ts'
import { toldPage } from '../research/search-report.ts'
import { ordersData, refusedInRuns } from '../research/search-refusals.ts'
import { quoted } from '../quoted.ts'
import { step } from '../step.ts'
import { doubtsOf } from './doubts.ts'
import { asUnwritable, keep, type Kept } from '../unkept.ts'
import { tellSearch } from '../research/tell-search.ts'
import { foldsTable } from './folds-table.ts'
import { walkForwardFacts } from './walk-forward-page.ts'
import type { DataOptions, StrategyOptions } from '../research/options.ts'

/** What `claw walkforward` was asked; spans in days. */
export interface WalkForwardArguments extends StrategyOptions, DataOptions, SearchOptions {
  readonly strategy?: string
  /** Id of a walk-forward to go on with; everything else comes from it. */
  readonly resume?: string
  readonly inSample: number
  readonly outOfSample: number
  readonly anchored: boolean
  readonly purge: number
  readonly embargo: number
  readonly json: boolean
  /** The command line of its begin. Absent: of a walk-forward that was noted without it. */
  readonly line?: readonly string[]
  /** The configuration that `--config` named, from the folder of the project. */
  readonly config?: string
}

const DAY_MS = 86_400_000

type Report = WalkForwardReport<AnyStrategy>

/** What a walk-forward has found by now. */
interface Found {
  /** `undefined` before the first fold. */
  readonly report: Report | undefined
  /** The choice of the last fold once more, alone. Absent: it was not made. */
  readonly repeat?: Repeat
  readonly progress: WalkForwardProgress
  /** Ended by Ctrl-C. */
  readonly interrupted: boolean
  /** Ended because runs could not be kept. */
  readonly lost: CliError | undefined
}

/**
 * Judges a way of choosing parameters.
 *
 * @returns 0; the reason of the interrupt is thrown after what is there was told
 */
export async function runWalkForward(given: WalkForwardArguments, started: CommandContext): Promise<number> {
  const startedMs = performance.now()
  const begin = await beginSearch(WALK_FORWARD, given, started)
  const { asked, strategy, before, project, context } = begin
  const { terminal, interrupt } = context
  checkPlaces(project, asked)
  const prepared = await prepareRun(strategy, asked, context)
  const options = optionsOf(prepared, asked, before !== undefined)
  const saved = before ?? saveSearch(WALK_FORWARD, project, asked)
  interrupt.partial.kept(`What was done until then is kept: claw walkforward --resume ${saved.id}.`)
  const walked = await step(
    terminal,
    'run',
    () => begun(saved, walk(prepared, options, { asked, saved, context })),
    ({ progress: { done, folds } }) => `${done} runs · ${folds} folds · ${saved.resultsFile}`,
  )
  const found = await repeated(walked, prepared, context)
  const check = checkCommand(asked, found.report)
  const warnings = [
    ...prepared.data.notes,
    ...refusedInRuns(ordersOf(found.report), prepared.data.instrument, 'folds (in sample or out)'),
    ...lostAccounts(runsOut(found.report), prepared, 'folds out of sample'),
    ...repeatWarnings(found.repeat, judgingOf(asked), {
      noun: 'walk-forward',
      best: 'The choice of the last fold, in its sample,',
      check,
    }),
    ...warningsOf(found, saved, asked),
  ]
  const place = { saved, prepared, warnings }
  const { report } = found
  const page: Kept<string> =
    asked.report && report !== undefined
      ? await keep(() =>
          toldPage(walkForwardFacts({ ...report, repeat: found.repeat }, place, asked), place, terminal),
        )
      : {}
  const data = { ...dataOf(found, prepared, asked, saved), page: page.value ?? null }
  tellSearch(
    { schema: 'claw.walkforward/1', data, warnings, tookMs: performance.now() - startedMs },
    { ...found, json: asked.json, text: textOf(found, asked), page },
    context,
  )
  if (!asked.json) terminal.err(`  Next: ${check}\n`)
  return 0
}

/** Of the last choice, over the same rows and by the same options. */
function checkCommand(
  { strategy = '', axis, line }: WalkForwardArguments,
  report: Report | undefined,
): string {
  const best = lastChosen(report)?.params ?? {}
  return line === undefined
    ? `claw check ${quoted(strategy)}`
    : commandWith('check', { of: WALK_FORWARD, line, axes: axis, best })
}

const lastChosen = (report: Report | undefined) =>
  report?.folds.findLast(({ params }) => params !== undefined)

async function walk(
  { source }: PreparedRun,
  options: WalkForwardOptions<AnyStrategy>,
  {
    asked: { workers },
    saved,
    context: { terminal, interrupt },
  }: {
    readonly asked: WalkForwardArguments
    readonly saved: SavedSearch<unknown>
    readonly context: CommandContext
  },
): Promise<Found> {
  const strategy = workers === 0 ? source.strategy : { url: source.url, exportName: source.exportName }
  const shown = new Progress(terminal, 'walking forward', { unit: 'runs' })
  let progress: WalkForwardProgress = { done: 0, total: 0, resumed: 0, foldsDone: 0, folds: 0 }
  let report: Report | undefined
  let interrupted = false
  let lost: CliError | undefined
  try {
    report = await walkForward(strategy, {
      ...options,
      resultsFile: saved.resultsFile,
      onFold(soFar) {
        report = soFar
      },
      onProgress(now) {
        if (progress.total === 0 && now.resumed > 0)
          terminal.err(`  ${now.total} runs · ${now.resumed} of them done before\n`)
        progress = now
        shown.update(now.total === 0 ? 1 : now.done / now.total, now.done)
      },
    })
  } catch (error) {
    interrupted = interrupt.signal.aborted && error === interrupt.signal.reason
    // The folds until the disk was full are there.
    lost = asUnwritable(error)
    if (!interrupted && (lost === undefined || report === undefined)) throw error
  }
  shown.end(interrupted ? progress.done / Math.max(1, progress.total) : 1, progress.done)
  return { report, progress, interrupted, lost }
}

/** With the run of the last choice in its sample once more. */
async function repeated(found: Found, prepared: PreparedRun, context: CommandContext): Promise<Found> {
  const last = lastChosen(found.report)
  if (last?.params === undefined || last.inSampleReport === undefined) return found
  const { params, inSampleReport: report, inSample } = last
  const { repeat, interrupted } = await repeatBest({ params, report }, prepared, context, inSample)
  return { ...found, ...(repeat && { repeat }), interrupted: found.interrupted || interrupted }
}

const judgingOf = ({ objective, leastTrades = 1 }: WalkForwardArguments) => ({ objective, leastTrades })

/** What the engine is asked. */
export function optionsOf(
  { source, params, options, project, data }: PreparedRun,
  asked: WalkForwardArguments,
  isResumed: boolean,
): WalkForwardOptions<AnyStrategy> {
  // Folds are warmed up by the walk itself, each with the rows before it.
  const { params: _, warmUp: _warmUp, ...shared } = options
  return {
    ...shared,
    ...searchOf(asked),
    grid: gridOf(source.strategy, asked.axis, params, isResumed ? [] : asked.set),
    base: params,
    codeHash: source.codeHash,
    market: marketOf({ data }),
    ledger: projectLedger(project),
    objective: asked.objective,
    ...(asked.leastTrades !== undefined && { leastTrades: asked.leastTrades }),
    mode: asked.anchored ? 'anchored' : 'rolling',
    inSampleMs: asked.inSample * DAY_MS,
    outOfSampleMs: asked.outOfSample * DAY_MS,
    purgeMs: asked.purge * DAY_MS,
    embargoMs: asked.embargo * DAY_MS,
  }
}

function warningsOf(
  { report, progress, interrupted }: Found,
  { id }: SavedSearch<unknown>,
  asked: WalkForwardArguments,
): readonly Warning[] {
  const doubts = report === undefined ? [] : doubtsOf(report, asked)
  if (!interrupted) return doubts
  const { done, total, foldsDone, folds } = progress
  const message = `${done} of ${total} runs are done and kept, ${foldsDone} of ${folds} choices are judged. Resume: claw walkforward --resume ${id}`
  return [...doubts, { code: 'interrupted', message }]
}

/** Of a fold that was not traded. */
const NO_ORDERS = { orders: null, refusedOrders: null, refusedChanges: null }

/** The folds that were run out of sample. */
const runsOut = (report: Report | undefined): readonly TrialReport[] =>
  report?.folds.flatMap(fold => fold.report ?? []) ?? []

/** Orders of each fold, of all combinations in its sample and of the choice out of it. */
const ordersOf = (report: Report | undefined): readonly OrderCounts[] =>
  (report?.folds ?? []).map(({ tried, report: run }) => sumOrders(run === undefined ? [tried] : [tried, run]))

function textOf({ report, repeat }: Found, asked: WalkForwardArguments): string {
  if (report === undefined) return ''
  const { metrics, efficiency, overfitting } = report
  const figures = [
    `net ${signedMoney(metrics.netProfit)}`,
    `Sharpe ${decimalText(statedSharpe(metrics))}`,
    `drawdown ${metrics.maxDrawdownPercent.toFixed(1)} %`,
    `${metrics.tradeCount} ${metrics.tradeCount === 1 ? 'trade' : 'trades'}`,
    `efficiency ${decimalText(efficiency)}`,
    `overfitting ${overfitting?.probability.toFixed(2) ?? '–'}`,
  ]
  const doubt = isDoubted(repeat) ? '  not to be believed: the last choice is another run alone\n' : ''
  return `${foldsTable(report.folds, asked)}  ${figures.join(' · ')}\n${doubt}`
}

function dataOf(
  { report, repeat, progress, interrupted }: Found,
  { source }: PreparedRun,
  asked: WalkForwardArguments,
  { id }: SavedSearch<unknown>,
) {
  const { objective, leastTrades } = judgingOf(asked)
  const score = scorer(objective, leastTrades)
  const { total, done, folds: foldsTotal } = progress
  return {
    id,
    strategy: source.id,
    codeHash: source.codeHash,
    objective,
    total,
    done,
    foldsTotal,
    interrupted,
    repeat: repeatData(repeat, { objective, leastTrades }),
    folds: (report?.folds ?? []).map(
      ({ inSample, outOfSample, params, inSampleReport, report: run, tried }) => ({
        inSample,
        outOfSample,
        params: params ?? null,
        inSampleScore: (inSampleReport && score(inSampleReport)) ?? null,
        metrics: run?.metrics ?? null,
        ...(run === undefined ? NO_ORDERS : ordersData(run)),
        tried: { runs: tried.runs, ...ordersData(tried) },
        stopOuts: run?.stopOutCount ?? null,
        accountLost: run?.accountLost ?? null,
      }),
    ),
    ...ordersData(sumOrders(runsOut(report))),
    ...countLost(runsOut(report)),
    metrics: report?.metrics ?? null,
    efficiency: report?.efficiency ?? null,
    probabilisticSharpe: report?.probabilisticSharpe ?? null,
    overfittingProbability: report?.overfitting?.probability ?? null,
    overfittingLogits: report?.overfitting === undefined ? null : logitHistogram(report.overfitting),
    equity: { at: [...(report?.equity.at ?? [])], equityMinor: [...(report?.equity.equityMinor ?? [])] },
  }
}
