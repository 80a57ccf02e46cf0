// Connects to a venue and prints the first quotes of gold.
import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId } from '@openclaw-trading/trading-model'

// A venue in this process stands in for the broker's servers: { environment: 'demo', … } reaches those.
const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
const { host, port, ca } = venue

// #region quotes
const client = await connect({
  environment: { host, port, ...(ca === undefined ? {} : { ca }) },
  application: { clientId, clientSecret },
})
const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
const gold = await account.instrument('XAUUSD')

let count = 0
for await (const quote of account.quotes([gold.id])) {
  console.log(
    new Date(quote.at).toISOString(),
    quote.bid.toFixed(gold.digits),
    quote.ask.toFixed(gold.digits),
  )
  count += 1
  if (count === 10) break
}
// #endregion quotes

await client.close()
await venue.close()
