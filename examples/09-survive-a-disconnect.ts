// Keeps following an account while the network between it and the venue breaks.
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net'
import { connect, isCTraderError } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId } from '@openclaw-trading/trading-model'

const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials

// A network that we can cut: it carries bytes from a port of its own to the venue.
const sockets = new Set<Socket>()
const network = createServer(near => {
  const far = connectTcp(venue.port, venue.host)
  for (const socket of [near, far]) sockets.add(socket.on('error', () => {}))
  near.pipe(far).pipe(near)
})
await new Promise<void>(resolve => network.listen(0, '127.0.0.1', resolve))
const { port } = network.address() as AddressInfo

// #region survive
const client = await connect({
  environment: { host: '127.0.0.1', port, ...(venue.ca === undefined ? {} : { ca: venue.ca }) },
  application: { clientId, clientSecret },
})
client.on('state', state => console.log('connection', state.type))
const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
const gold = await account.instrument('XAUUSD')
const order = { type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume } as const
await account.placeOrder(order)

const executions = account.executions()
const quotes = account.quotes([gold.id])
await quotes.next()

for (const socket of sockets) socket.destroy()
try {
  await account.placeOrder(order)
} catch (error) {
  // 'not-sent': nothing happened. 'unknown': only the snapshot below knows; never place it again before.
  if (isCTraderError(error, 'connection-lost')) console.log('order', error.details.delivery)
}

// Executions confess the gap, and so does the first quote after it; both go on by themselves.
for await (const event of executions) {
  if (event.type !== 'resynced') continue
  console.log('positions now', event.snapshot.positions.length)
  break
}
for await (const state of client.states()) if (state.type === 'ready') break
for await (const quote of quotes) {
  if (quote.resynced !== true) continue
  console.log('bid', quote.bid)
  break
}
// #endregion survive

await client.close()
await venue.close()
network.close()
