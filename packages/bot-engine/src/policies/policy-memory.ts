import type { PositionId } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const Remembered = z.object({
  /** Of the position when it was first seen. */
  firstVolume: z.number(),
  /** From the entry to the first stop, in 1/100000. */
  riskPoints: z.number().optional(),
  /** The best price since the entry, in 1/100000. */
  bestPoints: z.number(),
  barsHeld: z.int(),
  /** Steps of ladders that were taken. */
  taken: z.array(z.string()),
})

/** What the policies remember of a position. */
export type RememberedPosition = z.output<typeof Remembered>

/**
 * A field for the state of a strategy in which {@link managed} remembers first volume, risk and steps taken across a
 * restart: `state: z.object({ policies: policyMemory })`.
 */
export const policyMemory = z.record(z.string(), Remembered).default(() => ({}))

/** The positions that the policies remember, by id. */
export type PolicyMemory = z.output<typeof policyMemory>

/** What is remembered of a position. */
export function recall(memory: PolicyMemory | undefined, id: PositionId): RememberedPosition | undefined {
  return memory?.[String(id)]
}
