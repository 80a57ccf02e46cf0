import { resolve } from 'node:path'
import type { ReplayResult } from '@openclaw-trading/reference-server'
import type { ReplayArguments } from '../arguments.ts'
import { CliError } from '../errors.ts'
import { replayFailure, replayLine, replayReport } from '../replay-report.ts'
import { loadServer } from '../server.ts'
import type { Terminal } from '../terminal.ts'

/** `claw replay`: one run per timeframe, each compared with its backtest. @throws `check-failed` when one differs or compared nothing */
export async function replayCommand(
  args: ReplayArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { COMPARED_FIELDS, createLogger, loadEnvFile, readConfig, replay, silentLogger } = await loadServer()
  loadEnvFile(terminal.cwd)
  const config = readConfig(terminal.env, terminal.cwd)
  const ticks = resolve(terminal.cwd, args.ticks)
  const results: ReplayResult[] = []
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
    if (!args.json) terminal.out(replayReport(result, COMPARED_FIELDS))
    terminal.out(`${replayLine(args.ticks, result)}\n`)
    results.push(result)
  }
  const failure = replayFailure(results)
  if (failure !== undefined) throw new CliError('check-failed', failure)
  return 0
}
