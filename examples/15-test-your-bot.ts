// Tests a small bot against a venue whose prices and faults are in the test's hands.
import { type Account, connect, isCTraderError } from '@openclaw-trading/ctrader-client'
import { startTestVenue } from '@openclaw-trading/ctrader-simulator/testing'
import { type Instrument, pips } from '@openclaw-trading/trading-model'

/** The bot: buys once with a stop, and never again while it does not know what became of its order. */
async function buyOnce(account: Account, gold: Instrument): Promise<'placed' | 'held' | 'unknown'> {
  if ((await account.snapshot()).positions.length > 0) return 'held'
  try {
    const stopLoss = { pips: pips(100) }
    await account.placeOrder({
      type: 'market',
      symbolId: gold.id,
      side: 'buy',
      volume: gold.minVolume,
      stopLoss,
    })
    return 'placed'
  } catch (error) {
    if (isCTraderError(error, 'request-timeout')) return 'unknown'
    throw error
  }
}

// #region test
const venue = await startTestVenue({ prices: { XAUUSD: { bid: 2000, ask: 2000.2 } } })
const client = await connect({ ...venue.connectOptions, requestTimeoutMs: 1000 })
const account = await client.authorize(venue.accountId, venue.accessToken)
const gold = await account.instrument('XAUUSD')

// A good day: it buys, and its stop gets it out.
console.log('first', await buyOnce(account, gold))
console.log('bought at', (await venue.waitForFill()).price)
console.log('stopped with', (await venue.tripStop()).netProfit)

// A bad day: the order acts and nobody answers.
venue.control.faults.set({ type: 'unanswered-order', acts: true }, { times: 1 })
console.log('unanswered', await buyOnce(account, gold))
console.log('asked again', await buyOnce(account, gold))
console.log('positions', venue.positions().length)
// #endregion test

await client.close()
await venue.close()
