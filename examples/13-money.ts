// Opens a position and shows what it costs, binds and brings.
import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, formatMoney } from '@openclaw-trading/trading-model'

const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
const { host, port, ca } = venue
const client = await connect({
  environment: { host, port, ...(ca === undefined ? {} : { ca }) },
  application: { clientId, clientSecret },
})
const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
const gold = await account.instrument('XAUUSD')

// #region money
await account.placeOrder({
  type: 'market',
  symbolId: gold.id,
  side: 'buy',
  volume: gold.minVolume,
  label: 'demo',
})
// The market's own clock: the venue need not live in our time.
console.log('open until', new Date(account.nextClose(gold) ?? 0).toISOString())
const [position] = await account.positions({ label: 'demo' })
if (position !== undefined) {
  // Reckoned here, from the quote and the conversion to the deposit currency.
  const { gross, net } = await account.profit(position)
  console.log('gross', formatMoney(gross), 'net', formatMoney(net))
}
// Summed up from what the server says of every position.
const { equity, margin, freeMargin, marginLevelPercent } = await account.equity()
console.log('equity', formatMoney(equity), 'margin', formatMoney(margin), 'free', formatMoney(freeMargin))
if (marginLevelPercent !== undefined) console.log('margin level', marginLevelPercent.toFixed(0), '%')
for (const outcome of await account.closePositions({ label: 'demo' })) console.log('position', outcome.type)
// #endregion money

await client.close()
await venue.close()
