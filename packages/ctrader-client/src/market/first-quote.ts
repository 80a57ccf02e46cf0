import type { Quote, SymbolId } from '@openclaw-trading/trading-model'
import type { AccountLink } from '../account/account-link.ts'
import { CTraderError } from '../errors.ts'
import { type CallOptions, DEFAULT_REQUEST_TIMEOUT_MS } from '../options.ts'
import { whenAborted } from '../when-aborted.ts'

/**
 * The newest quotes of some symbols; subscribes for as long as it takes, and waits for those not quoted yet.
 *
 * @throws {@link CTraderError} `request-timeout` when a symbol is not quoted
 */
export async function firstQuotes(
  link: AccountLink,
  symbols: readonly SymbolId[],
  options: CallOptions,
): Promise<ReadonlyMap<SymbolId, Quote>> {
  await link.catalogue.ensure(symbols, options)
  const release = await link.live.subscriptions.spots.take(symbols, options)
  try {
    await quoted(link, symbols, options)
    return new Map(symbols.flatMap(symbol => entry(link, symbol)))
  } finally {
    release()
  }
}

function entry(link: AccountLink, symbol: SymbolId): [SymbolId, Quote][] {
  const quote = link.stream.quote(symbol)
  return quote === undefined ? [] : [[symbol, quote]]
}

function quoted(
  link: AccountLink,
  symbols: readonly SymbolId[],
  { signal, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS }: CallOptions,
): Promise<void> {
  const missing = (): SymbolId | undefined => symbols.find(symbol => link.stream.quote(symbol) === undefined)
  if (missing() === undefined) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown): void => {
      link.events.off('quote', onQuote)
      endAbort()
      clearTimeout(timer)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onQuote = (): void => {
      if (missing() === undefined) settle()
    }
    const onAbort = (): void => settle(signal?.reason)
    const timer = setTimeout(() => settle(notQuoted(missing(), timeoutMs)), timeoutMs)
    link.events.on('quote', onQuote)
    const endAbort = whenAborted(signal, onAbort)
    if (signal?.aborted === true) onAbort()
  })
}

function notQuoted(symbol: SymbolId | undefined, timeoutMs: number): CTraderError {
  return new CTraderError(
    'request-timeout',
    `Symbol ${symbol} was not quoted within ${timeoutMs} ms. Ask again when it is traded.`,
    { method: 'subscribeSpots', timeoutMs, delivery: 'not-sent' },
  )
}
