import { z } from 'zod'
import { Heartbeat } from '../client/contracts.ts'
import type { FromBot } from './protocol.ts'

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), sessionId: z.string().min(1).max(20) }),
  z.object({ type: z.literal('heartbeat'), heartbeat: Heartbeat }),
  z.object({ type: z.literal('ended'), reason: z.string().max(200) }),
  z.object({ type: z.literal('failed'), code: z.string().max(100), message: z.string().max(10_000) }),
])

/** Reads what a bot sent; null when it is no message of the protocol. */
export function parseFromBot(value: unknown): FromBot | null {
  const parsed = Message.safeParse(value)
  return parsed.success ? parsed.data : null
}
