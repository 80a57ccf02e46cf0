import type { Instrument, Quote } from '@openclaw-trading/trading-model'
import type { LiveQuote } from '../../market/live-bar.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import type { AccountConnection } from './account-connection.ts'
import type { AccountCommand } from './command-line.ts'

type QuotesCommand = Extract<AccountCommand, { command: 'quotes' }>

/** `ctrader quotes`: one line for each quote, or one JSON object; ends with Ctrl-C or after `count`. */
export async function streamQuotes(
  { symbols, count = Number.POSITIVE_INFINITY, json }: QuotesCommand,
  { account }: AccountConnection,
  terminal: CommandTerminal,
): Promise<undefined> {
  const call = terminal.signal === undefined ? {} : { signal: terminal.signal }
  const instruments = await Promise.all([...new Set(symbols)].map(name => account.instrument(name, call)))
  const byId = new Map(instruments.map(instrument => [instrument.id, instrument]))
  let printed = 0
  // One line a quote is what it promises: a pipe that takes them too slowly ends it with an error.
  for await (const quote of account.quotes([...byId.keys()], { ...call, every: true })) {
    const instrument = byId.get(quote.symbolId)
    if (instrument === undefined) continue
    if (quote.resynced === true)
      terminal.err(`The link was lost: quotes of ${instrument.name} are missing here.\n`)
    terminal.out(json ? `${JSON.stringify(quoteObject(quote, instrument))}\n` : textLine(quote, instrument))
    await terminal.drained?.()
    printed += 1
    if (printed >= count) return undefined
  }
  terminal.signal?.throwIfAborted()
  return undefined
}

/** A quote for machines. */
export function quoteObject(
  { at, bid, ask, resynced }: LiveQuote,
  { name, id }: Pick<Instrument, 'name' | 'id'>,
): object {
  return {
    schema: 'ctrader.quote/1',
    symbol: name,
    symbolId: id,
    at,
    bid,
    ask,
    ...(resynced && { resynced }),
  }
}

function textLine({ at, bid, ask }: Quote, { name, digits }: Instrument): string {
  return `${new Date(at).toISOString()}  ${name}  ${bid.toFixed(digits)}  ${ask.toFixed(digits)}\n`
}
