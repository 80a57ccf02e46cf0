import type pg from 'pg'
import { mapDatabaseError } from './pg-errors.ts'
import type { Queryable } from './queryable.ts'

/** Runs `work` on one connection between `begin` and `commit`; any throw rolls back and is thrown on. */
export async function runTransaction<T>(
  pool: pg.Pool,
  where: string,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw mapDatabaseError(error, where)
  }
  // A checked-out client reports a lost server as an event as well as a rejected query; the query's rejection is enough.
  const ignore = (): void => {}
  client.on('error', ignore)
  const tx: Queryable = {
    query: async (sql, values) => {
      try {
        const result = await client.query(sql, values === undefined ? [] : [...values])
        return result.rows
      } catch (error) {
        throw mapDatabaseError(error, where)
      }
    },
    transaction: nested => nested(tx),
  }
  let broken = false
  try {
    await tx.query('begin')
    const result = await work(tx)
    await tx.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.removeListener('error', ignore)
    client.release(broken)
  }
}
