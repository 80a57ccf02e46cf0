/** Deadlines of the stop ladder in ms; together below 10 s. */
export interface StopLadder {
  /** After asking over the channel. Default 5000. */
  readonly askMs: number
  /** After SIGTERM. Default 2000. */
  readonly termMs: number
  /** After SIGKILL. Default 1000. */
  readonly killMs: number
}

/** See {@link StopLadder}. */
export const STOP_LADDER: StopLadder = { askMs: 5_000, termMs: 2_000, killMs: 1_000 }

/** A step of the ladder. */
export type Rung = 'ask' | 'term' | 'kill'

/** What is taken down the ladder. */
export interface LadderTarget {
  /** Asks for an orderly end; false when it cannot be asked. */
  ask(): boolean
  /** Signals exactly this process, after a check of its identity. */
  signal(name: 'SIGTERM' | 'SIGKILL'): Promise<boolean>
  /** Waits for its end, at most this long. */
  endedWithin(ms: number): Promise<boolean>
}

/**
 * Ends a process: ask, SIGTERM, SIGKILL, each with its deadline, none after the end. Gives false when it lives on.
 * @param onRung - Told of each rung before it is taken.
 */
export async function climbDown(
  target: LadderTarget,
  ladder: StopLadder,
  onRung: (rung: Rung) => void = () => {},
): Promise<boolean> {
  if (await target.endedWithin(0)) return true
  onRung('ask')
  if (target.ask() && (await target.endedWithin(ladder.askMs))) return true
  onRung('term')
  await target.signal('SIGTERM')
  if (await target.endedWithin(ladder.termMs)) return true
  onRung('kill')
  await target.signal('SIGKILL')
  return target.endedWithin(ladder.killMs)
}
