import { z } from 'zod'
import { InstanceRef } from './contracts.ts'

// A repair: what a person asks to be done to what a stopped bot has kept. The bot's process does it at its next start.

/** Longest result of a repair. */
export const MAX_REPAIR_RESULT = 1000

/** What is to be done. */
export const RepairWork = z.discriminatedUnion('action', [
  /** The strategy begins anew; what limits and protections have seen stays. */
  z.strictObject({ action: z.literal('reset-state') }),
  /** One protection begins anew; every other stays as it is. */
  z.strictObject({
    action: z.literal('release-protection'),
    /** As it begins the reason of a block, e.g. `max drawdown`. */
    protection: z.string().trim().min(1).max(100),
    /** Among several of that name, from 1 in the order in which the strategy states them. */
    ordinal: z.int().min(1).max(100),
  }),
  /** The outcome of an order, as a person has seen it at the broker. */
  z.strictObject({
    action: z.literal('settle-order'),
    /** Of the bot: `<session>.<number>`. */
    orderId: z.string().min(1).max(50),
    seenAs: z.enum(['absent', 'filled']),
  }),
])
/** See {@link RepairWork}. */
export type RepairWork = z.output<typeof RepairWork>

const reason = z.string().trim().min(1, 'say why: the reason is kept with the repair').max(500)
const [Reset, Release, Settle] = RepairWork.options

/** `POST /repairs/{botId}`. `ordinal` may be left out where the name is enough. */
export const RepairRequest = z.discriminatedUnion('action', [
  Reset.extend({ reason }),
  Release.extend({ reason, ordinal: Release.shape.ordinal.optional() }),
  Settle.extend({ reason }),
])
/** See {@link RepairRequest}. */
export type RepairRequest = z.output<typeof RepairRequest>

/** Where a repair stands: `waiting` until the bot's next start. */
export const RepairStatus = z.enum(['waiting', 'applied', 'refused', 'withdrawn'])
/** See {@link RepairStatus}. */
export type RepairStatus = z.output<typeof RepairStatus>

/** A repair as stored. */
export const Repair = InstanceRef.extend({
  repairId: z.int().positive(),
  work: RepairWork,
  reason: z.string(),
  askedBy: z.string(),
  askedAt: z.int(),
  status: RepairStatus,
  /** What came of it, for people; null while it waits. */
  result: z.string().nullable(),
  settledAt: z.int().nullable(),
  /** The run that settled it. */
  sessionId: z.string().nullable(),
})
/** See {@link Repair}. */
export type Repair = z.output<typeof Repair>

/** Answer of `GET /repairs/{botId}`: those that wait, oldest first, then the newest others. */
export const RepairsResponse = z.object({ repairs: z.array(Repair) })

/** `POST /repairs/{botId}/{repairId}/result`, from the bot. */
export const RepairResult = z.object({
  /** The instance's epoch that the worker handed over; an older one is refused as `fenced`. */
  epoch: z.int().min(0),
  sessionId: z.string().max(20),
  status: RepairStatus.extract(['applied', 'refused']),
  result: z.string().min(1).max(MAX_REPAIR_RESULT),
})
/** See {@link RepairResult}. */
export type RepairResult = z.output<typeof RepairResult>
