import { connectDatabase, type Database } from '../database/connect.ts'
import {
  acquireTestServer,
  cloneTemplate,
  ensureTemplate,
  testDatabaseName,
  withDatabaseName,
} from './server.ts'

/** A database of its own, migrated and empty. */
export interface TestDatabase {
  /** For processes and clients of their own. */
  readonly url: string
  /** A pool on it. */
  readonly database: Database
  /** Drops it. */
  close(): Promise<void>
}

/**
 * Makes a database for one test file: call it in `beforeAll`, `close()` in `afterAll`. All test processes of a checkout
 * share one embedded server in the folder for temporary files, without fsync; the last one stops it.
 * `CLAW_TEST_DATABASE_URL` names another server, whose user may create databases.
 */
export async function withDatabase(): Promise<TestDatabase> {
  const server = await acquireTestServer()
  const name = testDatabaseName()
  try {
    await cloneTemplate(server.url, await ensureTemplate(server.url), name)
  } catch (error) {
    await server.release()
    throw error
  }
  const url = withDatabaseName(server.url, name)
  const database = connectDatabase({ url, applicationName: 'claw-test' })
  return {
    url,
    database,
    close: async () => {
      await database.close()
      const admin = connectDatabase({ url: server.url, maxConnections: 1, applicationName: 'claw-test' })
      try {
        await admin.query(`drop database if exists ${name} with (force)`)
      } finally {
        await admin.close()
        await server.release()
      }
    },
  }
}
