// What is built here, from what, into what. Order within a stage does not matter; stages run one after the other.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './install.mjs'

const PACKAGES = [
  'trading-model',
  'ctrader-client',
  'bot-engine',
  'ctrader-simulator',
  'control-plane',
  'create-claw',
  'cli',
].map(name => `packages/${name}`)
/** Workspaces that run as JavaScript; `e2e` and `bench` run from their sources. */
export const WORKSPACES = [...PACKAGES, 'examples', 'reference-server']

/** Workspaces that are published; of the examples the reference strategies, which the server runs. */
export const PUBLISHED = [...PACKAGES, 'examples', 'reference-server']

const SOURCE = '@openclaw-trading/source'

function manifestOf(workspace) {
  return JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'))
}

function* filesBelow(folder, matches) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* filesBelow(join(folder, entry.name), matches)
    else if (matches(entry.name)) yield join(folder, entry.name)
  }
}

/** What the manifest leads to: its exports, and its own imports (`#…`), one for each platform. */
function targetsOf(workspace) {
  const { exports = {}, imports = {} } = manifestOf(workspace)
  return [...Object.values(exports), ...Object.values(imports)].flatMap(target =>
    target?.browser === undefined ? [target] : [target.browser, target],
  )
}

/**
 * Entry points of a workspace: its exports, and every `main.ts` (a process of its own).
 *
 * @returns output name without suffix → source file, absolute
 */
export function entriesOf(workspace) {
  const folder = join(root, workspace)
  const entries = {}
  const add = (source, base) => {
    entries[
      source
        .slice(base.length + 1)
        .replace(/\.ts$/, '')
        .replaceAll('\\', '/')
    ] = source
  }
  for (const target of targetsOf(workspace)) {
    const source = target?.[SOURCE]
    if (source === undefined) continue
    if (!source.includes('*')) add(join(folder, source), join(folder, 'src'))
    else
      for (const file of filesBelow(join(folder, dirname(source)), name =>
        /(?<!\.test|\.test-d)\.ts$/.test(name),
      ))
        add(file, folder)
  }
  for (const file of filesBelow(join(folder, 'src'), name => name === 'main.ts'))
    add(file, join(folder, 'src'))
  return entries
}

/** Whether a workspace has declarations to make: only what others import does. */
export function typedEntriesOf(workspace) {
  const exported = targetsOf(workspace).map(target => target?.types)
  return Object.fromEntries(
    Object.entries(entriesOf(workspace)).filter(([name]) => exported.includes(`./dist/${name}.d.ts`)),
  )
}

function sourcesOf(workspace) {
  return workspace === 'examples' ? ['examples/strategies'] : [`${workspace}/src`]
}

const BUILDER = [
  'scripts/build.mjs',
  'scripts/targets.mjs',
  'tsconfig.base.json',
  'tsconfig.build.json',
  'package.json',
]

/** Source files made from the schema, the migrations, the report's page and the examples; every check and test needs them. */
export const GENERATED = [
  {
    name: 'protocol',
    type: 'script',
    script: 'packages/ctrader-client/scripts/generate.mjs',
    inputs: ['packages/ctrader-client/schema', 'packages/ctrader-client/scripts'],
    outputs: ['packages/ctrader-client/src/protocol/generated'],
  },
  {
    name: 'sql',
    type: 'script',
    script: 'packages/control-plane/scripts/embed-sql.mjs',
    inputs: ['sql', 'packages/control-plane/scripts'],
    outputs: ['packages/control-plane/src/database/generated'],
  },
  {
    name: 'page',
    type: 'script',
    script: 'packages/bot-engine/scripts/embed-page.mjs',
    inputs: ['packages/bot-engine/report-page', 'packages/bot-engine/scripts'],
    outputs: ['packages/bot-engine/src/report/generated'],
  },
  {
    name: 'strategies',
    type: 'script',
    script: 'packages/cli/scripts/copy-strategies.mjs',
    inputs: ['examples/strategies', 'packages/create-claw/template/strategies', 'packages/cli/scripts'],
    outputs: ['packages/cli/strategies'],
  },
]

/** JavaScript of every workspace and the dashboard's files. */
export const RUNNABLE = [
  ...WORKSPACES.map(workspace => ({
    name: workspace,
    type: 'javascript',
    workspace,
    inputs: [...sourcesOf(workspace), `${workspace}/package.json`, ...BUILDER],
    outputs: [`${workspace}/dist`],
  })),
  {
    name: 'reference-server/dashboard',
    type: 'dashboard',
    inputs: [
      'reference-server/dashboard',
      'packages/trading-model/src',
      'reference-server/src/api/schemas',
      ...BUILDER,
    ],
    outputs: ['reference-server/dashboard/dist/index.html'],
  },
]

/** Declarations of the published packages; they depend on every package's sources. */
export const DECLARATIONS = PUBLISHED.map(workspace => ({
  name: `${workspace}:types`,
  type: 'declarations',
  workspace,
  inputs: [...PACKAGES.flatMap(name => [`${name}/src`, `${name}/package.json`]), ...BUILDER],
  outputs: Object.keys(typedEntriesOf(workspace)).map(name => `${workspace}/dist/${name}.d.ts`),
})).filter(target => target.outputs.length > 0)
