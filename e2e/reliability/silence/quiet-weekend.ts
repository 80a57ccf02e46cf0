import {
  type Clock,
  connect,
  type CTraderClient,
  type Transport,
  type TransportListener,
} from '@openclaw-trading/ctrader-client'
import { decodeEnvelope, encodeMessage, FrameDecoder } from '@openclaw-trading/ctrader-client/protocol'
import type { UnixMs } from '@openclaw-trading/trading-model'
import { createRandom } from '../random.ts'

const HOUR_MS = 3_600_000
const FRIDAY_CLOSE = Date.UTC(2025, 0, 10, 22)
/** From Friday’s close to Sunday’s opening. */
const WEEKEND_MS = 48 * HOUR_MS

/** Time that jumps from timer to timer. */
class LeapingClock implements Clock {
  #timers: { readonly atMs: number; readonly run: () => void }[] = []
  #nowMs = 0

  now(): UnixMs {
    return (FRIDAY_CLOSE + this.#nowMs) as UnixMs
  }

  elapsedMs(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run }
    const behind = this.#timers.findIndex(({ atMs }) => atMs > timer.atMs)
    this.#timers.splice(behind === -1 ? this.#timers.length : behind, 0, timer)
    return () => {
      this.#timers = this.#timers.filter(each => each !== timer)
    }
  }

  /** Lets the next timer run. */
  leap(): void {
    const next = this.#timers.shift()
    if (next === undefined) return
    this.#nowMs = Math.max(this.#nowMs, next.atMs)
    next.run()
  }
}

/** A server that has nothing to say but its own beat every 25 to 30 s, and what it is asked. */
function quietServer(clock: Clock, below: (limit: number) => number, cutsAfterMs: number | undefined) {
  const seen = { beats: 0, probes: 0 }
  const transport: Transport = {
    async open(listener: TransportListener) {
      let isOpen = true
      let lastSaidMs = clock.elapsedMs()
      const decoder = new FrameDecoder()
      const say = (frame: Uint8Array): void => {
        lastSaidMs = clock.elapsedMs()
        if (isOpen) listener.onData(frame)
      }
      const beat = (): void => {
        clock.schedule(25_000 + below(5000), () => {
          seen.beats += 1
          say(encodeMessage(51, {}))
          if (isOpen) beat()
        })
      }
      const impatience = (): void => {
        if (cutsAfterMs === undefined) return
        clock.schedule(1000, () => {
          if (clock.elapsedMs() - lastSaidMs >= cutsAfterMs) {
            isOpen = false
            listener.onClose(undefined)
          } else impatience()
        })
      }
      beat()
      impatience()
      return {
        waitingBytes: 0,
        send(bytes) {
          decoder.push(bytes, body => {
            const { payloadType, clientMsgId } = decodeEnvelope(body)
            if (payloadType === 2104) seen.probes += 1
            const reply =
              payloadType === 2100
                ? encodeMessage(2101, {}, clientMsgId)
                : payloadType === 2104
                  ? encodeMessage(2105, { version: '91' }, clientMsgId)
                  : undefined
            if (reply !== undefined) queueMicrotask(() => say(reply))
          })
        },
        close() {
          isOpen = false
        },
        destroy() {
          isOpen = false
        },
      }
    },
  }
  return { transport, seen }
}

/** What weekends without a quote came to. */
export interface QuietOutcome {
  readonly falseAlarms: number
  readonly probes: number
  readonly beats: number
}

/** Lets a session live through weekends in which nothing happens. `cutsAfterMs` plants a limit on silence alone. */
export async function liveThroughWeekends(
  seed: number,
  weekends: number,
  cutsAfterMs?: number,
): Promise<QuietOutcome> {
  const clock = new LeapingClock()
  const { transport, seen } = quietServer(clock, createRandom(seed).below, cutsAfterMs)
  const opening = connect({
    environment: 'demo',
    application: { clientId: 'quiet', clientSecret: 'quiet' },
    transport,
    clock,
  })
  let opened: CTraderClient | undefined
  void opening.then(made => {
    opened = made
  })
  while (opened === undefined) {
    await new Promise(resolve => setImmediate(resolve))
    if (opened === undefined) clock.leap()
  }
  const client: CTraderClient = opened
  let falseAlarms = 0
  client.on('state', ({ type }) => {
    if (type === 'waiting') falseAlarms += 1
  })
  while (clock.elapsedMs() < weekends * WEEKEND_MS) {
    clock.leap()
    // What a timer caused comes before the next one.
    await Promise.resolve()
    await Promise.resolve()
    if (falseAlarms > 0) await new Promise(resolve => setImmediate(resolve))
    if (falseAlarms > 10) break
  }
  void client.close()
  clock.leap()
  return { falseAlarms, ...seen }
}
