import type { CommandResult } from '../command-output.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import { downloadIntoStore, type StoreDownloadReport } from '../store/download-into-store.ts'
import type { HeldSeries } from '../store/history-store.ts'
import type { OpenedStore } from '../store/installed-store.ts'
import type { AccountConnection } from './account-connection.ts'
import type { AccountCommand } from './command-line.ts'
import { grouped } from '../../terminal/progress.ts'

/** `ctrader bars --store` and `ctrader ticks --store`. */
export async function downloadToStore(
  command: Extract<AccountCommand, { command: 'bars' | 'ticks' }>,
  { account }: AccountConnection,
  { path, store }: OpenedStore,
  { err, interactive = false, signal }: CommandTerminal,
): Promise<CommandResult> {
  const { from, to, environment } = command
  const series = command.command === 'ticks' ? 'ticks' : command.timeframe
  const report = await downloadIntoStore({
    account,
    symbol: command.symbol,
    series,
    span: { from, to },
    store,
    ...(environment === undefined ? {} : { environment }),
    output: { err, interactive },
    ...(signal === undefined ? {} : { signal }),
  })
  const { instrument, outcome, changes } = report.record
  const symbol = instrument.name
  const held = store.list().find(entry => entry.symbol === symbol && entry.series === series)
  return {
    schema: `ctrader.${command.command}/1`,
    data: { store: path, symbol, series, from, to, ...report, record: { outcome, changes }, held },
    text: storeText(`${symbol} ${series}`, path, report, held),
  }
}

function storeText(
  label: string,
  path: string,
  { added, record: { changes, instrument } }: StoreDownloadReport,
  held: HeldSeries | undefined,
): string {
  const all = held === undefined ? '' : `, which has ${grouped(held.rows)}`
  const fields = changes.map(({ field }) => field).join(', ')
  const warning = fields === '' ? '' : `  The record of ${instrument.name} has changed: ${fields}\n`
  return `${warning}  ${grouped(added)} new rows of ${label} written to ${path}${all}\n`
}
