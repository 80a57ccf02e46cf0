import { writeFileSync } from 'node:fs'
import { type UnixMs, unixMs } from '@openclaw-trading/trading-model'
import { Command, InvalidArgumentError, Option } from 'commander'
import { SimulatorError } from './errors.ts'
import type { LiveClockMode, Logger, ReplayGateName, ReplayMode, SimulatorOptions } from './options.ts'
import type { Simulator } from './simulator.ts'

interface CommandFlags {
  readonly host: string
  readonly port: number
  readonly jsonPort?: number
  readonly seed: number
  readonly speed: number
  readonly latency: number
  readonly startAt?: UnixMs
  readonly stateDir?: string
  readonly ticks?: string
  readonly until?: UnixMs
  readonly replay?: true
  readonly poll?: true
  readonly gate: ReplayGateName
  readonly plain?: true
  readonly oauth?: true
  readonly connectionFile?: string
  readonly controlFile?: string
  readonly clock: 'wall' | 'manual'
  readonly market: 'synthetic' | 'still'
  readonly verbose?: true
}

/** What the command line asks for. */
export interface ParsedCommand {
  readonly options: SimulatorOptions
  /** Where to write endpoint, certificate and credentials as JSON; absent: credentials are printed. */
  readonly connectionFile?: string
  /** Where to write the address of a control port; absent: there is none. */
  readonly controlFile?: string
}

/** Reads the command line. Prints help or usage errors itself and ends the process then, with 0 or 2. */
export function parseCommand(argv: readonly string[]): ParsedCommand {
  const command = withControl(new Command('ctrader-simulator'))
    .description('A cTrader venue on this machine: real protocol, simulated market.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port for protobuf, 0 for a free one', wholeNumber, 5035)
    .option('--json-port <number>', 'also take JSON, on this port', wholeNumber)
    .option('--plain', 'without TLS')
    .option('--seed <number>', 'seed of the synthetic market', wholeNumber, 1)
    .option('--speed <factor>', 'market seconds per wall second', positiveNumber, 60)
    .option('--start-at <time>', 'market time at the start, e.g. 2025-01-06T07:00Z', instant)
    .option('--state-dir <path>', 'keep clock, ids, account and positions here')
    .option('--ticks <file>', 'prices from a file "timestamp_ms,bid,ask" (XAUUSD), plain or gzip')
    .option('--replay', 'send the ticks as fast as the bot confirms them; ends by itself')
    .option('--until <time>', 'replay rows before this time only', instant)
    .addOption(
      new Option('--gate <name>', 'replay: how it runs ahead of the bot')
        .choices(['lookahead', 'rewind'])
        .default('lookahead'),
    )
    .option('--poll', 'replay: spin a little before sleeping, faster with a free core a process')
    .option('--latency <ms>', 'milliseconds from decision to fill', wholeNumber, 50)
    .option(
      '--connection-file <path>',
      'write endpoint, certificate and credentials there, for the owner only',
    )
    .option('--oauth', 'a consent page and a token endpoint beside the venue, over HTTP on a free port')
    .option('--verbose', 'log every execution')
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride(error => {
      process.exit(error.exitCode === 0 ? 0 : 2)
    })
    .parse(argv, { from: 'user' })
  const flags = command.opts<CommandFlags>()
  if ((flags.replay !== undefined || flags.until !== undefined) && flags.ticks === undefined)
    command.error('error: --replay and --until need --ticks <file>')
  if (flags.replay === true && flags.controlFile !== undefined)
    command.error('error: --control-file is for a market that runs on, not for --replay')
  return {
    options: optionsOf(flags),
    ...(flags.connectionFile === undefined ? {} : { connectionFile: flags.connectionFile }),
    ...(flags.controlFile === undefined ? {} : { controlFile: flags.controlFile }),
  }
}

