import type { ActualStatus, ControlStatus } from '../client/contracts.ts'

/** What a plan depends on. */
export interface PlanInput {
  /** What should be. */
  readonly desired: ControlStatus
  /** What is. */
  readonly actual: ActualStatus
  /** Of the desire. */
  readonly generation: number
  /** The worker acted for this one when it last set `actual`. */
  readonly actualGeneration: number
  /** A crashed process is not started before; null: at once. */
  readonly nextRetryAt: number | null
}

/** The one next step towards the desire. */
export type Step =
  /** Start a process. */
  | { readonly type: 'start' }
  /** End the process if there is one; then it is stopped. */
  | { readonly type: 'stop' }
  /** Nothing before this instant (wall time). */
  | { readonly type: 'wait'; readonly until: number }
  /** Nothing to do; `converged` tells whether the desire is fulfilled or somebody must act first. */
  | { readonly type: 'none'; readonly converged: boolean }

/** Desired × actual × now → one step. Pure and complete: it holds for every combination, so any pass may run again. */
export function plan(state: PlanInput, now: number): Step {
  return state.desired === 'stopped' ? planStopped(state) : planRunning(state, now)
}

function planStopped(state: PlanInput): Step {
  switch (state.actual) {
    case 'stopped':
      return { type: 'none', converged: true }
    case 'stopping':
      return { type: 'none', converged: false }
    default:
      // Also crashed and failed: no process is left, and the row says so after the step.
      return { type: 'stop' }
  }
}

function planRunning(state: PlanInput, now: number): Step {
  switch (state.actual) {
    case 'running':
      return { type: 'none', converged: true }
    case 'starting':
    case 'stopping':
      return { type: 'none', converged: false }
    case 'stopped':
      return { type: 'start' }
    case 'crashed':
      if (state.generation > state.actualGeneration || state.nextRetryAt === null || state.nextRetryAt <= now)
        return { type: 'start' }
      return { type: 'wait', until: state.nextRetryAt }
    case 'failed':
      // Only a new generation, which a person makes, gives it another chance.
      return state.generation > state.actualGeneration
        ? { type: 'start' }
        : { type: 'none', converged: false }
    case 'unknown':
      // There may be a process. Two for one instance must never be, so it is ended before another is started.
      return { type: 'stop' }
  }
}
