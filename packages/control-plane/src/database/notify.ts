import pg from 'pg'
import { SYSTEM_CLOCK } from '../clock.ts'
import { errorText, type Logger, SILENT_LOGGER } from '../logger.ts'
import { describeUrl, mapDatabaseError } from './pg-errors.ts'
import type { Queryable } from './queryable.ts'

const CHANNEL = 'claw_changed'
const RETRY_MS = { min: 100, max: 5_000 }

/** What changed; a hint to read it again, never the value itself. */
export interface Change {
  /** Which kind of thing. */
  readonly type: 'control' | 'params' | 'instance' | 'session' | 'trades' | 'positions' | 'event'
  /** Whose; null when it belongs to no bot. */
  readonly botId: string | null
  /** On which kind of account. */
  readonly accountType: 'demo' | 'live' | null
}

/** Options of {@link listen}. */
export interface ListenOptions {
  /** As for {@link connectDatabase}. */
  readonly url: string
  /** Called for each change of any process, in the order of their commits. Must not throw. */
  readonly onChange: (change: Change) => void
  /** Called after the connection was made again: changes may have been missed, read everything. */
  readonly onGap?: () => void
  /** Default: silent. */
  readonly logger?: Logger
}

/** An open subscription. */
export interface ChangeListener {
  /** Ends it. */
  close(): Promise<void>
}

/** Tells all listeners after the commit of the caller's transaction. */
export async function notifyChange(db: Queryable, change: Change): Promise<void> {
  await db.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)])
}

const CHANGE_TYPES: ReadonlySet<unknown> = new Set([
  'control',
  'params',
  'instance',
  'session',
  'trades',
  'positions',
  'event',
])

/** Reads a payload; null for one of a newer or foreign version, which is only a missed hint. */
export function parseChange(payload: string | undefined): Change | null {
  try {
    const value = JSON.parse(payload ?? '') as Change
    return CHANGE_TYPES.has(value.type) ? value : null
  } catch {
    return null
  }
}

/**
 * Subscribes to changes on a connection of its own, and makes it again for as long as it takes when it breaks.
 * @throws {@link ControlPlaneError} `database-unavailable` when the first connection fails
 */
export async function listen(options: ListenOptions): Promise<ChangeListener> {
  const logger = options.logger ?? SILENT_LOGGER
  const ending = new AbortController()
  let client: pg.Client | undefined

  const open = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: 'claw-listen',
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 10_000,
    })
    next.on('error', error => logger.warn({ error: errorText(error) }, 'notification connection lost'))
    next.on('notification', message => {
      const change = parseChange(message.payload)
      if (change !== null) options.onChange(change)
    })
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    if (ending.signal.aborted) {
      await next.end()
      return
    }
    client = next
    next.once('end', () => {
      if (!ending.signal.aborted) reopening = reopen()
    })
  }

  const reopen = async (): Promise<void> => {
    for (let waitMs = RETRY_MS.min; !ending.signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MS.max)) {
      try {
        await SYSTEM_CLOCK.sleep(waitMs, ending.signal)
        await open()
        options.onGap?.()
        return
      } catch (error) {
        if (!ending.signal.aborted)
          logger.debug({ error: errorText(error) }, 'notification connection not back yet')
      }
    }
  }

  let reopening: Promise<void> = Promise.resolve()
  try {
    await open()
  } catch (error) {
    throw mapDatabaseError(error, describeUrl(options.url))
  }
  return {
    close: async () => {
      ending.abort()
      await reopening
      await client?.end().catch(() => {})
    },
  }
}
