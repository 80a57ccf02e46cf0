import pg from 'pg'
import { ControlPlaneError } from '../errors.ts'
import { errorText, type Logger, SILENT_LOGGER } from '../logger.ts'
import { describeUrl, mapDatabaseError } from './pg-errors.ts'
import type { Queryable } from './queryable.ts'
import { runTransaction } from './transaction.ts'
import { TYPE_PARSERS } from './type-parsers.ts'

/** Options of {@link connectDatabase}. */
export interface DatabaseOptions {
  /** `postgresql://user:password@host:port/database`. */
  readonly url: string
  /** Shown in `pg_stat_activity`. Default `claw`. */
  readonly applicationName?: string
  /** Connections at most, 1 to 100. Default 8. */
  readonly maxConnections?: number
  /** A statement that runs longer is cancelled. Default 30 000 ms. */
  readonly statementTimeoutMs?: number
  /** Default 10 000 ms. */
  readonly connectTimeoutMs?: number
  /** Default: silent. */
  readonly logger?: Logger
}

/** A pool of connections to one database. */
export interface Database extends Queryable {
  /** As given; holds the password. */
  readonly url: string
  /** One round trip. @throws {@link ControlPlaneError} `database-unavailable` */
  ping(): Promise<void>
  /** Ends all connections; further queries are refused. */
  close(): Promise<void>
}

// A transaction left open by a bug must not hold its locks for ever.
const IDLE_IN_TRANSACTION_MS = 60_000

/** Makes the pool; the first query connects. @throws {@link ControlPlaneError} `invalid-options` */
export function connectDatabase(options: DatabaseOptions): Database {
  const max = options.maxConnections ?? 8
  if (!Number.isInteger(max) || max < 1 || max > 100)
    throw new ControlPlaneError('invalid-options', `maxConnections is ${max}. Use 1 to 100.`)
  const where = describeUrl(options.url)
  const logger = options.logger ?? SILENT_LOGGER
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    application_name: options.applicationName ?? 'claw',
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: TYPE_PARSERS,
  })
  // An idle client that loses its server emits here; without a listener the process would die.
  pool.on('error', error => logger.warn({ error: errorText(error) }, 'idle database connection lost'))

  const query = async <Row extends object>(sql: string, values?: readonly unknown[]) => {
    try {
      const result = await pool.query(sql, values === undefined ? [] : [...values])
      return result.rows as readonly Row[]
    } catch (error) {
      throw mapDatabaseError(error, where)
    }
  }
  let closing: Promise<void> | undefined
  return {
    url: options.url,
    query,
    transaction: work => runTransaction(pool, where, work),
    ping: async () => {
      await query('select 1')
    },
    close: () => {
      closing ??= pool.end()
      return closing
    },
  }
}
