// Writes src/database/generated/migrations.ts from sql/: the built package carries its migrations. Writes only on change.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../../sql/', import.meta.url))
const target = fileURLToPath(new URL('../src/database/generated/migrations.ts', import.meta.url))

const files = readdirSync(source)
  .filter(name => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
  .sort()
  .map(name => ({ name, sql: readFileSync(join(source, name), 'utf8').replaceAll('\r\n', '\n') }))

const text = `// Made by scripts/embed-sql.mjs from sql/. Do not edit.

/** The numbered files of sql/, in order. */
export const EMBEDDED_SQL: readonly { readonly name: string; readonly sql: string }[] = ${JSON.stringify(files, null, 2)}
`

const read = () => {
  try {
    return readFileSync(target, 'utf8')
  } catch {
    return null
  }
}

if (read() !== text) {
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}
