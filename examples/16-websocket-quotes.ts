// Prints quotes that come as JSON over WebSocket. In a page this is the default way: leave `over` out there, and
// point a bundler at this file.
import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId } from '@openclaw-trading/trading-model'

// A venue in this process stands in for the broker's servers: { environment: 'demo', … } reaches those.
const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7, tls: false, jsonPort: 0 })
const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials

// #region connect
const client = await connect({
  environment: { host: venue.host, port: venue.jsonPort ?? 0, tls: false },
  application: { clientId, clientSecret },
  codec: 'json',
  over: 'websocket',
})
// #endregion connect
const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
const gold = await account.instrument('XAUUSD')

let count = 0
for await (const quote of account.quotes([gold.id])) {
  console.log(new Date(quote.at).toISOString(), quote.bid.toFixed(gold.digits))
  count += 1
  if (count === 5) break
}

await client.close()
await venue.close()
