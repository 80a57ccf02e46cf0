import { formatMoney, type Instrument, type SymbolId } from '@openclaw-trading/trading-model'
import type { Deal } from '../../decode/records.ts'
import type { CommandResult } from '../command-output.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import type { AccountConnection } from './account-connection.ts'
import type { AccountCommand } from './command-line.ts'
import { type Column, table } from '../../terminal/table.ts'

type DealsCommand = Extract<AccountCommand, { command: 'deals' }>

/** More would neither be read nor fit; a shorter span shows the rest. */
export const MAX_DEALS = 100_000

/** `ctrader deals`: the executions of a span, oldest first. */
export async function listDeals(
  { from, to }: DealsCommand,
  { account }: AccountConnection,
  terminal: CommandTerminal,
): Promise<CommandResult> {
  const call = terminal.signal === undefined ? {} : { signal: terminal.signal }
  const deals: Deal[] = []
  for await (const deal of account.history.deals({ from, to }, call)) {
    deals.push(deal)
    if (deals.length < MAX_DEALS) continue
    terminal.err(`  ${MAX_DEALS} deals shown; later ones are left out. Ask for a shorter span.\n`)
    break
  }
  const symbols = [...new Set(deals.map(({ symbolId }) => symbolId))]
  const instruments = await account.instrumentsOf(symbols, call)
  const names = new Map<SymbolId, Instrument>(instruments.map(instrument => [instrument.id, instrument]))
  const rows = deals.map(deal => ({
    ...deal,
    symbol: names.get(deal.symbolId)?.name ?? String(deal.symbolId),
  }))
  return { schema: 'ctrader.deals/1', data: rows, text: dealTable(rows, names) }
}

type Row = Deal & { readonly symbol: string }

function dealTable(rows: readonly Row[], names: ReadonlyMap<SymbolId, Instrument>): string {
  if (rows.length === 0) return '  No deal in this span.\n'
  const columns: readonly Column<Row>[] = [
    { title: 'time', text: ({ at }) => new Date(at).toISOString() },
    { title: 'deal', align: 'right', text: ({ dealId }) => String(dealId) },
    { title: 'position', align: 'right', text: ({ positionId }) => String(positionId) },
    { title: 'symbol', text: ({ symbol }) => symbol },
    { title: 'side', text: ({ side }) => side },
    { title: 'lots', align: 'right', text: ({ volume }) => String(volume) },
    {
      title: 'price',
      align: 'right',
      text: ({ price, symbolId }) => price.toFixed(names.get(symbolId)?.digits ?? 5),
    },
    {
      title: 'gross',
      align: 'right',
      text: ({ closing }) => (closing === undefined ? '–' : formatMoney(closing.gross)),
    },
    { title: 'costs', align: 'right', text: costsOf },
    {
      title: 'balance',
      align: 'right',
      text: ({ closing }) => (closing === undefined ? '–' : formatMoney(closing.balance)),
    },
  ]
  return table(columns, rows)
}

/** Of a closing deal everything that was charged with it; of an opening one its commission, charged at the close. */
function costsOf({ closing, commission }: Row): string {
  if (closing === undefined) return formatMoney(commission)
  const minor = closing.commission.minor + closing.swap.minor + closing.conversionFee.minor
  return formatMoney({ ...closing.commission, minor })
}
