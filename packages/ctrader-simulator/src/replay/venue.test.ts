import { REPLAY_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { FrameDecoder, decodeEnvelope } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { factsOf } from '../facts.ts'
import { SILENT, type SimulatorOptions, type ReplayMode } from '../options.ts'
import { Connection } from '../session/connection.ts'
import { loadReplay, settingsOf } from '../settings.ts'
import type { Wire } from '../wire/wire.ts'
import { MAX_BACKLOG_BYTES } from './limits.ts'
import { ReplayVenue } from './venue.ts'

const SPOT = 2131

/** A second between quotes: without a latency none is sent before the one before it is confirmed. */
const TICKS: TickColumns = {
  type: 'ticks',
  symbolId: REPLAY_XAUUSD.id,
  length: 3,
  at: Float64Array.of(1000, 2000, 3000),
  bid: Float64Array.of(500_000_000, 500_100_000, 500_200_000),
  ask: Float64Array.of(500_020_000, 500_120_000, 500_220_000),
}

/** A wire that says how many of its bytes have not left yet, as a socket does. */
class CountedWire implements Wire {
  waitingBytes = 0
  spots = 0
  readonly #decoder = new FrameDecoder()

  listen(): void {}
  end(): void {}
  destroy(): void {}

  write(frames: Uint8Array): void {
    this.#decoder.push(frames, body => {
      if (decodeEnvelope(body).payloadType === SPOT) this.spots += 1
    })
  }
}

let venue: ReplayVenue | undefined
afterEach(() => venue?.close())

async function start() {
  const mode: ReplayMode = { type: 'replay', gate: 'lookahead', ticks: TICKS }
  const options: SimulatorOptions = { mode, venue: { latencyMs: 0 } }
  const settings = settingsOf(options)
  const ticks = await loadReplay(mode, settings.instruments)
  const [facts] = factsOf(options, settings, 'venue', 0)
  venue = new ReplayVenue({ facts, model: settings.model, ticks, mode, logger: SILENT })
  const wire = new CountedWire()
  const connection = new Connection(wire, { onEnvelope: () => {}, onClosed: () => {} }, SILENT, 0)
  venue.subscribed(connection, [REPLAY_XAUUSD.id])
  return { venue, wire, connection }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('a replay whose bytes are slow to leave', () => {
  it('pauses, and goes on by itself when the last mark came before it heard that they had left', async () => {
    const { venue: running, wire, connection } = await start()
    expect(wire.spots).toBe(1)
    wire.waitingBytes = MAX_BACKLOG_BYTES + 1
    running.heartbeat(connection, '1')
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(wire.spots).toBe(1)
    // No mark comes any more: everything is confirmed.
    wire.waitingBytes = 0
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(wire.spots).toBe(2)
  })
})
