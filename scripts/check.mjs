// `npm run check`: format, lint, layers, text rules, types and unit tests. `--no-tests` leaves the tests out.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { argv, execPath } from 'node:process'
import { ensureInstalled, root, run } from './install.mjs'

await ensureInstalled()
const { ensureBuilt } = await import('./build.mjs')
const { GENERATED } = await import('./targets.mjs')
await ensureBuilt({ only: GENERATED.map(({ name }) => name) })
const { isFresh } = await import('./layers.mjs')
const { violations } = await import('./text-rules.mjs')

const bin = (name, file) => join(root, 'node_modules', name, file)
const node =
  (...args) =>
  async () =>
    (await run(execPath, args)) === 0

function textRules() {
  const found = violations()
  for (const line of found) console.error(line)
  return found.length === 0
}

const page = join(root, 'packages', 'bot-engine', 'report-page', 'tsconfig.json')
const dashboard = join(root, 'reference-server', 'dashboard', 'tsconfig.json')
const steps = [
  [
    'format and lint',
    node(bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=200', '.'),
  ],
  ['table of layers', isFresh],
  ['text rules', textRules],
  ['types', node(bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'tsconfig.json')],
  [
    'types of the dashboard',
    existsSync(dashboard) ? node(bin('typescript', 'bin/tsc'), '--noEmit', '-p', dashboard) : () => true,
  ],
  ["types of the report's page", node(bin('typescript', 'bin/tsc'), '--noEmit', '-p', page)],
  ...(argv.includes('--no-tests')
    ? []
    : [
        [
          'unit and type tests',
          node(bin('vitest', 'vitest.mjs'), 'run', '--project', 'unit', '--project', 'types'),
        ],
      ]),
]

const failed = []
for (const [name, step] of steps) {
  const startedAt = Date.now()
  const passed = await step()
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
  if (!passed) failed.push(name)
}
if (failed.length > 0) console.error(`Not in order: ${failed.join(', ')}.`)
process.exit(failed.length === 0 ? 0 : 1)
