import { fileURLToPath } from 'node:url'
import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import {
  check,
  type CheckFinding,
  type CheckOptions,
  type CheckReport,
} from '@openclaw-trading/bot-engine/research'
import type { StrategySource } from '../project/strategy-source.ts'
import { outsideImports } from './outside-imports.ts'

/** What the checks of a strategy found: all of them, or those that were done before a Ctrl-C. */
export interface SourceChecks {
  readonly findings: readonly CheckFinding[]
  /** Absent: Ctrl-C ended the checks, and what is not found is not cleared. */
  readonly report: CheckReport | undefined
  /** Backtests that were run. */
  readonly runs: number
}

/** Checks a strategy by its runs, and its file by what that imports. @throws what `check` throws, but for a Ctrl-C */
export async function checkSource(
  { strategy, url }: Pick<StrategySource, 'strategy' | 'url'>,
  options: CheckOptions<AnyStrategy>,
  cwd: string,
): Promise<SourceChecks> {
  const imported = outsideImports(fileURLToPath(url), cwd)
  const findings = imported === undefined ? [] : [imported]
  const { signal } = options
  let runs = 0
  try {
    const report = await check(strategy, {
      ...options,
      onFinding: found => findings.push(found),
      onProgress(progress) {
        runs = progress.done
        options.onProgress?.(progress)
      },
    })
    return { findings: [...(imported === undefined ? [] : [imported]), ...report.findings], report, runs }
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error
    return { findings, report: undefined, runs }
  }
}
