import { fileURLToPath } from 'node:url'
import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import {
  check,
  type CheckFinding,
  type CheckOptions,
  type CheckReport,
} from '@openclaw-trading/bot-engine/research'
import type { StrategySource } from '../project/strategy-source.ts'
import { loadUntouched } from './load-untouched.ts'
import { outsideImports } from './outside-imports.ts'

/** What the checks of a strategy found: all of them, or those that were done before a Ctrl-C. */
export interface SourceChecks {
  readonly findings: readonly CheckFinding[]
  /** Absent: Ctrl-C ended the checks, and what is not found is not cleared. */
  readonly report: CheckReport | undefined
  /** Backtests that were run. */
  readonly runs: number
}

/**
 * Checks a strategy by its runs, and its file by what that imports and calls while it is loaded.
 *
 * @throws what `check` and the loading of its file throw, but for a Ctrl-C
 */
export async function checkSource(
  source: StrategySource,
  options: CheckOptions<AnyStrategy>,
  cwd: string,
): Promise<SourceChecks> {
  const imported = outsideImports(fileURLToPath(source.url), cwd)
  const { strategy, findings: atLoad } = await loadUntouched(source, cwd)
  const before = [...(imported === undefined ? [] : [imported]), ...atLoad]
  const findings = [...before]
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
    return { findings: [...before, ...report.findings], report, runs }
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error
    return { findings, report: undefined, runs }
  }
}
