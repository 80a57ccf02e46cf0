// `npm run reliability [-- R-18…] [-- --short] [-- --seed n]`: promises put to the test, one line of JSON each. `npm run fuzz` is R-18.
import { join } from 'node:path'
import { argv, execPath } from 'node:process'
import { ensureInstalled, root, run } from './install.mjs'

await ensureInstalled()
const { ensureBuilt } = await import('./build.mjs')
await ensureBuilt({ only: ['protocol', 'sql'] })
process.exit(
  await run(execPath, [
    '--import',
    'tsx',
    '--conditions=@openclaw-trading/source',
    join(root, 'e2e', 'reliability', 'main.ts'),
    ...argv.slice(2),
  ]),
)
