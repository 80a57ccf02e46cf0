import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DATA_FOLDER, DATA_SETS, missingFiles } from './data-sets.ts'
import { type HonestRow, honestRow } from './honest-row.ts'
import { pageWith, tableOf } from './tables.ts'

// npm run real-data              the nine strategies on recorded gold: the tables of the page, as Markdown
// npm run real-data -- --write   puts them into docs/guides/strategies-on-real-data.md

const PAGE = fileURLToPath(new URL('../../docs/guides/strategies-on-real-data.md', import.meta.url))

const missing = DATA_SETS.flatMap(missingFiles)
if (missing.length > 0) {
  process.stderr.write(
    `The recorded market is not there: ${[...new Set(missing)].join(', ')} in ${DATA_FOLDER}\n` +
      'It is no part of the project. Put files "timestamp_ms,bid,ask" and "timestamp_ms,open,high,low,close,volume" there.\n',
  )
  process.exit(10)
}
const tables: string[] = []
for (const set of DATA_SETS) {
  const data = await set.load()
  const rows: HonestRow[] = []
  for (const botId of set.strategies) rows.push(await honestRow(botId, set, data))
  const table = tableOf(set, data.length, rows)
  tables.push(table)
  process.stdout.write(`${table}\n`)
}
if (process.argv.includes('--write')) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), tables))
