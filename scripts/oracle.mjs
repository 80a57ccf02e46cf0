// `npm run oracle`: the engine against its oracle over 1,000 random worlds and the whole recorded file, some minutes.
import { join } from 'node:path'
import { argv, env, execPath } from 'node:process'
import { ensureInstalled, root, run } from './install.mjs'

await ensureInstalled()
const { ensureBuilt } = await import('./build.mjs')
await ensureBuilt({ only: ['protocol', 'sql'] })
env['CLAW_TEST_FULL'] = '1'
process.exit(
  await run(execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'unit',
    'packages/bot-engine/test/oracle',
    ...argv.slice(2),
  ]),
)
