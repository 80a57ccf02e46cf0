// Downloads the hourly bars of gold that the venue has and prints them as CSV.
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

// #region history
const to = venue.now()
const from = (to - 7 * 24 * 3_600_000) as UnixMs
console.log('opened,open,high,low,close,ticks')
// Pages are asked for as they are needed; the venue allows five requests of history a second.
for await (const bar of account.history.bars(gold.id, 'h1', { from, to })) {
  const prices = [bar.open, bar.high, bar.low, bar.close].map(price => price.toFixed(gold.digits))
  console.log([new Date(bar.openedAt).toISOString(), ...prices, bar.tickVolume].join(','))
}
// #endregion history

await client.close()
await venue.close()
