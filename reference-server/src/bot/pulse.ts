import type { LiveSession } from '@openclaw-trading/bot-engine'
import type { Heartbeat, InstanceRef } from '@openclaw-trading/control-plane/client'
import { amount } from './trade-record.ts'

/** How often the bot shows itself to its worker. */
export const PULSE_MS = 1000
/** Every so many pulses it also tells the API. */
const PULSES_PER_POST = 5

/** What the API takes of either. */
const MAX_REFUSED_CLOSES = 100
const MAX_TEXT = 500
const MAX_LISTED = 20

/** What a sign of life is made of. */
export interface PulseOptions {
  readonly ref: InstanceRef
  readonly sessionId: string
  readonly epoch: number
  readonly paramsVersion: number
  readonly live: Pick<LiveSession, 'view'>
  /** Over IPC, each second. */
  readonly onPulse: (heartbeat: Heartbeat) => void
  /** Over HTTP, each five seconds; one at a time. */
  readonly post: (heartbeat: Heartbeat) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Sends signs of life until it is stopped. @returns how to stop it */
export function startPulse(options: PulseOptions): () => void {
  let dueAt = performance.now() + PULSE_MS
  let pulses = 0
  let posting = false
  const beat = () => {
    const lagMs = Math.max(0, performance.now() - dueAt)
    dueAt = performance.now() + PULSE_MS
    const heartbeat = makeHeartbeat(options, lagMs)
    options.onPulse(heartbeat)
    if (pulses++ % PULSES_PER_POST !== 0 || posting) return
    posting = true
    options
      .post(heartbeat)
      .catch(options.onError)
      .finally(() => {
        posting = false
      })
  }
  dueAt = performance.now()
  beat()
  const timer = setInterval(beat, PULSE_MS)
  return () => clearInterval(timer)
}

function makeHeartbeat(options: PulseOptions, lagMs: number): Heartbeat {
  const view = options.live.view()
  return {
    ...options.ref,
    sessionId: options.sessionId,
    epoch: options.epoch,
    sentAt: Date.now(),
    marketAt: view.marketAt ?? null,
    lastQuoteAgeMs: view.lastQuoteAgeMs ?? null,
    eventLoopLagMs: Math.round(lagMs),
    openPositions: view.positions.length,
    unresolvedIntents: view.unresolved,
    entriesEnabled: view.entriesEnabled,
    paramsVersion: options.paramsVersion,
    balance: amount(view.balance),
    equity: amount(view.equity),
    quoteFilter: view.quarantine ?? null,
    doubt: view.doubt?.slice(0, MAX_TEXT) ?? null,
    refusedCloses: view.refusedCloses
      .slice(0, MAX_REFUSED_CLOSES)
      .map(refused => ({ ...refused, reason: refused.reason.slice(0, MAX_TEXT) })),
    locks: view.locks.slice(0, MAX_LISTED).map(({ name, reason, ...lock }) => ({
      ...lock,
      protection: name.slice(0, 100),
      reason: reason.slice(0, MAX_TEXT),
    })),
    unsettled: view.unsettled.slice(0, MAX_LISTED).map(({ id, ...entry }) => ({ ...entry, orderId: id })),
    unansweredCloses: view.unansweredCloses.slice(0, MAX_REFUSED_CLOSES),
  }
}
