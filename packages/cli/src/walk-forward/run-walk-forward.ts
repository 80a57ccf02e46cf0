import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import {
  type Fold,
  scorer,
  walkForward,
  type WalkForwardOptions,
  type WalkForwardReport,
} from '@openclaw-trading/bot-engine/research'
import { Progress, table } from '@openclaw-trading/ctrader-client/node'
import { signedMoney } from '../backtest/summary.ts'
import type { CommandContext } from '../command.ts'
import type { WalkForwardArguments } from '../commands/walkforward.ts'
import { jsonResult, type Warning } from '../output.ts'
import { gridOf } from '../research/axes.ts'
import { projectLedger } from '../research/ledger.ts'
import { type PreparedRun, prepareRun } from '../research/prepare.ts'
import { searchOf } from '../research/search-options.ts'
import { scoreText } from '../sweep/heat-map.ts'

const DAY_MS = 86_400_000

/** Judges a way of choosing parameters. @returns 0 */
export async function runWalkForward(asked: WalkForwardArguments, context: CommandContext): Promise<number> {
  const { terminal } = context
  const startedMs = performance.now()
  const prepared = await prepareRun(asked.strategy, asked, context)
  const { source } = prepared
  const options = optionsOf(prepared, asked)
  const progress = new Progress(terminal, 'walking forward', { unit: 'runs' })
  let done = 0
  const strategy = asked.workers === 0 ? source.strategy : { url: source.url, exportName: source.exportName }
  const report = await walkForward(strategy, {
    ...options,
    onProgress(now) {
      done = now.done
      progress.update(now.total === 0 ? 1 : done / now.total, done)
    },
  })
  progress.end(1, done)
  const warnings = warningsOf(report)
  const tookMs = performance.now() - startedMs
  if (asked.json)
    terminal.out(jsonResult('claw.walkforward/1', dataOf(report, prepared, asked), { warnings, tookMs }))
  else terminal.out(textOf(report, asked))
  for (const { message } of warnings) terminal.err(`  ⚠ ${message}\n`)
  if (!asked.json) terminal.err(`  Next: claw check ${asked.strategy}\n`)
  return 0
}

function optionsOf(
  { source, params, options, project }: PreparedRun,
  asked: WalkForwardArguments,
): WalkForwardOptions<AnyStrategy> {
  const { params: _, ...shared } = options
  return {
    ...shared,
    ...searchOf(asked),
    grid: gridOf(source.strategy, asked.axis, params),
    base: params,
    codeHash: source.codeHash,
    ledger: projectLedger(project),
    objective: asked.objective,
    mode: asked.anchored ? 'anchored' : 'rolling',
    inSampleMs: asked.inSample * DAY_MS,
    outOfSampleMs: asked.outOfSample * DAY_MS,
    purgeMs: asked.purge * DAY_MS,
    embargoMs: asked.embargo * DAY_MS,
  }
}

function warningsOf({ efficiency, overfitting, probabilisticSharpe }: WalkForwardReport<AnyStrategy>) {
  const warnings: Warning[] = []
  if (efficiency === undefined || efficiency < 0.5)
    warnings.push({
      code: 'inefficient',
      message: `efficiency ${efficiency?.toFixed(2) ?? 'has no base'}: out of sample it earns less than half of what the choice promised (0.5 is asked for).`,
    })
  if (overfitting !== undefined && overfitting.probability >= 0.2)
    warnings.push({
      code: 'overfitting',
      message: `probability of overfitting ${overfitting.probability.toFixed(2)} (below 0.2 is asked for).`,
    })
  if (probabilisticSharpe === undefined || probabilisticSharpe < 0.95)
    warnings.push({
      code: 'unproven',
      message: `probability that it earns anything out of sample ${probabilisticSharpe?.toFixed(2) ?? 'has no base'} – treat as unproven.`,
    })
  return warnings
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

function textOf(report: WalkForwardReport<AnyStrategy>, { axis, objective }: WalkForwardArguments): string {
  const score = scorer(objective)
  const folds = table<Fold<AnyStrategy>>(
    [
      { title: 'out of sample', text: ({ outOfSample: { from, to } }) => `${day(from)} → ${day(to - 1)}` },
      {
        title: 'chosen',
        text: ({ params }) =>
          params === undefined
            ? 'nothing'
            : axis.map(({ name }) => `${name}=${String(params[name])}`).join(' '),
      },
      {
        title: `${objective} in sample`,
        align: 'right',
        text: ({ inSampleReport }) => scoreText(inSampleReport && score(inSampleReport), Number.NaN),
      },
      {
        title: 'net',
        align: 'right',
        text: ({ report: run }) => (run === undefined ? '·' : signedMoney(run.metrics.netProfit)),
      },
      { title: 'trades', align: 'right', text: ({ report: run }) => String(run?.metrics.tradeCount ?? 0) },
    ],
    report.folds,
  )
  const { metrics, efficiency, overfitting } = report
  const figures = [
    `net ${signedMoney(metrics.netProfit)}`,
    `Sharpe ${metrics.sharpe?.toFixed(2) ?? '–'}`,
    `drawdown ${metrics.maxDrawdownPercent.toFixed(1)} %`,
    `${metrics.tradeCount} trades`,
    `efficiency ${efficiency?.toFixed(2) ?? '–'}`,
    `overfitting ${overfitting?.probability.toFixed(2) ?? '–'}`,
  ]
  return `${folds}  ${figures.join(' · ')}\n`
}

function dataOf(
  report: WalkForwardReport<AnyStrategy>,
  { source }: PreparedRun,
  { objective }: WalkForwardArguments,
) {
  const score = scorer(objective)
  return {
    strategy: source.id,
    codeHash: source.codeHash,
    objective,
    folds: report.folds.map(({ inSample, outOfSample, params, inSampleReport, report: run }) => ({
      inSample,
      outOfSample,
      params: params ?? null,
      inSampleScore: (inSampleReport && score(inSampleReport)) ?? null,
      metrics: run?.metrics ?? null,
    })),
    metrics: report.metrics,
    efficiency: report.efficiency ?? null,
    probabilisticSharpe: report.probabilisticSharpe ?? null,
    overfittingProbability: report.overfitting?.probability ?? null,
    equity: { at: [...report.equity.at], equityMinor: [...report.equity.equityMinor] },
  }
}
