import { ControlPlaneError } from '../errors.ts'
import { errorText, type Logger, SILENT_LOGGER } from '../logger.ts'
import type { Database } from './connect.ts'
import { loadMigrations, type Migration } from './migrations.ts'
import type { Queryable } from './queryable.ts'

// Any number will do as long as every version of this code uses the same one ('claw' as four bytes).
const ADVISORY_LOCK = 0x636c6177

/** What {@link migrate} did. */
export interface MigrateResult {
  /** File names applied now, in order; empty when the database was current. */
  readonly applied: readonly string[]
  /** The newest version in force. */
  readonly version: number
}

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** Default: those of this version. */
  readonly migrations?: readonly Migration[]
  /** Default: silent. */
  readonly logger?: Logger
}

interface LedgerRow {
  readonly version: number
  readonly name: string
  readonly checksum: string
}

/** Brings the database forward: all missing migrations in one transaction, under an advisory lock, never backward.
 * @throws {@link ControlPlaneError} `schema-outdated` naming the file that differs or failed, `database-unavailable` */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<MigrateResult> {
  const migrations = options.migrations ?? (await loadMigrations())
  const logger = options.logger ?? SILENT_LOGGER
  return database.transaction(async tx => {
    // A second server that starts now waits here, then finds nothing left to do.
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK])
    await tx.query('set local statement_timeout = 0')
    const ledger = await readLedger(tx)
    const missing = migrations.slice(checkLedger(ledger, migrations))
    for (const migration of missing) {
      await apply(tx, migration)
      logger.info({ migration: migration.name }, 'migration applied')
    }
    return { applied: missing.map(migration => migration.name), version: migrations.length }
  })
}

async function readLedger(tx: Queryable): Promise<readonly LedgerRow[]> {
  await tx.query('create schema if not exists claw')
  await tx.query(`create table if not exists claw.schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`)
  return tx.query<LedgerRow>('select version, name, checksum from claw.schema_migrations order by version')
}

/** How many migrations of the list are in force; throws when what is in force is not the start of the list. */
function checkLedger(ledger: readonly LedgerRow[], migrations: readonly Migration[]): number {
  ledger.forEach((row, index) => {
    const migration = migrations[index]
    if (migration === undefined)
      throw new ControlPlaneError(
        'schema-outdated',
        `The database was migrated to ${row.name}, which this version does not have (its newest is ${migrations.at(-1)?.name ?? 'none'}). Start the newer version, or restore a backup made before it.`,
        { details: { file: row.name } },
      )
    if (migration.name !== row.name || migration.checksum !== row.checksum)
      throw new ControlPlaneError(
        'schema-outdated',
        `The migration ${migration.name} is not the one applied to this database as ${row.name}: its text has changed since. Restore the file as it was released and put the change into a new file.`,
        { details: { file: migration.name, applied: row.checksum, found: migration.checksum } },
      )
  })
  return ledger.length
}

async function apply(tx: Queryable, migration: Migration): Promise<void> {
  try {
    await tx.query(migration.sql)
  } catch (error) {
    throw new ControlPlaneError(
      'schema-outdated',
      `The migration ${migration.name} failed: ${errorText(error)}. Nothing was changed; correct the file or the database.`,
      { cause: error, details: { file: migration.name } },
    )
  }
  await tx.query('insert into claw.schema_migrations (version, name, checksum) values ($1, $2, $3)', [
    migration.version,
    migration.name,
    migration.checksum,
  ])
}
