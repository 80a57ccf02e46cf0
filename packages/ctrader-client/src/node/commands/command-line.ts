import { isTimeframe, type Timeframe, TIMEFRAMES, type UnixMs } from '@openclaw-trading/trading-model'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { CTraderError } from '../../errors.ts'

/** Which server and account a command asks, and how it answers. */
export interface AccountOptions {
  /** `demo`, `live`, `host:port`, or `tcp://127.0.0.1:port` without TLS; default: the setting `CTRADER_ENVIRONMENT`. */
  readonly environment?: string
  /** Default: the setting `CTRADER_ACCOUNT_ID`, else the only account of the token. */
  readonly account?: number
  readonly envFile?: string
  readonly json: boolean
}

/** A span of time; `to` is exclusive. */
export interface SpanOptions {
  readonly from: UnixMs
  readonly to: UnixMs
}

/** Where rows of history go; neither: to stdout, as CSV. */
export interface TargetOptions {
  /** A CSV file. */
  readonly out?: string
  /** A folder of the store that backtests read; `true`: that of the project. */
  readonly store?: string | true
}

type HistoryOptions = SpanOptions & TargetOptions & AccountOptions

/** A command line of `ctrader` as data; `auth` has its own. */
export type AccountCommand =
  | ({ readonly command: 'symbols'; readonly filter?: string } & AccountOptions)
  | ({
      readonly command: 'quotes'
      readonly symbols: readonly string[]
      readonly count?: number
    } & AccountOptions)
  | ({
      readonly command: 'bars'
      readonly symbol: string
      readonly timeframe: Timeframe
    } & HistoryOptions)
  | ({ readonly command: 'ticks'; readonly symbol: string } & HistoryOptions)
  | ({ readonly command: 'positions' } & AccountOptions)
  | ({ readonly command: 'deals' } & SpanOptions & AccountOptions)

/** What a command line asks for. */
export type CommandLine =
  | AccountCommand
  | { readonly command: 'auth'; readonly args: readonly string[] }
  /** Help or the version. */
  | { readonly command: 'print'; readonly text: string }

const WEEK_MS = 7 * 24 * 3_600_000

/**
 * Reads a command line, without node and script.
 *
 * @param nowMs what the end of a span is when none is given
 * @throws CTraderError `invalid-argument`, with the nearest known word
 */
export function parseCommandLine(args: readonly string[], version: string, nowMs: number): CommandLine {
  if (args[0] === 'auth') return { command: 'auth', args: args.slice(1) }
  const printed: string[] = []
  let result: CommandLine | undefined
  const program = createProgram(version, nowMs, parsed => {
    result = parsed
  })
  const quiet = { writeOut: (text: string) => void printed.push(text), writeErr: () => {} }
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(quiet)
  try {
    program.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0 || error.code === 'commander.help')
      return { command: 'print', text: printed.join('') || program.helpInformation() }
    throw refused(error, program)
  }
  return result ?? { command: 'print', text: program.helpInformation() }
}

type Done = (parsed: AccountCommand) => void

function createProgram(version: string, nowMs: number, done: Done): Command {
  const program = new Command('ctrader')
    .description('Asks the cTrader Open API from the command line; nothing here trades.')
    .version(version, '-V, --version')
    .addHelpText('after', SETTINGS)
  addMarketCommands(program, nowMs, done)
  addAccountCommands(program, nowMs, done)
  program
    .command('auth [args...]')
    .description('Tokens of your application: login, status, refresh, sync; ctrader auth --help.')
  return program
}

const SETTINGS = `
Settings, in the environment or in .env: CTRADER_CLIENT_ID, CTRADER_CLIENT_SECRET, CTRADER_ENVIRONMENT (demo, live,
host:port, or tcp://127.0.0.1:port without TLS), CTRADER_ACCOUNT_ID, CTRADER_CA_FILE (certificate of a server of your own,
or the connection file of a simulator), CTRADER_TOKEN_FILE (made by ctrader auth login) or CTRADER_ACCESS_TOKEN.

Exit codes: 2 usage, 5 a file or setting, 7 tokens, 8 refused by the server, 9 no connection, 10 damaged data,
130 Ctrl-C. A download that was ended goes on where it stopped: give the same command again.`

const STORE_HINT = `
--store needs @openclaw-trading/bot-engine, installed in the working folder. It keeps the broker's record of the symbol
with the rows, and fills in before what it holds as well as behind. Without --store and --out: CSV to stdout.`

