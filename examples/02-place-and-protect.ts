// Buys a little gold with a stop and a target, moves the stop, and closes the position.
import { connect, isCTraderError } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, clientOrderId, formatMoney, offsetPrice, pips } from '@openclaw-trading/trading-model'

const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
const { host, port, ca } = venue
const client = await connect({
  environment: { host, port, ...(ca === undefined ? {} : { ca }) },
  application: { clientId, clientSecret },
})
const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
const gold = await account.instrument('XAUUSD')

// Everything that happens to the account, in the order in which the venue tells it.
account.onMarket(event => {
  if (event.type !== 'quote') console.log(event.type)
})

// #region place
try {
  const order = await account.placeOrder({
    type: 'market',
    symbolId: gold.id,
    side: 'buy',
    volume: gold.minVolume,
    stopLoss: { pips: pips(500) },
    takeProfit: { pips: pips(1000) },
    clientOrderId: clientOrderId('example.1'),
    label: 'example',
  })
  console.log('order', order.id, order.status)
} catch (error) {
  // Delivery unknown: never place it again before a snapshot has shown what became of it.
  if (isCTraderError(error, 'request-timeout')) console.log((await account.snapshot()).positions)
  throw error
}
// #endregion place

const [position] = (await account.snapshot()).positions
if (position !== undefined) {
  // The stop moves 100 pips further away; the target is stated again, or it would be removed.
  const { takeProfit } = position
  await account.setProtection(position.id, {
    stopLoss: offsetPrice(gold, position.entryPrice, pips(-600)),
    ...(takeProfit === undefined ? {} : { takeProfit }),
  })
  const fill = await account.closePosition(position.id)
  console.log('closed at', fill.price, 'gross', fill.closing && formatMoney(fill.closing.gross))
}
await client.close()
await venue.close()
