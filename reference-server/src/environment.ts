import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { DashboardData } from './api/schemas/dashboard.ts'
import type { Notice } from './fleet/notices.ts'
import type { ServerEnvironment } from './server-options.ts'
import type { VenueMode } from './venue/venue-mode.ts'

/** Seed of a simulated market that was not given one. */
export const DEFAULT_SEED = 1
/** Venue seconds per wall second: an hour of market a minute. */
export const DEFAULT_CLOCK_SPEED = 60
/** From a decision to its fill, in milliseconds of market time. */
export const DEFAULT_LATENCY_MS = 50
/** The simple gate, the reference of the other. */
export const DEFAULT_REPLAY_GATE = 'lookahead'

/** The name under which trades are kept apart: a new venue, and each replay, has its own. */
export function environmentName(environment: ServerEnvironment, venueId: string): string {
  return environment.type === 'replay' ? `replay:${randomUUID()}` : `simulated:${venueId}`
}

/** The environment as the dashboard shows it. */
export function describeEnvironment(
  environment: ServerEnvironment,
  name: string,
): DashboardData['environment'] {
  if (environment.type === 'replay')
    return { kind: 'replay', name, description: `Replay of ${environment.ticks}`, clockSpeed: 1 }
  const { seed = DEFAULT_SEED, speed = DEFAULT_CLOCK_SPEED } = environment
  return {
    kind: 'simulated',
    name,
    description: `Simulated venue, seed ${seed}, clock ×${speed}. No real money.`,
    clockSpeed: speed,
  }
}

/** Banners that stand as long as the server runs. */
export function standingNotices(environment: ServerEnvironment): readonly Notice[] {
  const open: Notice = { id: 'no-login', level: 'info', text: 'Opens without a login, on this machine only.' }
  if (environment.type === 'replay') return [open]
  return [open, { id: 'simulated', level: 'info', text: 'Simulated market: prices and money are not real.' }]
}

/** Whether venue and bot of a replay spin while they wait for each other: pays only where each has a core. */
export function isPolling(environment: ServerEnvironment): boolean {
  return environment.type === 'replay' && (environment.polling ?? availableParallelism() >= 2)
}

/** What the venue process is told; `stateDir` is where a simulated one is kept. */
export function venueMode(environment: ServerEnvironment, stateDir: string): VenueMode {
  if (environment.type === 'simulated') {
    const { seed = DEFAULT_SEED, speed = DEFAULT_CLOCK_SPEED } = environment
    return { type: 'simulated', seed, speed, stateDir }
  }
  const { ticks, until, latencyMs = DEFAULT_LATENCY_MS, gate = DEFAULT_REPLAY_GATE, plant } = environment
  const polling = isPolling(environment)
  return {
    type: 'replay',
    ticks,
    latencyMs,
    gate,
    polling,
    ...(until === undefined ? {} : { until }),
    ...(plant === undefined ? {} : { plant }),
  }
}
