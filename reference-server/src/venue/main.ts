import {
  isSimulatorError,
  plantedFaultsOf,
  type ReplaySimulator,
  type Simulator,
  startSimulator,
} from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { errorCode } from '../exit-codes.ts'
import type { FromVenue, ToVenue } from './protocol.ts'
import type { VenueAccess, VenueMode } from './venue-mode.ts'

// The process of the simulated venue: started by the server, told everything over IPC, ends with the server.

let simulator: Simulator | undefined
let ending = false

function send(message: FromVenue): Promise<void> {
  return new Promise(resolve => {
    if (!process.connected || process.send === undefined) return resolve()
    process.send(message, undefined, undefined, () => resolve())
  })
}

async function start(mode: VenueMode): Promise<void> {
  try {
    if (mode.type === 'simulated') {
      const { seed, speed, stateDir } = mode
      simulator = await startSimulator({ mode: { type: 'live-clock', speed, stateDir }, seed })
    } else simulator = await startReplay(mode)
    await send({ type: 'ready', access: accessOf(simulator) })
    void simulator.ended.then(async end => {
      if (ending || end.type === 'closed') return
      await send({ type: 'failed', ...describe(end.error) })
      process.exit(1)
    })
  } catch (error) {
    await send({ type: 'failed', ...describe(error) })
    process.exit(1)
  }
}

async function startReplay(mode: Extract<VenueMode, { type: 'replay' }>): Promise<ReplaySimulator> {
  const { gate, ticks, until, latencyMs, polling, plant } = mode
  const fault = plantedFaultsOf(gate).find(name => name === plant)
  const replay = await startSimulator({
    mode: {
      type: 'replay',
      gate,
      ticks,
      polling,
      ...(until === undefined ? {} : { until: unixMs(until) }),
      ...(fault === undefined ? {} : { plant: fault }),
    },
    venue: { latencyMs },
  })
  replay.finished.then(
    () => send({ type: 'replay-ended' }),
    // Our own close is no failure.
    error =>
      ending || isSimulatorError(error, 'closed')
        ? undefined
        : send({ type: 'replay-ended', error: describe(error) }),
  )
  return replay
}

function accessOf({ host, port, ca, credentials, venueId }: Simulator): VenueAccess {
  return { host, port, ca: ca ?? '', ...credentials, venueId }
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  return {
    code: errorCode(error) ?? 'unexpected',
    message: error instanceof Error ? error.message : String(error),
  }
}

async function end(): Promise<void> {
  if (ending) return
  ending = true
  await simulator?.close()
  process.exit(0)
}

process.on('message', (message: ToVenue) => void (message.type === 'start' ? start(message.mode) : end()))
// The server is gone, also after kill -9: nothing is left to serve.
process.on('disconnect', () => void end())
process.on('SIGTERM', () => void end())
// Ctrl-C reaches the whole process group; the server decides the order in which its parts end.
process.on('SIGINT', () => {})
