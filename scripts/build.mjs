// Builds what is missing or stale: `node scripts/build.mjs [--types] [name…]`. Nothing to do costs about 0.1 s.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, fail, root, run, WORK_LOCK } from './install.mjs'
import { withLock } from './lock.mjs'
import { hashOf, isFresh, writeStamp } from './stamps.mjs'
import { DECLARATIONS, entriesOf, GENERATED, RUNNABLE, typedEntriesOf } from './targets.mjs'

// Everything that is not a relative or absolute path stays an import: packages are resolved by Node, never bundled.
const PACKAGE_NAME = /^(?!\.|\/|[A-Za-z]:)/

// A file that brings a map has that one in ours, and this one leads nowhere: nobody steps into generated code, whose text
// and mappings were 1.2 MB of the packages.
const NO_MAP = `data:application/json;base64,${Buffer.from('{"version":3,"sources":["generated"],"sourcesContent":[""],"mappings":"AAAA"}').toString('base64')}`
const unmappedGenerated = {
  name: 'unmapped-generated',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]generated[\\/][^\\/]+\.[jt]s$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=${NO_MAP}\n`,
      loader: extname(path).slice(1),
    }))
  },
}

async function bundle(workspace, entry, options) {
  const { build } = await import('tsup')
  await build({
    config: false,
    silent: true,
    entry,
    outDir: join(root, workspace, 'dist'),
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    removeNodeProtocol: false,
    external: [PACKAGE_NAME],
    esbuildPlugins: [unmappedGenerated],
    tsconfig: join(root, 'tsconfig.build.json'),
    ...options,
  })
}

/** Chunks of earlier builds; removed afterwards, so that a process that runs from `dist` loses none while we build. */
function removeOlder(folder, beforeMs) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) removeOlder(path, beforeMs)
    else if (!/\.d\.ts(\.map)?$/.test(entry.name) && statSync(path).mtimeMs < beforeMs) rmSync(path)
  }
}

async function buildJavascript({ workspace }) {
  const entry = entriesOf(workspace)
  const missing = Object.values(entry).filter(source => !existsSync(source))
  if (missing.length > 0)
    throw new Error(`${workspace}/package.json exports ${missing.join(', ')}, which is not there`)
  const startedAt = Date.now()
  await bundle(workspace, entry, {})
  // 2 s: some file systems keep whole seconds.
  removeOlder(join(root, workspace, 'dist'), startedAt - 2000)
}

async function buildDeclarations({ workspace }) {
  await bundle(workspace, typedEntriesOf(workspace), { dts: { only: true } })
}

async function runScript(args, options) {
  const code = await run(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })
  if (code !== 0) throw new Error(`${args.join(' ')} ended with code ${code}`)
}

const builders = {
  script: ({ script }) => runScript([script]),
  javascript: buildJavascript,
  declarations: buildDeclarations,
  dashboard: () =>
    runScript([join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
      cwd: join(root, 'reference-server/dashboard'),
    }),
}

function staleAmong(targets) {
  return targets
    .map(target => ({ ...target, hash: hashOf(target.inputs) }))
    .filter(target => !isFresh(target.name, target.hash, target.outputs))
}

async function buildAll(targets, tell) {
  const results = await Promise.allSettled(
    targets.map(async target => {
      const startedAt = Date.now()
      await builders[target.type](target)
      writeStamp(target.name, target.hash)
      tell(`  ${target.name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
    }),
  )
  const failures = results.flatMap((result, i) =>
    result.status === 'rejected' ? [`${targets[i].name}: ${result.reason.message}`] : [],
  )
  if (failures.length > 0)
    fail(`The build failed:\n  ${failures.join('\n  ')}\nThe messages above say where.`, 1)
}

/** Runs tasks a few at a time: each declaration bundler holds about 500 MB. */
async function buildInTurn(targets, tell) {
  for (const target of targets) await buildAll([target], tell)
}

/**
 * The stages of a build, each with its stale targets.
 *
 * `only` keeps the targets with these names; `types` adds declarations.
 */
function stagesOf({ only, types = false }) {
  const wanted = targets => targets.filter(target => only === undefined || only.includes(target.name))
  return [wanted(GENERATED), wanted(RUNNABLE), types ? wanted(DECLARATIONS) : []]
}

/** Tells whether {@link ensureBuilt} with the same options would build anything. */
export function isBuilt(options = {}) {
  return stagesOf(options).every(stage => staleAmong(stage).length === 0)
}

/** Builds what is missing or stale; on failure ends the process with exit code 1 after saying what failed. */
export async function ensureBuilt(options = {}) {
  if (isBuilt(options)) return
  const tell = options.quiet ? () => undefined : line => console.log(line)
  await withLock(WORK_LOCK, 'builds', async () => {
    // Built by the one that was waited for.
    if (isBuilt(options)) return
    const startedAt = Date.now()
    const [generated, runnable, declarations] = stagesOf(options)
    tell('Building what is missing or stale:')
    // One stage after the other, and hashed only then: the first writes inputs of the second.
    await buildAll(staleAmong(generated), tell)
    await buildAll(staleAmong(runnable), tell)
    await buildInTurn(staleAmong(declarations), tell)
    tell(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`)
  })
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const names = argv.slice(2).filter(argument => !argument.startsWith('--'))
  await ensureInstalled()
  await ensureBuilt({ types: argv.includes('--types'), ...(names.length > 0 && { only: names }) })
  // tsup's worker threads would keep the process open for a moment.
  process.exit(0)
}
