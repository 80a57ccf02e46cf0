import {
  formatMoney,
  type Instrument,
  type Order,
  type Position,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import type { AccountEquity, PositionProfit } from '../../money/money-records.ts'
import type { CommandResult } from '../command-output.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import type { AccountConnection } from './account-connection.ts'
import { type Column, table } from '../../terminal/table.ts'

type Names = ReadonlyMap<SymbolId, Instrument>

/** `ctrader positions`: what is open with its profit now, what waits for a price, and what the account is worth. */
export async function showPositions(
  { account }: AccountConnection,
  { signal }: CommandTerminal,
): Promise<CommandResult> {
  const call = signal === undefined ? {} : { signal }
  const { positions, orders } = await account.snapshot(call)
  const symbols = [...new Set([...positions, ...orders].map(({ symbolId }) => symbolId))]
  const [profits, equity, instruments] = await Promise.all([
    account.unrealizedProfits(call),
    account.equity(call),
    account.instrumentsOf(symbols, call),
  ])
  const names: Names = new Map(instruments.map(instrument => [instrument.id, instrument]))
  const profitOf = (id: Position['id']): PositionProfit | undefined =>
    profits.find(({ positionId }) => positionId === id)
  const open = positions.map(position => ({ ...position, profit: profitOf(position.id) }))
  const named = <Row extends { readonly symbolId: SymbolId }>(row: Row) => ({
    ...row,
    symbol: names.get(row.symbolId)?.name ?? String(row.symbolId),
  })
  return {
    schema: 'ctrader.positions/1',
    data: { positions: open.map(named), orders: orders.map(named), equity },
    text: `${positionTable(open, names)}\n${orderTable(orders, names)}\n${equityText(equity)}`,
  }
}

type OpenPosition = Position & { readonly profit: PositionProfit | undefined }

function price(value: number | undefined, instrument: Instrument | undefined): string {
  return value === undefined ? '–' : value.toFixed(instrument?.digits ?? 5)
}

function positionTable(positions: readonly OpenPosition[], names: Names): string {
  if (positions.length === 0) return '  No open position.\n'
  const of = ({ symbolId }: OpenPosition): Instrument | undefined => names.get(symbolId)
  const columns: readonly Column<OpenPosition>[] = [
    { title: 'position', align: 'right', text: ({ id }) => String(id) },
    { title: 'symbol', text: position => of(position)?.name ?? String(position.symbolId) },
    { title: 'side', text: ({ side }) => side },
    { title: 'lots', align: 'right', text: ({ volume }) => String(volume) },
    { title: 'entry', align: 'right', text: position => price(position.entryPrice, of(position)) },
    { title: 'stop', align: 'right', text: position => price(position.stopLoss, of(position)) },
    { title: 'target', align: 'right', text: position => price(position.takeProfit, of(position)) },
    {
      title: 'net now',
      align: 'right',
      text: ({ profit }) => (profit === undefined ? '–' : formatMoney(profit.net)),
    },
    { title: 'opened', text: ({ openedAt }) => minute(openedAt) },
    { title: 'label', text: ({ label }) => label ?? '' },
  ]
  return table(columns, positions)
}

function orderTable(orders: readonly Order[], names: Names): string {
  if (orders.length === 0) return '  No pending order.\n'
  const columns: readonly Column<Order>[] = [
    { title: 'order', align: 'right', text: ({ id }) => String(id) },
    { title: 'symbol', text: ({ symbolId }) => names.get(symbolId)?.name ?? String(symbolId) },
    { title: 'type', text: ({ terms }) => terms?.type ?? '–' },
    { title: 'side', text: ({ side }) => side },
    { title: 'lots', align: 'right', text: ({ volume }) => String(volume) },
    {
      title: 'price',
      align: 'right',
      text: ({ terms, symbolId }) => price(terms?.price, names.get(symbolId)),
    },
    { title: 'works', text: ({ terms }) => (terms === undefined ? '–' : lifeOf(terms.timeInForce)) },
    { title: 'label', text: ({ label }) => label ?? '' },
  ]
  return table(columns, orders)
}

function lifeOf(time: NonNullable<Order['terms']>['timeInForce']): string {
  if (time.type === 'market-on-open') return 'at the open'
  return time.type === 'gtd' ? `until ${minute(time.expiresAt)}` : time.type.toUpperCase()
}

function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`
}

function equityText({ balance, equity, margin, freeMargin, marginLevelPercent }: AccountEquity): string {
  const level = marginLevelPercent === undefined ? '' : `   level ${marginLevelPercent.toFixed(0)} %`
  const [all, worth, bound, free] = [balance, equity, margin, freeMargin].map(formatMoney)
  return `  balance ${all}   equity ${worth}   margin ${bound}   free ${free}${level}\n`
}
