import { setTimeout as pause } from 'node:timers/promises'
import { isCTraderError } from '@openclaw-trading/ctrader-client'
import type { Sample } from '../row.ts'
import { connectOurs, ORDER } from './connect-ours.ts'
import { flood } from './order-flood.ts'

/** What the broker allows; entries may use it all while nothing else is asked for. */
const ALLOWED_PER_SECOND = 50

const seconds = Number(process.argv[2])
const client = await connectOurs()
// The log-in took places of the same second.
await pause(1100)

let filled = 0
let refused = 0
const orders: Promise<void>[] = []

async function order(): Promise<void> {
  try {
    for await (const { executionType } of client.command('newOrder', ORDER)) if (executionType === 3) filled++
  } catch (error) {
    // Anything but a refusal with a code counts as lost.
    if (isCTraderError(error)) refused++
  }
}

const wanted = await flood(seconds, () => void orders.push(order()))
// What still waits for a token is told so when the connection closes; what is on its way is answered before.
await client.close()
await Promise.all(orders)
const sample: Sample = {
  figures: {
    sent: filled,
    tokensUsed: (100 * filled) / (ALLOWED_PER_SECOND * seconds),
    lost: wanted - filled - refused,
  },
}
process.stdout.write(`${JSON.stringify(sample)}\n`)
process.exit(0)
