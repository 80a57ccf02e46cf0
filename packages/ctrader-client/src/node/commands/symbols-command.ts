import { isOpen, type Instrument, type UnixMs } from '@openclaw-trading/trading-model'
import type { CommandResult } from '../command-output.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import type { AccountConnection } from './account-connection.ts'
import type { AccountCommand } from './command-line.ts'
import { type Column, table } from '../../terminal/table.ts'

type SymbolsCommand = Extract<AccountCommand, { command: 'symbols' }>

const COLUMNS: readonly Column<Instrument>[] = [
  { title: 'symbol', text: ({ name }) => name },
  { title: 'id', align: 'right', text: ({ id }) => String(id) },
  { title: 'digits', align: 'right', text: ({ digits }) => String(digits) },
  { title: 'lot', align: 'right', text: ({ lotSize, base }) => `${lotSize} ${base}`.trim() },
  { title: 'min lots', align: 'right', text: ({ minVolume }) => String(minVolume) },
  { title: 'step', align: 'right', text: ({ volumeStep }) => String(volumeStep) },
  { title: 'quoted in', text: ({ quote }) => quote },
  { title: 'now', text: instrument => (isOpen(instrument, Date.now() as UnixMs) ? 'open' : 'closed') },
]

/** `ctrader symbols`: the instruments whose name contains the filter, by name. */
export async function listSymbols(
  { filter = '' }: SymbolsCommand,
  { account }: AccountConnection,
  { signal }: CommandTerminal,
): Promise<CommandResult> {
  const wanted = filter.toUpperCase()
  const all = await account.instruments(signal === undefined ? {} : { signal })
  const found = all
    .filter(({ name }) => name.toUpperCase().includes(wanted))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const text =
    found.length === 0 ? `  No symbol of this account contains "${filter}".\n` : table(COLUMNS, found)
  return { schema: 'ctrader.symbols/1', data: found, text }
}
