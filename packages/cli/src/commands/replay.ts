import { resolve } from 'node:path'
import type { ReplayResult } from '@openclaw-trading/reference-server'
import type { CommandContext, Register } from '../command.ts'
import { CliError } from '../errors.ts'
import { replayFailure, replayLine, replayReport } from '../replay-report.ts'
import { loadServer } from '../server.ts'
import { instant, oneOf, wholeNumber } from '../option-values.ts'

/** What `claw replay` was asked. */
interface ReplayOptions {
  readonly ticks: string
  readonly timeframe: 'm1' | 'm15' | 'both'
  /** Milliseconds since 1970-01-01 UTC. */
  readonly until?: number
  readonly latency: number
  /** How the venue runs ahead of the bot. */
  readonly gate: 'lookahead' | 'rewind'
  readonly json: boolean
  /** Spins instead of sleeping where two cores are there. */
  readonly polling: boolean
}

/** Adds `claw replay`. */
export const registerReplay: Register = (program, done) => {
  program
    .command('replay')
    .description(
      'Sends a tick file through the venue into a running bot and compares its trades with a backtest.',
    )
    .requiredOption('--ticks <file>', 'CSV "timestamp_ms,bid,ask", plain or gzip')
    .option('--timeframe <name>', 'm1, m15 or both', oneOf('m1', 'm15', 'both'), 'both')
    .option('--until <time>', 'rows before this time only, e.g. 2014-05-01T21:15Z', instant)
    .option('--latency <ms>', 'from a decision to its fill, in market time', wholeNumber(0, 60_000), 50)
    .option(
      '--gate <name>',
      'how the venue runs ahead of the bot: lookahead or rewind',
      oneOf('lookahead', 'rewind'),
      'lookahead',
    )
    .option('--no-polling', 'sleep instead of spinning: slower on an idle machine, faster on a busy one')
    .option('--json', 'only the JSON lines on stdout', false)
    .addHelpText('after', '\nExit code 12: replay and backtest differ, or there was no trade to compare.')
    .action((options: ReplayOptions) =>
      done({
        command: 'replay',
        stopsInOrder: true,
        options,
        json: options.json,
        readsNoConfig: true,
        dryRun: { refused: 'what it tells comes of venue and bot, which it has to run.' },
        run: context => replayCommand(options, context),
      }),
    )
}

/** One run per timeframe, each compared with its backtest. @throws `check-failed` when one differs or compared nothing */
async function replayCommand(
  args: ReplayOptions,
  { terminal, interrupt: { signal } }: CommandContext,
): Promise<number> {
  const { COMPARED_FIELDS, createLogger, loadEnvFile, readConfig, replay, silentLogger } = await loadServer()
  loadEnvFile(terminal.cwd)
  const config = readConfig(terminal.env, terminal.cwd)
  const ticks = resolve(terminal.cwd, args.ticks)
  const results: ReplayResult[] = []
  for (const timeframe of args.timeframe === 'both' ? (['m1', 'm15'] as const) : [args.timeframe]) {
    terminal.err(
      `  Replay of ${args.ticks}, S03 on ${timeframe}, latency ${args.latency} ms, gate ${args.gate}\n`,
    )
    const result = await replay({
      ticks,
      timeframe,
      latencyMs: args.latency,
      gate: args.gate,
      ...(args.polling ? {} : { polling: false }),
      ...(args.until === undefined ? {} : { until: args.until }),
      // The report is what counts; how it came about is for those who look for a bug.
      logger: config.debug || terminal.verbose !== undefined ? createLogger('debug', 'claw') : silentLogger,
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
