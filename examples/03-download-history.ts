// Downloads the hourly bars of gold that the venue has, and the quotes of its last minutes, as CSV.
import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, type UnixMs } from '@openclaw-trading/trading-model'

const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
const { host, port, ca } = venue
const client = await connect({
  environment: { host, port, ...(ca === undefined ? {} : { ca }) },
  application: { clientId, clientSecret },
})
const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
const gold = await account.instrument('XAUUSD')
const iso = (at: number): string => new Date(at).toISOString()

// #region history
const to = venue.now()
const from = (to - 7 * 24 * 3_600_000) as UnixMs
console.log('opened,open,high,low,close,ticks')
// Pages are asked for as they are needed; the venue allows five requests of history a second.
for await (const bar of account.history.bars(gold.id, 'h1', { from, to })) {
  const prices = [bar.open, bar.high, bar.low, bar.close].map(price => price.toFixed(gold.digits))
  console.log([iso(bar.openedAt), ...prices, bar.tickVolume].join(','))
}
// #endregion history

// #region quotes
// Let the market run for a while, and then read what it has been.
let seen = 0
for await (const _quote of account.quotes([gold.id])) if (++seen === 50) break
console.log('at,bid,ask')
for await (const quote of account.history.quotes(gold.id, { from: to, to: venue.now() }))
  console.log([iso(quote.at), quote.bid.toFixed(gold.digits), quote.ask.toFixed(gold.digits)].join(','))
// #endregion quotes

await client.close()
await venue.close()
