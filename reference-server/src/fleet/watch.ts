import type { Database } from '@openclaw-trading/control-plane'
import type { Logger } from '../observability/logger.ts'
import type { Fleet } from './fleet.ts'
import type { Notices } from './notices.ts'

/** Keeps the fleet view fresh. */
export interface FleetWatch {
  /** Something changed in the database: reads again soon. */
  changed(): void
  close(): Promise<void>
}

/** Changes come in bursts (a trade touches four tables): they are read together. */
const GATHER_MS = 100
/** Silence changes a row too. */
const TICK_MS = 1000
/** How often the database is asked whether it is there, when nothing else asks. */
const PING_TICKS = 2

/** Reads the fleet when the database changes, publishes rows that silence has changed, and tells of a lost database. */
export function watchFleet(parts: {
  readonly database: Database
  readonly fleet: Fleet
  readonly notices: Notices
  readonly logger: Logger
}): FleetWatch {
  const { database, fleet, notices, logger } = parts
  let gathering: NodeJS.Timeout | undefined
  let working: Promise<void> = Promise.resolve()
  let ticks = 0
  let closed = false

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
      notices.clear('database-down')
    } catch (error) {
      if (closed) return
      logger.warn({ error }, 'database does not answer')
      notices.show({
        id: 'database-down',
        level: 'bad',
        text: 'The database does not answer. Bots go on, their trades wait in their outboxes; nothing recorded is lost.',
      })
    }
  }
  const read = () => {
    gathering = undefined
    working = working.then(() => (closed ? undefined : attempt(() => fleet.refresh())))
  }
  const timer = setInterval(() => {
    fleet.publishChanges()
    if (++ticks % PING_TICKS === 0)
      working = working.then(() => (closed ? undefined : attempt(() => database.ping())))
  }, TICK_MS)

  return {
    changed() {
      if (!closed) gathering ??= setTimeout(read, GATHER_MS)
    },
    async close() {
      closed = true
      clearInterval(timer)
      clearTimeout(gathering)
      await working
    },
  }
}
