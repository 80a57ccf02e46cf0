// `npm run bench [-- part…] [-- --short]`: the rows of `bench/`, run from their sources.
import { join } from 'node:path'
import { argv, execPath } from 'node:process'
import { ensureInstalled, root, run } from './install.mjs'

await ensureInstalled()
const { ensureBuilt } = await import('./build.mjs')
const { GENERATED } = await import('./targets.mjs')
// The threads of a sweep run from `dist`.
await ensureBuilt({
  only: [...GENERATED.map(({ name }) => name), 'packages/trading-model', 'packages/bot-engine'],
})
process.exit(
  await run(execPath, [
    '--import',
    'tsx',
    '--conditions=@openclaw-trading/source',
    join(root, 'bench', 'src', 'main.ts'),
    ...argv.slice(2),
  ]),
)
