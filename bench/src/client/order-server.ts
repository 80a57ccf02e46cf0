import type { TLSSocket } from 'node:tls'
import type { Sample } from '../row.ts'
import { warmUpOrders } from './order-work.ts'
import { startVenue } from './venue.ts'
import { ACCOUNT_ID, executionFrame, spotFrame } from './wire.ts'

// Sends a tick, takes the time until an order is back, fills it, and goes on a moment later.

const NEW_ORDER = 2106
const ACCEPTED = 2
const FILLED = 3
/** Between an order and the next tick: the client has taken the fill and sleeps. */
const PAUSE_MS = 1

const count = Number(process.argv[2])
const warmUp = warmUpOrders(count)
const delaysUs: number[] = []
let sent = 0
let sentAt = 0n

function tick(socket: TLSSocket): void {
  const spot = spotFrame(ACCOUNT_ID, sent++)
  sentAt = process.hrtime.bigint()
  socket.write(spot)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function finish(socket: TLSSocket): void {
  const measured = delaysUs.slice(warmUp)
  // The tail of the first half is the compiler's: it makes code of 40 to 70 functions of any client then, on the client's core.
  const settled = measured.slice(measured.length / 2)
  const figures = { p50: quantile(measured, 0.5), p99: quantile(settled, 0.99) }
  const sample: Sample = { figures, check: measured.length }
  process.stdout.write(`sample ${JSON.stringify(sample)}\n`)
  socket.end()
}

await startVenue({
  onSubscribed: tick,
  onMessage(socket, payloadType, clientMsgId) {
    if (payloadType !== NEW_ORDER) return
    delaysUs.push(Number(process.hrtime.bigint() - sentAt) / 1000)
    for (const type of [ACCEPTED, FILLED]) socket.write(executionFrame(ACCOUNT_ID, type, clientMsgId))
    if (delaysUs.length === warmUp + count) finish(socket)
    else setTimeout(tick, PAUSE_MS, socket)
  },
})
