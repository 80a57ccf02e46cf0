import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { loadMigrations, type Migration, toMigration } from '../src/database/migrations.ts'
import { type TestDatabase, withDatabase } from '../src/testing/index.ts'
import { schemaText } from '../src/testing/schema-text.ts'

let test: TestDatabase
let db: Database
beforeAll(async () => {
  test = await withDatabase()
  db = test.database
})
afterAll(() => test.close())

const one = toMigration('0001_first.sql', 'create table claw.first (id integer primary key);')
const two = toMigration('0002_second.sql', 'create table claw.second (id integer); select 1;')

async function tables(): Promise<readonly string[]> {
  const rows = await db.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'claw' order by 1`,
  )
  return rows.map(row => row.name)
}

describe('migrate', () => {
  beforeEach(() => db.query('drop schema if exists claw cascade'))

  it('applies what is missing, in order, and nothing twice', async () => {
    expect(await migrate(db, { migrations: [one] })).toEqual({ applied: ['0001_first.sql'], version: 1 })
    expect(await migrate(db, { migrations: [one, two] })).toEqual({
      applied: ['0002_second.sql'],
      version: 2,
    })
    expect(await migrate(db, { migrations: [one, two] })).toEqual({ applied: [], version: 2 })
    expect(await tables()).toEqual(['first', 'schema_migrations', 'second'])
  })

  it('applies each file once when several servers start together', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(db, { migrations: [one, two] })))
    expect(results.flatMap(r => r.applied)).toEqual(['0001_first.sql', '0002_second.sql'])
  })

  it('refuses a file that has changed since it was applied, and names it', async () => {
    await migrate(db, { migrations: [one, two] })
    const changed = toMigration('0002_second.sql', 'create table claw.second (id bigint);')
    await expect(migrate(db, { migrations: [one, changed] })).rejects.toMatchObject({
      code: 'schema-outdated',
      message: expect.stringContaining('0002_second.sql'),
    })
  })

  it('takes a file with other line ends for the same file', async () => {
    const text = 'create table claw.first (\n  id integer primary key\n);\n'
    await migrate(db, { migrations: [toMigration('0001_first.sql', text)] })
    const windows = toMigration('0001_first.sql', text.replaceAll('\n', '\r\n'))
    expect(await migrate(db, { migrations: [windows] })).toMatchObject({ applied: [] })
  })

  it('refuses a database of a newer version, and says which', async () => {
    await migrate(db, { migrations: [one, two] })
    await expect(migrate(db, { migrations: [one] })).rejects.toMatchObject({
      code: 'schema-outdated',
      message: expect.stringContaining('0002_second.sql'),
    })
  })

  it('changes nothing when one file fails', async () => {
    const broken = toMigration('0002_broken.sql', 'create table claw.half (id integer); select nonsense;')
    await expect(migrate(db, { migrations: [one, broken] })).rejects.toMatchObject({
      code: 'schema-outdated',
      message: expect.stringContaining('0002_broken.sql'),
    })
    expect(await tables()).toEqual([])
  })

  it('reports a query on missing tables as an outdated schema', async () => {
    await expect(db.query('select * from claw.bots')).rejects.toMatchObject({ code: 'schema-outdated' })
  })
})

describe('sql/', () => {
  let migrations: readonly Migration[]
  beforeAll(async () => {
    await db.query('drop schema if exists claw cascade')
    migrations = await loadMigrations()
    await migrate(db, { migrations })
  })

  it('has a schema.sql that is what its files add up to', async () => {
    const stored = await readFile(new URL('../../../sql/schema.sql', import.meta.url), 'utf8')
    expect(stored.replaceAll('\r\n', '\n')).toBe(await schemaText(db))
  })

  it('documents each table in its README', async () => {
    const readme = await readFile(new URL('../../../sql/README.md', import.meta.url), 'utf8')
    for (const name of await tables()) expect(readme).toContain(`\`${name}\``)
  })

  it('is embedded as it is', async () => {
    const { EMBEDDED_SQL } = await import('../src/database/generated/migrations.ts')
    expect(EMBEDDED_SQL.map(file => toMigration(file.name, file.sql))).toEqual(migrations)
  })

  it('is written for desire by the control store alone', async () => {
    const { readdir } = await import('node:fs/promises')
    const source = new URL('../src/', import.meta.url)
    const files = (await readdir(source, { recursive: true })).filter(
      name => name.endsWith('.ts') && !name.includes('generated') && !name.endsWith('.test.ts'),
    )
    const writers: string[] = []
    for (const name of files) {
      const text = await readFile(new URL(name, source), 'utf8')
      const writes =
        /(update|insert into)\s+claw\.bot_control|set desired_status|[^_]generation = generation \+ 1/
      if (writes.test(text)) writers.push(name)
    }
    expect(writers).toEqual(['stores/control.ts'])
  })
})
