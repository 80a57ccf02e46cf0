import type { Account, CallOptions } from '@openclaw-trading/ctrader-client'
import type { Bar, SymbolId, Timeframe, UnixMs } from '@openclaw-trading/trading-model'

/** Wall time to wait for the snapshot quote; it comes even when the market is closed. */
const FIRST_QUOTE_WAIT_MS = 5000

/**
 * Closed bars and the one in progress.
 *
 * The wire does not say whether the newest bar is closed, and the venue's clock need not be ours. So the quotes of the
 * symbol are subscribed first: their time is the market's, and the newest bar is in progress when its span reaches
 * beyond it. Quotes between here and the start of the run reach nobody; bars that form meanwhile miss them.
 */
export async function loadHistory(
  account: Account,
  symbol: SymbolId,
  timeframe: Timeframe,
  count: number,
  options: CallOptions,
): Promise<{ readonly closed: readonly Bar[]; readonly forming?: Bar }> {
  const marketTime = await firstMarketTime(account, symbol, options)
  if (count === 0) return { closed: [] }
  const bars = await account.history.latest(symbol, timeframe, count + 1, options)
  const newest = bars.at(-1)
  if (newest === undefined) return { closed: [] }
  const now = account.marketTime ?? marketTime
  if (newest.closedAt <= now) return { closed: bars.slice(-count) }
  return { closed: bars.slice(0, -1).slice(-count), forming: newest }
}

/** Subscribes and waits for the first quote; the wall clock stands in when none comes. */
async function firstMarketTime(account: Account, symbol: SymbolId, options: CallOptions): Promise<UnixMs> {
  let stop = (): void => {}
  let timer: NodeJS.Timeout | undefined
  const first = new Promise<void>(resolve => {
    stop = account.onMarket(event => {
      if (event.type === 'quote' && event.symbolId === symbol) resolve()
    })
    timer = setTimeout(resolve, FIRST_QUOTE_WAIT_MS)
  })
  try {
    const known = account.marketTime
    await account.subscribe([symbol], options)
    if (known === undefined) await first
  } finally {
    stop()
    clearTimeout(timer)
  }
  return account.marketTime ?? (Date.now() as UnixMs)
}
