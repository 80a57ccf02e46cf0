import type { Bar, Quote } from '@openclaw-trading/trading-model'
import type { CommandResult } from '../command-output.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import type { AccountConnection } from './account-connection.ts'
import type { AccountCommand } from './command-line.ts'
import { type Download, download, downloadText } from './download.ts'
import { quoteObject } from './quotes-command.ts'

type Command<Name extends AccountCommand['command']> = Extract<AccountCommand, { command: Name }>

/** `ctrader bars`: bars of the bid as CSV or JSON lines, oldest first. */
export async function downloadBars(
  command: Command<'bars'>,
  { account }: AccountConnection,
  terminal: CommandTerminal,
): Promise<CommandResult | undefined> {
  const call = terminal.signal === undefined ? {} : { signal: terminal.signal }
  const { id, digits, name } = await account.instrument(command.symbol, call)
  const bars: Download<Bar> = {
    header: 'opened_ms,open,high,low,close,ticks',
    label: `${name} ${command.timeframe}`,
    rows: span => account.history.bars(id, command.timeframe, span, call),
    timeOf: ({ openedAt }) => openedAt,
    csv: ({ openedAt, open, high, low, close, tickVolume }) =>
      [openedAt, ...[open, high, low, close].map(price => price.toFixed(digits)), tickVolume].join(','),
    json: ({ timeframe, openedAt, open, high, low, close, tickVolume }) => ({
      schema: 'ctrader.bar/1',
      symbol: name,
      symbolId: id,
      timeframe,
      openedAt,
      open,
      high,
      low,
      close,
      tickVolume,
    }),
  }
  return run(bars, command, terminal)
}

/** `ctrader ticks`: quotes as the CSV that backtests read or as JSON lines, oldest first. */
export async function downloadTicks(
  command: Command<'ticks'>,
  { account }: AccountConnection,
  terminal: CommandTerminal,
): Promise<CommandResult | undefined> {
  const call = terminal.signal === undefined ? {} : { signal: terminal.signal }
  const { id, digits, name } = await account.instrument(command.symbol, call)
  const ticks: Download<Quote> = {
    header: 'timestamp_ms,bid,ask',
    label: `${name} ticks`,
    rows: span => account.history.quotes(id, span, call),
    timeOf: ({ at }) => at,
    csv: ({ at, bid, ask }) => `${at},${bid.toFixed(digits)},${ask.toFixed(digits)}`,
    json: quote => quoteObject(quote, { name, id }),
  }
  return run(ticks, command, terminal)
}

async function run<Row>(
  source: Download<Row>,
  { command, from, to, out, json }: Command<'bars'> | Command<'ticks'>,
  terminal: CommandTerminal,
): Promise<CommandResult | undefined> {
  const target = {
    ...terminal,
    interactive: terminal.interactive ?? false,
    err: terminal.err,
    out: terminal.out,
  }
  const report = await download(source, { from, to }, { json, ...(out === undefined ? {} : { out }) }, target)
  // Without a file the rows are the result.
  if (out === undefined) return undefined
  return { schema: `ctrader.${command}/1`, data: report, text: json ? '' : downloadText(report) }
}
