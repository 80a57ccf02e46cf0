// Writes sql/schema.sql from a migrated database; with --check only compares, and fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { register } from 'tsx/esm/api'

register()
const { withDatabase } = await import('../src/testing/database.ts')
const { schemaText } = await import('../src/testing/schema-text.ts')

const file = fileURLToPath(new URL('../../../sql/schema.sql', import.meta.url))
const test = await withDatabase()
try {
  const text = await schemaText(test.database)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error('sql/schema.sql is stale. Run: node packages/control-plane/scripts/dump-schema.mjs')
    process.exitCode = 1
  }
} finally {
  await test.close()
}
