import type { CommandTerminal } from '../command-terminal.ts'
import { type CommandResult, printFailure, printResult } from '../command-output.ts'
import { type AccountConnection, withAccount } from './account-connection.ts'
import { openInstalledStore, type OpenedStore } from '../store/installed-store.ts'
import { downloadBars, downloadTicks } from './history-commands.ts'
import { downloadToStore } from './store-command.ts'
import type { AccountCommand } from './command-line.ts'
import { listDeals } from './deals-command.ts'
import { showPositions } from './positions-command.ts'
import { streamQuotes } from './quotes-command.ts'
import { listSymbols } from './symbols-command.ts'

/**
 * Runs a command that asks an account. Nothing here trades.
 *
 * @returns the exit code; failures are printed, never thrown
 * @throws the reason of the terminal's signal, when that ended the command
 */
export async function runAccountCommand(command: AccountCommand, terminal: CommandTerminal): Promise<number> {
  try {
    const asked = 'store' in command ? command.store : undefined
    // Before the account is asked: a store that cannot be had is told at once.
    const store = asked === undefined ? undefined : await openInstalledStore(asked, terminal.cwd)
    const result = await withAccount(command, terminal, connection =>
      execute(command, connection, store, terminal),
    )
    return result === undefined ? 0 : printResult(result, command.json, terminal)
  } catch (error) {
    return printFailure(error, command.json, terminal)
  }
}

/** `undefined`: it has printed its results already. */
function execute(
  command: AccountCommand,
  connection: AccountConnection,
  store: OpenedStore | undefined,
  terminal: CommandTerminal,
): Promise<CommandResult | undefined> {
  switch (command.command) {
    case 'symbols':
      return listSymbols(command, connection, terminal)
    case 'quotes':
      return streamQuotes(command, connection, terminal)
    case 'bars':
      return store === undefined
        ? downloadBars(command, connection, terminal)
        : downloadToStore(command, connection, store, terminal)
    case 'ticks':
      return store === undefined
        ? downloadTicks(command, connection, terminal)
        : downloadToStore(command, connection, store, terminal)
    case 'positions':
      return showPositions(connection, terminal)
    case 'deals':
      return listDeals(command, connection, terminal)
  }
}
