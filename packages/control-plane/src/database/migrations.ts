import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ControlPlaneError } from '../errors.ts'

/** One numbered SQL file. */
export interface Migration {
  /** The number the file name starts with. */
  readonly version: number
  /** File name, e.g. `0003_runs.sql`. */
  readonly name: string
  /** Its text. */
  readonly sql: string
  /** SHA-256 of the text with `\n` line ends, hex: a checkout with `\r\n` is the same migration. */
  readonly checksum: string
}

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/

/** Makes a migration of a file name and its text. @throws {@link ControlPlaneError} `schema-outdated` for a wrong name */
export function toMigration(name: string, text: string): Migration {
  const match = FILE_NAME.exec(name)
  if (!match)
    throw new ControlPlaneError(
      'schema-outdated',
      `"${name}" is not the name of a migration. Name it like 0007_signals.sql.`,
    )
  const sql = text.replaceAll('\r\n', '\n')
  return { version: Number(match[1]), name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

/** Puts migrations in order and checks that their numbers are 1, 2, 3 … @throws {@link ControlPlaneError} `schema-outdated` */
export function orderMigrations(migrations: readonly Migration[]): readonly Migration[] {
  const ordered = [...migrations].sort((a, b) => a.version - b.version)
  ordered.forEach((migration, index) => {
    if (migration.version !== index + 1)
      throw new ControlPlaneError(
        'schema-outdated',
        `Migration ${index + 1} is missing: ${migration.name} comes in its place. Number the files of sql/ without holes or repeats.`,
      )
  })
  return ordered
}

/** Reads the migrations of a folder; files that are not `NNNN_name.sql` are left out. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter(name => FILE_NAME.test(name)).sort()
  const texts = await Promise.all(names.map(name => readFile(`${folder}/${name}`, 'utf8')))
  return orderMigrations(names.map((name, index) => toMigration(name, texts[index] ?? '')))
}

/**
 * The migrations of this version: from `sql/` when this runs from the repository's sources, else the copies that the
 * build embedded (`scripts/embed-sql.mjs`).
 */
export async function loadMigrations(): Promise<readonly Migration[]> {
  if (import.meta.url.endsWith('/src/database/migrations.ts'))
    return readMigrations(fileURLToPath(new URL('../../../../sql', import.meta.url)))
  const { EMBEDDED_SQL } = await import('./generated/migrations.ts')
  return orderMigrations(EMBEDDED_SQL.map(file => toMigration(file.name, file.sql)))
}