function addMarketCommands(program: Command, nowMs: number, done: Done): void {
  accountCommand(program, 'symbols [filter]', 'Lists the symbols whose name contains the filter.').action(
    (filter: string | undefined, options: AccountOptions) =>
      done({ command: 'symbols', ...options, ...(filter === undefined ? {} : { filter }) }),
  )
  accountCommand(program, 'quotes <symbol...>', 'Prints quotes as they come, until Ctrl-C.')
    .option('--count <n>', 'ends after so many', wholeNumber(1, 1_000_000))
    .action((symbols: string[], options: AccountOptions) => done({ command: 'quotes', symbols, ...options }))
  historyCommand(program, 'bars <symbol>', 'Downloads bars, oldest first.', nowMs)
    .addOption(timeframeOption())
    .action((symbol: string, options: HistoryOptions & { timeframe: Timeframe }) =>
      done({ command: 'bars', symbol, ...checkedTarget(checkedSpan(options)) }),
    )
  historyCommand(program, 'ticks <symbol>', 'Downloads quotes, oldest first.', nowMs).action(
    (symbol: string, options: HistoryOptions) =>
      done({ command: 'ticks', symbol, ...checkedTarget(checkedSpan(options)) }),
  )
}

function historyCommand(program: Command, name: string, description: string, nowMs: number): Command {
  return spanCommand(program, name, description, nowMs)
    .option('--out <file>', 'CSV file to write or to go on with')
    .option('--store [folder]', 'into the store that backtests read; default folder: that of the project')
    .addHelpText('after', STORE_HINT)
}

function addAccountCommands(program: Command, nowMs: number, done: Done): void {
  accountCommand(program, 'positions', 'Shows what is open, with its profit now, and pending orders.').action(
    (options: AccountOptions) => done({ command: 'positions', ...options }),
  )
  spanCommand(program, 'deals', 'Lists executions, oldest first.', nowMs).action(
    (options: AccountOptions & SpanOptions) => done({ command: 'deals', ...checkedSpan(options) }),
  )
}

function accountCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--environment <name>', 'demo, live, host:port or tcp://127.0.0.1:port')
    .option('--account <id>', 'account id (not the login)', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--env-file <path>', 'default .env')
    .option('--json', 'JSON on stdout, nothing else', false)
}

function spanCommand(program: Command, name: string, description: string, nowMs: number): Command {
  return accountCommand(program, name, description)
    .option(
      '--from <time>',
      'begin, e.g. 2025-01-06 or 2025-01-06T07:00Z',
      instant,
      (nowMs - WEEK_MS) as UnixMs,
    )
    .option('--to <time>', 'end, exclusive; default now', instant, nowMs as UnixMs)
}

function timeframeOption(): Option {
  return new Option('--timeframe <name>', TIMEFRAMES.join(', '))
    .default('m1')
    .argParser((text: string): Timeframe => {
      if (isTimeframe(text)) return text
      throw new InvalidArgumentError(`It must be one of ${TIMEFRAMES.join(', ')}.`)
    })
}

function checkedSpan<Options extends SpanOptions>(options: Options): Options {
  if (options.from < options.to) return options
  const [from, to] = [options.from, options.to].map(time => new Date(time).toISOString())
  throw wrong('from', `The span from ${from} to ${to} is empty.`, 'a begin before its end')
}

function checkedTarget<Options extends TargetOptions>(options: Options): Options {
  if (options.out === undefined || options.store === undefined) return options
  throw wrong('store', 'Rows go to one place.', 'either --out or --store')
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** A day begins in UTC; a time needs its zone, or it would mean another instant on each machine. */
function instant(text: string): UnixMs {
  const isTold = /^\d{4}-\d\d-\d\d$/.test(text) || /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)
  const value = isTold ? Date.parse(text) : Number.NaN
  if (Number.isFinite(value)) return value as UnixMs
  throw new InvalidArgumentError('It must be a day (UTC) or a time with its zone, e.g. 2025-01-06T07:00Z.')
}

function refused(error: CommanderError, program: Command): CTraderError<'invalid-argument'> {
  const known = program.commands.map(command => command.name()).join(', ')
  if (error.code === 'commander.unknownCommand') {
    const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
    const near = /Did you mean (\S+)\?/.exec(error.message)?.[1]
    const hint = near === undefined ? '' : ` Did you mean: ctrader ${near}?`
    return wrong('command', `There is no command "${word}".${hint}`, known)
  }
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\n?\(Did you mean (.*)\?\)/, '. Did you mean $1?')
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return wrong('options', /[.?]$/.test(sentence) ? sentence : `${sentence}.`, 'as in ctrader --help')
}

function wrong(path: string, what: string, expected: string): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', `${what} Allowed: ${expected}.`, { path, expected })
}
