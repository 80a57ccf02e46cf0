// `npm run real-data [-- --write]`: the nine strategies on recorded gold, where it is; exit code 10 where it is not.
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
    join(root, 'e2e', 'real-data', 'main.ts'),
    ...argv.slice(2),
  ]),
)
