import type { EngineErrorCode } from '@openclaw-trading/bot-engine'
import type { CliErrorCode } from '../errors.ts'
import { VERSION } from '../version.ts'
import type { Explanation } from './explanation.ts'

/** Failures of the command line and of the engine. */
export const COMMAND_CODES: Readonly<Record<CliErrorCode | EngineErrorCode | 'unexpected', Explanation>> = {
  usage: {
    cause: 'A command, argument or option is missing, unknown or outside its range.',
    fix: 'See the help of the command.',
    example: 'claw backtest --help',
  },
  'server-missing': {
    cause: 'The command runs a server, which is a package of its own, and it is not installed or not built.',
    fix: 'Install it in the version of claw, or build the repository.',
    example: `npm install @openclaw-trading/reference-server@${VERSION}`,
  },
  'no-project': {
    cause: 'There is no claw.config.ts in this folder or above it.',
    fix: 'Change into your project, or create one.',
    example: 'npm create claw@latest gold-bot',
  },
  'config-invalid': {
    cause:
      'The configuration cannot be loaded, or a field of it is unknown or outside its range; all are listed.',
    fix: 'Correct the fields that are named. A package of TypeScript files needs "type": "module".',
    example: 'npm pkg set type=module',
  },
  'config-not-found': {
    cause:
      'The file after --config is not there; its path is taken from --cwd, or from the folder you work in.',
    fix: 'Correct the path. Without --config the claw.config.ts of the folder, or of one above it, counts.',
    example: 'claw backtest gold-fade --config claw.demo.config.ts',
  },
  'strategy-not-found': {
    cause: 'No strategy has that id, and no file that path.',
    fix: 'Use the id or the folder of a strategy of the project, the path of a file, or S01 to S09.',
    example: 'claw new strategy gold-fade',
  },
  'strategy-invalid': {
    cause:
      'The file cannot be loaded, exports no strategy or several, or two files have strategies of one id.',
    fix: 'Export exactly one value that defineStrategy made, with a name of its own.',
    example: 'export const goldFade = defineStrategy({ name: … })',
  },
  'invalid-params': {
    cause: 'A parameter is unknown, outside its range, or contradicts another; all problems are listed.',
    fix: 'Correct --set, the preset or the axis that is named.',
    example: 'claw backtest gold-fade --set period=20',
  },
  conflict: {
    cause: 'What should be made is there already, or changed meanwhile. Nothing was changed.',
    fix: 'Choose another name, or look at what is there.',
  },
  'data-missing': {
    cause: 'There is no market data for what was asked, or only for a part of it.',
    fix: 'Get or import it, or ask for the span that is there.',
    example: 'claw data get XAUUSD --timeframe m15 --from 2023-01-01',
  },
  'run-not-found': {
    cause: 'No run in the folder of reports has that name, or no sweep or walk-forward that id.',
    fix: 'Use the name of its folder, the beginning of it, latest or latest~1; of a search the id that it printed.',
    example: 'claw report list',
  },
  'run-damaged': {
    cause: 'The files of a run are missing or are not what claw backtest writes.',
    fix: 'Run it again: the command is at the foot of its page.',
  },
  'not-writable': {
    cause:
      'The system refused to write a folder, a file or the output, or to open one: permissions, a full disk, a read-only file system.',
    fix: 'The message names what it was. Make room or get the permission, or work in another folder.',
    example: 'claw backtest gold-fade --cwd ~/gold-bot',
  },
  'code-unknown': {
    cause: 'No message of the command line has that code.',
    fix: 'Copy the code from the message; without one claw explain lists all.',
    example: 'claw explain',
  },
  'check-failed': {
    cause:
      'The result is there and is not what was demanded: a bound of --fail-under or --min-score, a check, or equality of two runs.',
    fix: 'The message names what is missed. Nothing else failed.',
  },
  unexpected: {
    cause: 'Something failed that nobody foresaw.',
    fix: 'Run again with --verbose and report what it prints.',
    example: 'claw backtest gold-fade --verbose',
  },
  'invalid-options': {
    cause: 'An option of a function is outside its range, e.g. feeds that cannot be made of the bars given.',
    fix: 'The message names the option and its range. Feeds need bars of their timeframe or of a part of it.',
  },
  'data-invalid': {
    cause: 'The market data are damaged; the file and line, or the row, is named.',
    fix: 'Get the file anew, or import it, which counts bad rows and leaves them out.',
    example: 'claw data import ticks.csv --symbol XAUUSD',
  },
  'data-out-of-order': {
    cause: 'The market data step back in time.',
    fix: 'Sort the file by time; two exports may have been joined in the wrong order.',
  },
  'data-busy': {
    cause:
      'Another process writes the same data, or took over while this one stood still for more than a minute, e.g. asleep.',
    fix: 'Wait until it has ended, and run again.',
  },
  'data-zone-unclear': {
    cause: 'The file does not tell the zone of its times, or they contradict the one that was given.',
    fix: 'Name the zone. Rows on a weekend show that it is another one.',
    example: 'claw data import import.csv --symbol XAUUSD --tz Europe/Athens',
  },
  'handler-failed': {
    cause: 'A handler of the strategy threw. The run stopped; live, open positions keep their stops.',
    fix: 'The message is that of the handler, with the place in the strategy; --verbose adds the whole stack.',
  },
  'state-invalid': {
    cause: 'What the strategy remembers does not fit its schema, is no plain JSON, or is too long.',
    fix: 'Keep numbers, text, lists and objects in ctx.state, as its schema says.',
  },
  'worker-failed': {
    cause: 'A thread of a sweep ended while it ran; the parameters of that run are named.',
    fix: 'Run these parameters alone, or with --workers 0, and see what they do.',
    example: 'claw backtest gold-fade --set period=20',
  },
  'unknown-symbol': {
    cause: 'The broker has no symbol of that name.',
    fix: 'List the symbols; names differ between brokers, e.g. XAUUSD and GOLD.',
    example: 'ctrader symbols XAU',
  },
  'out-of-sync': {
    cause: 'The bot and the broker disagree on positions or orders, and could not be brought together.',
    fix: 'Nothing new is opened. Look at the account, close what should not be there, and start again.',
    example: 'ctrader positions',
  },
  'broker-unavailable': {
    cause: 'The broker could not be reached at the start.',
    fix: 'Check the network and CTRADER_ENVIRONMENT; at weekends brokers are in maintenance.',
  },
}
