import { createRateBudget } from '@openclaw-trading/ctrader-client'
import { connectOurs, ORDER, subscribe } from './connect-ours.ts'

// The rate budget is on, on a clock that runs so much faster that there is always a token.

const FASTER = 1000

const client = await connectOurs({ budget: createRateBudget(() => performance.now() * FASTER) })
let filled = 0

async function order(): Promise<void> {
  for await (const { executionType } of client.command('newOrder', ORDER)) if (executionType === 3) filled++
}

client.on('spot', () => {
  order().catch(error => {
    console.error(error)
    process.exit(1)
  })
})
client.on('closed', () => {
  // Every order was followed to its end, the last one included.
  setImmediate(() => process.exit(filled >= Number(process.argv[2]) ? 0 : 1))
})
await subscribe(client)
