// `npm run docs`: the API reference of all packages into docs/api; a missing or broken doc comment fails it.
import { join } from 'node:path'
import { execPath } from 'node:process'
import { ensureInstalled, root, run } from './install.mjs'

await ensureInstalled()
const { ensureBuilt } = await import('./build.mjs')
const { GENERATED } = await import('./targets.mjs')
await ensureBuilt({ only: GENERATED.map(({ name }) => name) })
process.exit(await run(execPath, [join(root, 'node_modules', 'typedoc', 'bin', 'typedoc')]))
