import { SYNTHETIC_XAUUSD, syntheticTicks, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { isSimulatorError, type ReplayGateName } from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { type ReplayCase, runBacktest, runThroughVenue } from '../../replay-run.ts'
import { restless } from '../../restless.ts'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { createRandom, type Random } from '../random.ts'
import { type LostWakeUp, slowLink } from './slow-link.ts'

const GATES: readonly ReplayGateName[] = ['lookahead', 'rewind']
const HOUR_MS = 3_600_000
/** One trial in so many is long: the venue takes turns within what its gate allows at once. */
const LONG_EVERY = 8
const LONG_TICKS = 20_000
/** From an order that fills at its own quote to one that is due when the data has ended. */
const LATENCIES_MS = [0, 1, 10, 50, 250, HOUR_MS] as const
/**
 * Venue and bot are in this process, so whatever is under way arrives within a few turns of its event loop: a second in
 * which the loop turned and nothing came means that both sides wait.
 */
const STALL_AFTER_MS = 1000

/** What some replays did. */
export interface ReplayEnds {
  readonly counts: { readonly trials: number; readonly ended: number; readonly messages: number }
  readonly violations: readonly string[]
}

/** Runs replays one after another, each with its own gate, latency, link and delays; `lost` plants a fault. */
export async function runReplayEnds(seed: number, trials: number, lost?: LostWakeUp): Promise<ReplayEnds> {
  const random = createRandom(seed)
  const counts = { trials: 0, ended: 0, messages: 0 }
  const violations: string[] = []
  for (let trial = 0; trial < trials; trial += 1) {
    const replay = trial % LONG_EVERY === LONG_EVERY - 1 ? longCaseOf(random) : caseOf(random, lost)
    const { latencyMs, gate, commitMs, polling } = replay
    counts.trials += 1
    const outcome = await runThroughVenue(replay).catch((error: unknown) => error)
    const expected = await runBacktest(replay)
    const name = `trial ${trial}: gate ${gate}, latency ${latencyMs} ms, commits of ${commitMs} ms${polling ? ', polling' : ''}`
    if (outcome instanceof Error) violations.push(`${name}: ${failureOf(outcome)}`)
    else {
      counts.ended += 1
      counts.messages += replay.ticks.length + expected.seen.length
      if ((outcome as typeof expected).hash !== expected.hash)
        violations.push(`${name}: differs from the backtest`)
    }
  }
  return { counts, violations }
}

/** So long a latency lets a venue that looks ahead send all there is; S03 has few entries in flight meanwhile. */
function longCaseOf(random: Random) {
  return {
    ...caseOf(random, undefined),
    ticks: ticksOf(random, LONG_TICKS),
    strategy: bollingerBounce,
    latencyMs: 24 * HOUR_MS,
    gate: 'lookahead',
  } as const satisfies ReplayCase
}

function ticksOf(random: Random, count: number): TickColumns {
  return syntheticTicks({
    seed: random.uint32(),
    instrument: SYNTHETIC_XAUUSD,
    startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
    count,
  })
}

function caseOf(random: Random, lost: LostWakeUp | undefined) {
  return {
    ticks: ticksOf(random, 500 + random.below(2000)),
    timeframe: 'm1',
    instrument: SYNTHETIC_XAUUSD,
    strategy: restless,
    latencyMs: random.pick(LATENCIES_MS),
    // A barrier is sent with the gate that rewinds alone.
    gate: lost === 'barrier' ? 'rewind' : random.pick(GATES),
    commitMs: random.below(3) === 0 ? 1 : 0,
    polling: random.below(4) === 0,
    stallAfterMs: STALL_AFTER_MS,
    // Draws as often as bytes happen to come: of its own, so that a seed has the same cases each time.
    link: slowLink(createRandom(random.uint32()), lost, 1 + random.below(3)),
  } as const satisfies ReplayCase
}

function failureOf(error: Error): string {
  return isSimulatorError(error) ? `${error.code}, ${error.message}` : error.message
}
