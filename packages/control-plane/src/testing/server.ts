import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectDatabase } from '../database/connect.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded.ts'
import { migrate } from '../database/migrate.ts'
import { loadMigrations } from '../database/migrations.ts'
import { errorCode } from '../database/pg-errors.ts'
import { probeProcess } from '../process-probe.ts'

/** A PostgreSQL for tests, and how to let go of it. */
export interface TestServer {
  /** Of its maintenance database, for a user that may create databases. */
  readonly url: string
  /** The last one of all processes stops the server. */
  release(): Promise<void>
}

// One server per user and checkout, whatever number of test processes: they share it, the last one stops it.
function serverDir(): string {
  const user = process.getuid?.() ?? 'user'
  const checkout = createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 8)
  return join(tmpdir(), `claw-test-postgres-${user}-${checkout}`)
}

/** The URL with another database. */
export function withDatabaseName(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.toString()
}

/** Starts the shared server or attaches to it; with `CLAW_TEST_DATABASE_URL` uses that one. */
export async function acquireTestServer(): Promise<TestServer> {
  const given = process.env['CLAW_TEST_DATABASE_URL']
  if (given !== undefined && given !== '') return { url: given, release: async () => {} }
  const server: EmbeddedPostgres = await startEmbeddedPostgres({
    dir: serverDir(),
    fsync: false,
    maxConnections: 400,
  })
  const url = withDatabaseName(server.url, 'postgres')
  if (!server.attached) await dropLeftovers(url)
  return { url, release: () => server.stop() }
}

/** A name for a database of this process. */
export function testDatabaseName(): string {
  return `claw_test_${process.pid}_${randomBytes(6).toString('hex')}`
}

/** Drops the databases of test processes that were killed before they could. */
async function dropLeftovers(url: string): Promise<void> {
  const admin = connectDatabase({ url, maxConnections: 1, applicationName: 'claw-test' })
  try {
    const found = await admin.query<{ name: string }>(
      String.raw`select datname as name from pg_database where datname like 'claw\_test\_%'`,
    )
    for (const { name } of found)
      if ((await probeProcess(Number(name.split('_')[2]))) === null)
        await admin.query(`drop database if exists ${name} with (force)`)
  } finally {
    await admin.close()
  }
}

// 'clwt' as four bytes; held while the template is made, so that one process makes it and the others wait.
const TEMPLATE_LOCK = 0x636c7774

/** Makes the migrated template of this version unless it is there. Gives its name. */
export async function ensureTemplate(url: string): Promise<string> {
  const migrations = await loadMigrations()
  const hash = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 12)
  const name = `claw_template_${hash}`
  const admin = connectDatabase({ url, maxConnections: 2, applicationName: 'claw-test' })
  try {
    await admin.transaction(async tx => {
      await tx.query('select pg_advisory_xact_lock($1)', [TEMPLATE_LOCK])
      // Marked as a template only when it is complete: one whose maker was killed is made again.
      const [found] = await tx.query<{ complete: boolean }>(
        'select datistemplate as complete from pg_database where datname = $1',
        [name],
      )
      if (found?.complete) return
      // CREATE DATABASE cannot run inside the transaction that holds the lock.
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.query(`create database ${name}`)
      const template = connectDatabase({ url: withDatabaseName(url, name), maxConnections: 2 })
      try {
        await migrate(template, { migrations })
      } finally {
        await template.close()
      }
      await admin.query(`alter database ${name} is_template true`)
    })
  } finally {
    await admin.close()
  }
  return name
}

/** Clones the template; another session may be on it for an instant (55006), then tries again. */
export async function cloneTemplate(url: string, template: string, name: string): Promise<void> {
  const admin = connectDatabase({ url, maxConnections: 1, applicationName: 'claw-test' })
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await admin.query(`create database ${name} template ${template}`)
        return
      } catch (error) {
        if (errorCode(error) !== '55006' || attempt === 20) throw error
      }
    }
  } finally {
    await admin.close()
  }
}
