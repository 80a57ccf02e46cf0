// An app of a browser that does nothing but connect and read quotes: what it costs is measured, and it is run.
import { connect, type ConnectOptions } from '@openclaw-trading/ctrader-client'
import { accountId } from '@openclaw-trading/trading-model'

/** Connects, authorises, and returns the first bids of gold. */
export async function bids(
  options: ConnectOptions,
  account: number,
  token: string,
  count: number,
): Promise<readonly number[]> {
  const client = await connect(options)
  const { instrument, quotes } = await client
    .authorize(accountId(account), token)
    .then(opened => ({ instrument: opened.instrument.bind(opened), quotes: opened.quotes.bind(opened) }))
  const gold = await instrument('XAUUSD')
  const found: number[] = []
  for await (const quote of quotes([gold.id])) if (found.push(quote.bid) === count) break
  await client.close()
  return found
}
