import { backtest, type BacktestReport } from '@openclaw-trading/bot-engine'
import { Progress } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { type CpuProfile, profiled } from '../profile/cpu-profile.ts'
import { tradedAmong } from '../project/watched-data.ts'
import { firstRows } from '../research/held-back.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** A run that came to its end, or to a Ctrl-C. */
export interface Simulated {
  readonly report: BacktestReport
  /** With the rows that were run. */
  readonly prepared: PreparedRun
  readonly interrupted: boolean
  readonly tookMs: number
  /** Absent: not asked for. */
  readonly profile?: CpuProfile
}

/** Runs the backtest with its progress; the first Ctrl-C ends it, and what is done until then is kept. */
export async function simulate(
  prepared: PreparedRun,
  {
    terminal,
    interrupt: { signal },
    profile: isProfiled = false,
  }: Pick<CommandContext, 'terminal' | 'interrupt' | 'profile'>,
): Promise<Simulated> {
  const { signal: _, ...options } = prepared.options
  // A run of one stretch is over before anybody asks how far it is.
  let progress: Progress | undefined
  // Over quotes also those of the symbols watched are rows; only the engine knows how many there are in all.
  let rows = 0
  const startedMs = performance.now()
  const work = () =>
    backtest(prepared.source.strategy, {
      ...options,
      onProgress({ done, total }) {
        rows = total
        if (done < total) {
          progress ??= new Progress(terminal, 'simulating')
          progress.update(done / total, done)
        }
        return !signal.aborted
      },
    })
  const { result: report, ...kept } = isProfiled ? await profiled(work) : { result: await work() }
  progress?.end(report.rows / rows, report.rows)
  const tookMs = performance.now() - startedMs
  if (report.rows === rows || !signal.aborted)
    return { report, prepared, interrupted: false, tookMs, ...kept }
  const done = firstRows(prepared, tradedAmong(prepared.options.data, report.rows))
  return { report, prepared: done, interrupted: true, tookMs, ...kept }
}

/** What work gives, or undefined when Ctrl-C ended it: what is there already is told all the same. */
export async function unlessEnded<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  }
}
