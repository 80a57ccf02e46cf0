import { join } from 'node:path'
import { backtest } from '@openclaw-trading/bot-engine'
import { createRunDocument, stressedOptions, toFigures } from '@openclaw-trading/bot-engine/report'
import { reportsFolder } from '../project/config.ts'
import type { CommandContext } from '../command.ts'
import { quoted } from '../quoted.ts'
import type { PreparedRun } from '../research/prepare.ts'
import type { Found } from './found.ts'
import { costTerms } from './headline.ts'
import { identityOf } from './identity.ts'
import { unlessEnded } from './simulate.ts'
import type { TrialFacts } from './trials.ts'
import { reportFolderName, writeReport } from './write-report.ts'

/** Writes the report of a run. @returns the page's path, as one would type it */
export async function reportOf(
  found: Found,
  { terminal, args, interrupt: { signal, partial } }: CommandContext,
): Promise<string> {
  const { source, options, project, data } = found.prepared
  const stress = signal.aborted ? [] : await unlessEnded(signal, stressOf(found.prepared))
  await breath()
  const createdAt = Date.now()
  const identity = identityOf(found.prepared)
  const document = createRunDocument(found.report, options, {
    title: source.id,
    codeHash: source.codeHash,
    dataSource: data.source,
    dataHash: identity.data,
    termsHash: identity.options,
    costTerms: costTerms(found.prepared),
    command: `claw ${args.map(quoted).join(' ')}`,
    createdAt,
    parts: found.parts.map(({ metrics, ...part }) => ({ ...part, figures: toFigures(metrics) })),
    ...(stress && stress.length > 0 && { stress }),
    ...(found.trials && { trials: trialFacts(found.trials) }),
    warnings: found.warnings.map(({ message }) => message),
  })
  await breath()
  const folder = join(reportsFolder(project), reportFolderName(source.id, createdAt))
  return writeReport(document, folder, terminal.cwd, partial)
}

/** The figure of the terminal itself: the page reckons none of its own. */
function trialFacts({ count, deflatedSharpe, span }: TrialFacts) {
  return { count, span, ...(deflatedSharpe !== undefined && { deflatedSharpe }) }
}

/** Over millions of rows each step takes a second: a signal comes to its turn in between. */
function breath(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** What is left when costs are half as high again, and twice as high. */
async function stressOf({ source, options }: PreparedRun) {
  const results = []
  for (const factor of [1.5, 2]) {
    const { metrics } = await backtest(source.strategy, stressedOptions(options, factor))
    results.push({ factor, figures: toFigures(metrics) })
  }
  return results
}