/** The options of a venue that is controlled while it runs. */
function withControl(command: Command): Command {
  return command
    .addOption(
      new Option('--clock <name>', 'what moves market time: the machine, or "control advance" alone')
        .choices(['wall', 'manual'])
        .default('wall'),
    )
    .addOption(
      new Option('--market <name>', 'prices that move by themselves, or only by "control quote"')
        .choices(['synthetic', 'still'])
        .default('synthetic'),
    )
    .option(
      '--control-file <path>',
      'listen for "control" commands, and write there, for the owner only, how',
    )
    .addHelpText(
      'after',
      '\nCommands:\n  control …  faults, time and prices of a venue that runs: ctrader-simulator control --help',
    )
}

/** Writes what a client needs, or returns it as text. @throws {@link SimulatorError} `state-unavailable` */
export function announce(simulator: Simulator, connectionFile: string | undefined): string {
  const { ca, credentials, host, jsonPort, oauthUrl, port, venueId } = simulator
  const oauth = oauthUrl === undefined ? '' : `tokens: ${oauthUrl}/apps/auth and ${oauthUrl}/apps/token\n`
  const json = jsonPort === undefined ? '' : `JSON: ${host}:${jsonPort}\n`
  const head = `venue ${venueId} listens on ${host}:${port} (${ca === undefined ? 'plain TCP' : 'TLS'})\n${json}${oauth}`
  if (connectionFile === undefined)
    return `${head}credentials of this run: ${JSON.stringify(credentials)}\n${
      ca === undefined ? '' : 'its certificate is self-signed: get it with --connection-file <path>\n'
    }`
  try {
    const ports = { port, ...(jsonPort === undefined ? {} : { jsonPort }) }
    const endpoint = { host, ...ports, ...(ca === undefined ? {} : { ca }) }
    const connection = { ...endpoint, credentials, venueId, ...(oauthUrl === undefined ? {} : { oauthUrl }) }
    writeFileSync(connectionFile, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new SimulatorError(
      'state-unavailable',
      `${connectionFile} cannot be written. Check the path and its permissions.`,
      {
        cause,
        details: { file: connectionFile },
      },
    )
  }
  return `${head}endpoint, certificate and credentials are in ${connectionFile}\n`
}

function optionsOf(flags: CommandFlags): SimulatorOptions {
  return {
    mode:
      flags.replay === true && flags.ticks !== undefined ? replayMode(flags, flags.ticks) : liveMode(flags),
    host: flags.host,
    port: flags.port,
    ...(flags.jsonPort === undefined ? {} : { jsonPort: flags.jsonPort }),
    seed: flags.seed,
    tls: flags.plain !== true,
    oauth: flags.oauth === true,
    venue: { latencyMs: flags.latency },
    logger: lineLogger(flags.verbose === true),
  }
}

function replayMode(flags: CommandFlags, ticks: string): ReplayMode {
  return {
    type: 'replay',
    ticks,
    gate: flags.gate,
    polling: flags.poll === true,
    ...(flags.until === undefined ? {} : { until: flags.until }),
  }
}

function liveMode(flags: CommandFlags): LiveClockMode {
  return {
    type: 'live-clock',
    speed: flags.speed,
    clock: flags.clock,
    market: flags.market,
    ...(flags.startAt === undefined ? {} : { startAt: flags.startAt }),
    ...(flags.stateDir === undefined ? {} : { stateDir: flags.stateDir }),
    ...(flags.ticks === undefined ? {} : { ticks: flags.ticks }),
  }
}

/** One line a message on standard error; the lifecycle always, executions when asked for. */
function lineLogger(isVerbose: boolean): Logger {
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`)
  }
  return {
    error: write('error'),
    warn: write('warn'),
    info: isVerbose ? write('info') : () => {},
    debug() {},
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0.')
  return Number(text)
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number above 0.')
  return value
}

function instant(text: string): UnixMs {
  const at = Date.parse(text)
  if (Number.isNaN(at) || !/Z|[+-]\d\d:?\d\d$/.test(text))
    throw new InvalidArgumentError('Give a time with its zone, e.g. 2025-01-06T07:00Z.')
  return unixMs(at)
}
