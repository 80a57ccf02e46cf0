import { Command } from 'commander'
import { commandsFor } from '../src/commands/index.ts'

const program = new Command('claw').enablePositionalOptions()
for (const register of await commandsFor([])) register(program, () => {})

/** A command that does something. */
export interface Leaf {
  readonly line: string
  readonly command: Command
}

function leavesOf(command: Command, words: readonly string[]): readonly Leaf[] {
  return command.commands.length === 0
    ? [{ line: words.join(' '), command }]
    : command.commands.flatMap(inner => leavesOf(inner, [...words, inner.name()]))
}

/** Every command that does something. */
export const LEAVES = leavesOf(program, [])
/** `auth` reads what follows by itself. */
export const AUTH = ['auth login', 'auth status', 'auth refresh', 'auth sync']

/** A line of each command that ends with a result, its schema and exit code. */
export const RESULTS: readonly (readonly [line: string, schema: string, code: number])[] = [
  ['new strategy calm-fade', 'claw.new-strategy/1', 0],
  ['completion fish', 'claw.completion/1', 0],
  ['backtest S03 --synthetic 1 --no-check --no-report', 'claw.backtest/1', 0],
  ['backtest S03 --synthetic 1 --no-check --no-report --fail-under trades=100000', 'claw.backtest/1', 12],
  ['sweep S03 --synthetic 1 --axis period=15,20 --workers 0', 'claw.sweep/1', 0],
  [
    'walkforward S03 --synthetic 1 --axis period=15,20 --workers 0 --in-sample 8 --out-of-sample 4',
    'claw.walkforward/1',
    0,
  ],
  ['check S03 --synthetic 1 --bars 800 --cuts 2', 'claw.check/1', 0],
  ['data get XAUUSD --tf h1 --synthetic --from 2024-01-08 --to 2024-01-20', 'claw.data-get/1', 0],
  ['data list', 'claw.data-list/1', 0],
  ['data verify', 'claw.data-verify/1', 0],
  ['data import gold.csv --symbol XAUUSD', 'claw.data-import/1', 0],
  ['data export XAUUSD --tf m15 --out again.csv', 'claw.data-export/1', 0],
  ['data export XAUUSD --tf m15 --out again.parquet', 'claw.data-export/1', 0],
  ['data instrument XAUUSD', 'claw.data-instrument/1', 0],
  ['report list', 'claw.report.list/1', 0],
  ['report open latest', 'claw.report.open/1', 0],
  ['report diff latest~1 latest', 'claw.report.diff/1', 0],
  ['report diff latest~1 latest --exit-code', 'claw.report.diff/1', 12],
  ['report export latest --format csv --out trades.csv', 'claw.report.export/1', 0],
  ['compare latest~1 latest', 'claw.compare/1', 0],
  ['parity one.clawses --min-score 1', 'claw.parity/1', 0],
  ['parity one.clawses --latency 5000 --min-score 1', 'claw.parity/1', 12],
  ['version', 'claw.version/1', 0],
  ['explain warm-up', 'claw.explain/1', 0],
  ['auth status', 'claw.auth-status/1', 7],
]

/** Lines that fail before there is a result, with the code and the exit code of the failure. */
export const FAILURES: readonly (readonly [line: string, code: string, exit: number])[] = [
  ['new strategy Calm!', 'usage', 2],
  ['backtest ./nobody.ts', 'strategy-not-found', 4],
  ['sweep S03 --axis nothing=1,2', 'invalid-params', 3],
  ['walkforward S03 --axis nothing=1,2', 'invalid-params', 3],
  ['walkforward S03 --axis period=15,20 --in-sample 0', 'usage', 2],
  ['walkforward S03 --axis period=15,20 --out-of-sample 0', 'usage', 2],
  ['walkforward S03 --axis period=15,20 --in-sample 3 --purge 2 --embargo 1', 'usage', 2],
  ['check ./nobody.ts', 'strategy-not-found', 4],
  ['data get XAUUSD --synthetic', 'usage', 2],
  ['data list --nope', 'usage', 2],
  ['data verify --tf m17', 'usage', 2],
  ['data import none.csv --symbol XAUUSD', 'data-missing', 10],
  ['data export GOLD --tf m15 --out none.csv', 'data-missing', 10],
  ['data export GOLD --tf m15 --format parquet', 'usage', 2],
  ['data instrument GOLD', 'data-missing', 10],
  ['report list --limit 0', 'usage', 2],
  ['report open latest~9', 'run-not-found', 4],
  ['report diff latest~9 latest', 'run-not-found', 4],
  ['report export latest~9 --format csv --out none.csv', 'run-not-found', 4],
  ['compare latest~9 latest', 'run-not-found', 4],
  ['up --port none', 'usage', 2],
  ['replay --ticks none.csv', 'data-missing', 10],
  ['parity none.clawses', 'data-missing', 10],
  ['parity gold.csv', 'data-invalid', 10],
  ['completion tcsh', 'usage', 2],
  ['version --nope', 'usage', 2],
  ['explain no-such-code', 'code-unknown', 4],
  ['data get XAUUSD --tf m15', 'invalid-argument', 7],
  ['sweep --resume swp_none', 'run-not-found', 4],
  ['auth login', 'invalid-argument', 7],
  ['auth refresh', 'invalid-argument', 7],
  ['auth sync', 'token-invalid', 7],
  ['auth status --nope', 'invalid-argument', 2],
]

/** Whether a row of these tables is a line of a command. */
export const isOf = (line: string) => (row: readonly [string, ...unknown[]]) =>
  `${row[0]} `.startsWith(`${line} `)
