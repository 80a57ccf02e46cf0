import type { InstanceRef } from '../client/contracts.ts'

/** "Look at this instance." Nothing more: whoever gets it reads the database afresh. */
export interface ReconcileHint extends InstanceRef {
  /** For which the hub asked; may be old by now. */
  readonly generation: number
}

/** Carries hints from hubs to the worker of one host. Losing one costs time, never correctness. */
export interface HintQueue {
  /** What it runs on. */
  readonly backend: string
  /** `ok`, or `degraded: <why>` while it cannot be reached. */
  readonly state: 'ok' | `degraded: ${string}`
  /**
   * Adds a hint, unless one for the instance waits already.
   * @throws {@link ControlPlaneError} `queue-unavailable`
   */
  enqueue(hint: ReconcileHint): Promise<void>
  /** Hands each hint to the handler, a few at a time. One handler per queue. */
  process(handler: (hint: ReconcileHint) => Promise<void>): Promise<void>
  /** Waits for handlers that run, then ends. */
  close(): Promise<void>
}
