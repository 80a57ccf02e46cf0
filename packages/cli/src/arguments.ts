import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { CliError } from './errors.ts'

/** What `claw up` was asked. */
export interface UpArguments {
  readonly command: 'up'
  readonly port?: number
  readonly seed?: number
  readonly dataDir?: string
  readonly strategies?: string
}

/** What `claw replay` was asked. */
export interface ReplayArguments {
  readonly command: 'replay'
  readonly ticks: string
  readonly timeframes: readonly ('m1' | 'm15')[]
  /** Milliseconds since 1970-01-01 UTC. */
  readonly until?: number
  readonly latencyMs: number
  /** How the venue runs ahead of the bot. */
  readonly gate: 'lookahead' | 'rewind'
  readonly json: boolean
  /** Spins instead of sleeping where two cores are there. */
  readonly polling: boolean
}

/** What `claw auth` was asked; its own command line is read by the client package. */
export interface AuthArguments {
  readonly command: 'auth'
  readonly args: readonly string[]
}

/** A command line as data. */
export type Arguments =
  | UpArguments
  | ReplayArguments
  | AuthArguments
  /** Text asked for: help or the version. */
  | { readonly command: 'print'; readonly text: string }

/** Reads a command line (without node and script). @throws {@link CliError} `usage`, with the nearest known word */
export function parseArguments(args: readonly string[], version: string): Arguments {
  // All that follows belongs to a command with options and a help of its own.
  if (args[0] === 'auth') return { command: 'auth', args: args.slice(1) }
  const printed: string[] = []
  let result: Arguments | undefined
  const program = createProgram(version, parsed => {
    result = parsed
  })
  const quiet = { writeOut: (text: string) => void printed.push(text), writeErr: () => {} }
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(quiet)
  try {
    program.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help that nobody asked for (no command given) has exit code 1 there; it is an answer all the same.
    if (error.exitCode === 0 || error.code === 'commander.help')
      return { command: 'print', text: printed.join('') || program.helpInformation() }
    throw usage(error, program)
  }
  return result ?? { command: 'print', text: program.helpInformation() }
}

function createProgram(version: string, done: (parsed: Arguments) => void): Command {
  const program = new Command('claw')
    .description('Runs trading bots on a simulated cTrader venue.')
    .version(version, '-V, --version')
    .addHelpText('after', '\nNext: claw up')
  program
    .command('up')
    .description('Starts server, dashboard, simulated venue and bots; Ctrl-C stops them.')
    .option(
      '--port <number>',
      'port of dashboard and API, 0 for a free one (PORT, default 8000)',
      wholeNumber(0, 65_535),
    )
    .option(
      '--seed <number>',
      'seed of the simulated market (CLAW_SEED, default 1)',
      wholeNumber(0, 4_294_967_295),
    )
    .option('--data-dir <folder>', 'database, venue and outboxes (CLAW_DATA_DIR, default .claw)')
    .option('--strategies <file>', 'a module that exports further strategies')
    .action((options: Omit<UpArguments, 'command'>) => done({ command: 'up', ...options }))
  program
    .command('replay')
    .description(
      'Sends a tick file through the venue into a running bot and compares its trades with a backtest.',
    )
    .requiredOption('--ticks <file>', 'CSV "timestamp_ms,bid,ask", plain or gzip')
    .option('--timeframe <name>', 'm1, m15 or both', timeframe, 'both')
    .option('--until <time>', 'rows before this time only, e.g. 2014-05-01T21:15Z', instant)
    .option('--latency <ms>', 'from a decision to its fill, in market time', wholeNumber(0, 60_000), 50)
    .option('--gate <name>', 'how the venue runs ahead of the bot: lookahead or rewind', gate, 'lookahead')
    .option('--no-polling', 'sleep instead of spinning: slower on an idle machine, faster on a busy one')
    .option('--json', 'only the JSON lines on stdout', false)
    .addHelpText('after', '\nExit code 12: replay and backtest differ, or there was no trade to compare.')
    .action((options: ReplayOptions) =>
      done({
        command: 'replay',
        ticks: options.ticks,
        timeframes: options.timeframe === 'both' ? ['m1', 'm15'] : [options.timeframe],
        latencyMs: options.latency,
        gate: options.gate,
        json: options.json,
        polling: options.polling,
        ...(options.until === undefined ? {} : { until: options.until }),
      }),
    )
  // For help and suggestions only: it never gets here.
  program
    .command('auth [args...]')
    .description('Tokens of a cTrader application: login, status, refresh, sync; claw auth --help.')
  return program
}

interface ReplayOptions {
  readonly ticks: string
  readonly timeframe: 'm1' | 'm15' | 'both'
  readonly until?: number
  readonly latency: number
  readonly gate: 'lookahead' | 'rewind'
  readonly json: boolean
  readonly polling: boolean
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

function timeframe(text: string): 'm1' | 'm15' | 'both' {
  if (text === 'm1' || text === 'm15' || text === 'both') return text
  throw new InvalidArgumentError('It must be m1, m15 or both.')
}

function gate(text: string): 'lookahead' | 'rewind' {
  if (text === 'lookahead' || text === 'rewind') return text
  throw new InvalidArgumentError('It must be lookahead or rewind.')
}

function instant(text: string): number {
  // A time without a zone would mean another instant on each machine.
  const value = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a time with its zone, e.g. 2014-05-01T21:15Z.')
}

function usage(error: CommanderError, program: Command): CliError {
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\n?\(Did you mean (.*)\?\)/, '. Did you mean $1?')
  if (error.code === 'commander.unknownCommand') {
    const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
    const near = /Did you mean (\S+)\?/.exec(error.message)?.[1]
    const known = program.commands.map(command => command.name()).join(', ')
    return new CliError(
      'usage',
      `Unknown command "${word}". ${near ? `Did you mean: claw ${near}?` : `Known: ${known}.`}`,
    )
  }
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return new CliError('usage', `${/[.?]$/.test(sentence) ? sentence : `${sentence}.`} See claw --help.`)
}
