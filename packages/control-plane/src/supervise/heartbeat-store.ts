import type { Heartbeat } from '../client/contracts.ts'
import type { Queryable } from '../database/queryable.ts'
import { isControlPlaneError } from '../errors.ts'
import { errorText, type Logger } from '../logger.ts'
import { instanceStore } from '../stores/instances.ts'

/**
 * Makes the function that stores the heartbeats of one bot: one write at a time, of those that come meanwhile the newest.
 * A database that is away costs heartbeats, nothing else.
 * @param onFenced - The bot's epoch is no longer the newest.
 */
export function heartbeatStorer(
  database: Queryable,
  logger: Logger,
  onFenced: () => void,
): (heartbeat: Heartbeat) => void {
  let next: Heartbeat | null = null
  let writing = false
  const write = async (): Promise<void> => {
    writing = true
    while (next !== null) {
      const heartbeat = next
      next = null
      try {
        await instanceStore.heartbeat(database, heartbeat)
      } catch (error) {
        logger.debug({ botId: heartbeat.botId, error: errorText(error) }, 'heartbeat not stored')
        if (isControlPlaneError(error, 'fenced')) onFenced()
      }
    }
    writing = false
  }
  return heartbeat => {
    next = heartbeat
    if (!writing) void write()
  }
}
