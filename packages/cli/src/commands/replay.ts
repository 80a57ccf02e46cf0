import { resolve } from 'node:path'
import type { ReplayArguments } from '../arguments.ts'
import { CliError } from '../errors.ts'
import { replayLine, replayReport } from '../replay-report.ts'
import { loadServer } from '../server.ts'
import type { Terminal } from '../terminal.ts'

/** `claw replay`: one run per timeframe, each compared with its backtest. @throws `check-failed` when one differs */
export async function replayCommand(
  args: ReplayArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { createLogger, readConfig, replay, silentLogger } = await loadServer()
  const config = readConfig(terminal.env, terminal.cwd)
  const ticks = resolve(terminal.cwd, args.ticks)
  const differing: string[] = []
  for (const timeframe of args.timeframes) {
    terminal.err(
      `  Replay of ${args.ticks}, S03 on ${timeframe}, latency ${args.latencyMs} ms, gate ${args.gate}\n`,
    )
    const result = await replay({
      ticks,
      timeframe,
      latencyMs: args.latencyMs,
      gate: args.gate,
      ...(args.polling ? {} : { polling: false }),
      ...(args.until === undefined ? {} : { until: args.until }),
      // The report is what counts; how it came about is for those who look for a bug.
      logger: config.debug ? createLogger('debug', 'claw') : silentLogger,
      signal,
      onProgress: step => terminal.err(`  … ${step}\n`),
    })
    if (!args.json) terminal.out(replayReport(result))
    terminal.out(`${replayLine(args.ticks, result)}\n`)
    if (!result.comparison.equal) differing.push(timeframe)
  }
  if (differing.length > 0)
    throw new CliError(
      'check-failed',
      `Replay and backtest differ on ${differing.join(' and ')}. The first difference stands above: look at what happened at its time.`,
    )
  return 0
}
