import { Command, CommanderError } from 'commander'
import type { Chosen, Register } from './command.ts'
import { CliError } from './errors.ts'
import { GLOBAL_HELP, GLOBAL_OPTIONS } from './global-options.ts'
import { nearest } from './nearest.ts'

/** A command line as data: a command, or text that was asked for (help, the version). */
export type Arguments = Chosen | { readonly command: 'print'; readonly text: string }

/**
 * Reads a command line (without node and script) by the commands that it may begin with.
 *
 * @throws {@link CliError} `usage`, with the nearest known word
 */
export function parseArguments(
  args: readonly string[],
  version: string,
  commands: readonly Register[],
): Arguments {
  const printed: string[] = []
  let chosen: Chosen | undefined
  const program = createProgram(version)
  for (const register of commands)
    register(program, one => {
      chosen = one
    })
  const quiet = { writeOut: (text: string) => void printed.push(text), writeErr: () => {} }
  for (const command of commandsOf(program)) {
    command.exitOverride().configureOutput(quiet)
    if (command !== program && command.commands.length === 0) command.addHelpText('after', GLOBAL_HELP)
  }
  try {
    program.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help that nobody asked for (no command given) has exit code 1 there; it is an answer all the same.
    const command = meant(program, args)
    if (error.exitCode === 0 || error.code === 'commander.help')
      return { command: 'print', text: printed.join('') || command.helpInformation() }
    throw usage(error, command)
  }
  return chosen ?? { command: 'print', text: program.helpInformation() }
}

function createProgram(version: string): Command {
  return (
    new Command('claw')
      .description('Writes, tests and runs trading bots for cTrader.')
      .version(version, '-V, --version')
      // What follows the name of a command belongs to it: some have an option of the same name.
      .enablePositionalOptions()
      .addHelpText('after', `${GLOBAL_HELP}\n\nNext: claw up`)
  )
}

function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}

/** The innermost command that a line names. */
function meant(command: Command, [word, ...rest]: readonly string[]): Command {
  const inner = command.commands.find(known => known.name() === word)
  return inner === undefined ? command : meant(inner, rest)
}

/** The name of a command as one types it. */
function lineOf(command: Command): string {
  return command.parent === null ? command.name() : `${lineOf(command.parent)} ${command.name()}`
}

function usage(error: CommanderError, command: Command): CliError {
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\n?\(Did you mean (.*)\?\)/, '. Did you mean $1?')
  if (error.code === 'commander.unknownCommand') {
    const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
    const near = /Did you mean (\S+)\?/.exec(error.message)?.[1]
    const known = command.commands.map(inner => inner.name()).join(', ')
    return new CliError(
      'usage',
      `Unknown command "${word}". ${near ? `Did you mean: ${lineOf(command)} ${near}?` : `Known: ${known}.`}`,
    )
  }
  const sentence = withGlobal(`${text.charAt(0).toUpperCase()}${text.slice(1)}`)
  return new CliError(
    'usage',
    `${/[.?]$/.test(sentence) ? sentence : `${sentence}.`} See ${lineOf(command)} --help.`,
  )
}

/** The parser knows the options of the command alone. */
function withGlobal(sentence: string): string {
  const [, word = ''] = /^Unknown option '([^']+)'$/.exec(sentence) ?? []
  const near = nearest(
    word,
    GLOBAL_OPTIONS.map(({ flag }) => flag),
  )
  return word === '' || near === undefined ? sentence : `${sentence}. Did you mean ${near}?`
}
