import type { Queryable } from '../database/queryable.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly identity: string
  readonly fallback: string | null
}
interface Named {
  readonly name: string
  readonly text: string
}

const HEADER = `-- What the numbered files of this folder add up to. Made by packages/control-plane/scripts/dump-schema.mjs: do not edit.
`

// Everything comes from pg_catalog in a fixed order. NOT NULL constraints (contype n, PostgreSQL 18) are left to the
// columns, so that 15 and 18 give the same text.
const COLUMNS = `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
  a.attidentity as identity, pg_get_expr(d.adbin, d.adrelid) as fallback
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`
const CONSTRAINTS = `select conname as name, pg_get_constraintdef(oid) as text from pg_constraint
  where conrelid = $1 and contype in ('p', 'u', 'f', 'c')
  order by array_position('{p,u,f,c}'::text[], contype::text), conname`
const INDEXES = `select c.relname as name, pg_get_indexdef(i.indexrelid) as text from pg_index i
  join pg_class c on c.oid = i.indexrelid where i.indrelid = $1
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`
const COMMENTS = `select coalesce(a.attname, '') as name, d.description as text from pg_description d
  left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and d.objsubid > 0
  where d.objoid = $1 and d.classoid = 'pg_class'::regclass order by d.objsubid`

function columnText(column: Column): string {
  const parts = [column.name, column.type]
  if (column.identity === 'a') parts.push('generated always as identity')
  if (column.fallback !== null) parts.push(`default ${column.fallback}`)
  if (column.required) parts.push('not null')
  return `  ${parts.join(' ')}`
}

async function tableText(
  db: Queryable,
  table: { readonly oid: number; readonly name: string },
): Promise<string> {
  const columns = await db.query<Column>(COLUMNS, [table.oid])
  const constraints = await db.query<Named>(CONSTRAINTS, [table.oid])
  const indexes = await db.query<Named>(INDEXES, [table.oid])
  const comments = await db.query<Named>(COMMENTS, [table.oid])
  const lines = [
    ...columns.map(columnText),
    ...constraints.map(({ name, text }) => `  constraint ${name} ${text}`),
  ]
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
  return [
    `create table claw.${table.name} (\n${lines.join(',\n')}\n);`,
    ...indexes.map(({ text }) => `${text};`),
    ...comments.map(({ name, text }) =>
      name === ''
        ? `comment on table claw.${table.name} is ${quote(text)};`
        : `comment on column claw.${table.name}.${name} is ${quote(text)};`,
    ),
  ].join('\n')
}

/** Writes the tables of schema `claw` as SQL, the same on every version of PostgreSQL. */
export function schemaText(database: Queryable): Promise<string> {
  return database.transaction(async tx => {
    // Names are written in full only when no schema is searched; the embedded user's search path would hide `claw`.
    await tx.query(`set local search_path to ''`)
    const tables = await tx.query<{ oid: number; name: string }>(
      `select c.oid::integer as oid, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'claw' and c.relkind in ('r', 'p') order by c.relname collate "C"`,
    )
    const texts: string[] = []
    for (const table of tables) texts.push(await tableText(tx, table))
    return `${HEADER}\ncreate schema claw;\n\n${texts.join('\n\n')}\n`
  })
}
