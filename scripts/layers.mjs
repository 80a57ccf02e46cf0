// The layers of the system as one table, and from it the lint rules: `node scripts/layers.mjs --write` makes biome.layers.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { root } from './install.mjs'

const own = name => `@openclaw-trading/${name}`
const MODEL = own('trading-model')

/** Between workspaces: the own packages that a workspace may import. Third-party packages: what its package.json declares. */
export const WORKSPACES = {
  'packages/trading-model': [],
  'packages/ctrader-client': [MODEL],
  'packages/bot-engine': [MODEL],
  'packages/control-plane': [MODEL, own('bot-engine/statistics')],
  'packages/ctrader-simulator': [
    MODEL,
    own('ctrader-client/protocol'),
    own('bot-engine/simulation'),
    own('bot-engine/data'),
  ],
  'packages/create-claw': [],
  'packages/cli': packages(
    'ctrader-client',
    'bot-engine',
    'control-plane',
    'ctrader-simulator',
    'reference-server',
    'examples',
  ),
  'reference-server': [
    ...packages('ctrader-client', 'bot-engine', 'control-plane', 'ctrader-simulator'),
    own('examples/strategies/*'),
  ],
  // Types only, which scripts/check.mjs sees to.
  'reference-server/dashboard': [MODEL, own('reference-server'), own('reference-server/**')],
  // Its development server runs in Node.
  'reference-server/dashboard/dev': [MODEL, own('reference-server'), own('reference-server/**')],
  examples: packages('ctrader-client', 'bot-engine', 'control-plane', 'ctrader-simulator'),
  'examples/strategies': [MODEL, own('bot-engine'), own('bot-engine/**')],
}

function packages(...names) {
  return [MODEL, ...names.flatMap(name => [own(name), own(`${name}/**`)])]
}

/**
 * Inside a workspace: folder of `src` → sibling folders (or files) that it may import, besides the leaves.
 *
 * A folder that is not named here may import what it likes: it is where the parts are put together.
 */
export const FOLDERS = {
  'packages/ctrader-client': {
    protocol: [],
    transport: ['protocol'],
    platform: ['protocol', 'transport'],
    stream: [],
    oauth: [],
    encode: ['protocol'],
    decode: ['protocol'],
    session: ['protocol', 'transport', 'stream', 'options.ts'],
    // Loaded by every command, so without the connection.
    terminal: [],
  },
  'packages/bot-engine': {
    ports: [],
    indicators: [],
    statistics: [],
    strategy: ['ports', 'indicators'],
    // Which quotes are bad: asked by the kernel, live and in a backtest, and of data before a run.
    quality: [],
    kernel: ['strategy', 'ports', 'quality'],
    risk: ['ports', 'strategy'],
    simulation: ['ports'],
    regime: ['indicators', 'statistics'],
    policies: ['strategy', 'indicators'],
    // They stand beside the limits of the gate, and live on trades and equity alone.
    protections: ['risk', 'strategy'],
    data: ['ports', 'quality'],
    backtest: [
      'kernel',
      'simulation',
      'risk',
      'strategy',
      'ports',
      'statistics',
      'indicators',
      'data',
      'quality',
    ],
    research: [
      'backtest',
      'kernel',
      'risk',
      'protections',
      'simulation',
      'strategy',
      'ports',
      'statistics',
      'data',
    ],
    live: ['kernel', 'risk', 'strategy', 'ports', 'quality'],
    report: ['backtest', 'kernel', 'simulation', 'strategy', 'statistics', 'data'],
    // Where live and backtest meet: a recorded run of the one, and the other on its quotes.
    parity: [
      'live',
      'backtest',
      'kernel',
      'risk',
      'protections',
      'simulation',
      'strategy',
      'ports',
      'statistics',
      'data',
    ],
    ctrader: ['ports'],
    testing: ['ports', 'strategy', 'indicators', 'policies', 'simulation', 'data'],
  },
  'packages/control-plane': {
    database: [],
    client: [],
    stores: ['database', 'client'],
    queue: ['database', 'stores', 'client'],
    schedule: ['database', 'stores', 'client'],
    hub: ['database', 'stores', 'queue', 'client'],
    supervise: ['database', 'stores', 'client', 'hub'],
    governance: ['stores'],
  },
  'reference-server': {
    observability: [],
    strategies: [],
    brokers: ['observability'],
    bot: ['brokers', 'strategies', 'observability'],
    api: ['strategies', 'observability'],
  },
}

/** Files beside the folders that import no folder, so that every folder may import them. */
const LEAVES = {
  'packages/ctrader-client': ['errors.ts', 'clock.ts', 'when-aborted.ts', 'random-id.ts'],
  'packages/bot-engine': ['errors.ts', 'profit.ts', 'local-time.ts', 'execution-facts.ts'],
  'packages/control-plane': ['errors.ts', 'clock.ts', 'logger.ts', 'make-folder.ts', 'process-probe.ts'],
  'reference-server': ['errors.ts', 'config.ts', 'exit-codes.ts', 'version.ts'],
}

/** Folders that may import own packages which their workspace as a whole may not. */
const WIDER = { 'packages/bot-engine/ctrader': packages('ctrader-client') }

/** Folders of the engine that know no clock, no platform and no I/O. */
export const PURE = [
  'kernel',
  'strategy',
  'indicators',
  'simulation',
  'risk',
  'statistics',
  'regime',
  'ports',
  'quality',
  'policies',
  'protections',
]

const PATHS = {
  group: [
    '../**/{packages,reference-server,examples,e2e,bench}/**',
    '../**/{trading-model,ctrader-client,bot-engine,ctrader-simulator,control-plane,cli,dashboard}/src/**',
  ],
  message: 'Other workspaces are reached by package name, never by path.',
}
const NO_PLATFORM = {
  group: ['node:*'],
  message: 'The kernel side is pure: it knows no driver, no broker, no platform.',
}
const NO_NODE = { group: ['node:*'], message: 'This code also runs in a browser.' }

const restrict = patterns => ({ style: { noRestrictedImports: { level: 'error', options: { patterns } } } })
const override = (includes, rules) => ({ includes, linter: { rules } })
const except = allowed => allowed.map(name => `!${name}`)

function packagePattern(workspace, allowed) {
  return {
    group: [own('**'), ...except(allowed)],
    message: `${workspace} may import ${allowed.length === 0 ? 'no own package' : allowed.join(', ')} only.`,
  }
}

function extraPatterns(workspace) {
  if (workspace === 'reference-server/dashboard') return [NO_NODE]
  if (workspace === 'examples/strategies')
    return [
      NO_PLATFORM,
      { group: ['../**'], message: 'A strategy knows the engine and other strategies only.' },
    ]
  if (workspace === 'examples')
    return [
      {
        group: ['./*.ts', '../*.ts'],
        message: 'Examples do not import each other; shared strategies live in strategies/.',
      },
    ]
  return [PATHS]
}

function folderOverrides(workspace, folder, siblings) {
  const wider = WIDER[`${workspace}/${folder}`]
  const allowed = [...siblings, ...LEAVES[workspace]]
  // A file in a folder of the folder (protocol/units) writes one more `../`; three levels are used at most.
  return [0, 1].map(depth => {
    const up = '../'.repeat(depth + 1)
    const siblingPattern = {
      group: [
        `${up}**`,
        ...allowed.flatMap(name => (name.endsWith('.ts') ? [`!${up}${name}`] : [`!${up}${name}/**`])),
      ],
      message: `${workspace}/src/${folder} may import ${allowed.join(', ')} only.`,
    }
    return override(
      [`${workspace}/src/${folder}/${'*/'.repeat(depth)}*.ts`],
      restrict([
        siblingPattern,
        packagePattern(workspace, wider ?? WORKSPACES[workspace]),
        ...(workspace === 'packages/bot-engine' && PURE.includes(folder) ? [NO_PLATFORM] : []),
        ...(workspace === 'packages/ctrader-client' && folder !== 'platform' ? [NO_NODE] : []),
      ]),
    )
  })
}

const GLOBALS = {
  Date: 'Take time from the event or the Clock port.',
  performance: 'Take time from the Clock port.',
  setTimeout: 'Use ctx.setTimer.',
  setInterval: 'Use ctx.setTimer.',
  setImmediate: 'The kernel side is synchronous.',
  queueMicrotask: 'The kernel side is synchronous.',
  fetch: 'The kernel side does no I/O.',
  process: 'The kernel side knows no platform.',
  Buffer: 'The kernel side knows no platform.',
}

/** The overrides of biome.layers.json; of several that match a file the last one wins. */
export function overrides() {
  const between = Object.entries(WORKSPACES).map(([workspace, allowed]) =>
    override(
      [`${workspace}/**`],
      restrict([packagePattern(workspace, allowed), ...extraPatterns(workspace)]),
    ),
  )
  const inside = Object.entries(FOLDERS).flatMap(([workspace, folders]) =>
    Object.entries(folders).flatMap(([folder, siblings]) => folderOverrides(workspace, folder, siblings)),
  )
  // Tests keep the rules between workspaces, not those between folders: a kernel test may use an indicator.
  const tests = Object.keys(FOLDERS).map(workspace =>
    override(
      [`${workspace}/src/**/*.test.ts`, `${workspace}/src/**/*.test-d.ts`, `${workspace}/test/**`],
      restrict([packagePattern(workspace, WORKSPACES[workspace])]),
    ),
  )
  const ctraderTests = override(
    ['packages/bot-engine/src/ctrader/**/*.test.ts'],
    restrict([packagePattern('packages/bot-engine/src/ctrader', WIDER['packages/bot-engine/ctrader'])]),
  )
  const pure = override(
    [`packages/bot-engine/src/{${PURE.join(',')}}/**`, 'examples/strategies/**', '!**/*.test.ts'],
    { style: { noRestrictedGlobals: { level: 'error', options: { deniedGlobals: GLOBALS } } } },
  )
  // The test of a strategy reads files and runs backtests.
  const strategyTests = override(
    ['examples/strategies/**/*.test.ts'],
    restrict([packagePattern('examples', WORKSPACES.examples)]),
  )
  return [...between, ...inside, ...tests, ctraderTests, strategyTests, pure]
}

/** The text of biome.layers.json; each override on one line, since nobody writes it by hand. */
export function layersText() {
  const lines = overrides().map(entry => `    ${JSON.stringify(entry)}`)
  return `{\n  "overrides": [\n${lines.join(',\n')}\n  ]\n}\n`
}

const file = join(root, 'biome.layers.json')

/** Tells whether biome.layers.json is what the table gives. */
export function isFresh() {
  return readFileSync(file, 'utf8') === layersText()
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  if (argv.includes('--write')) writeFileSync(file, layersText())
  else if (!isFresh()) {
    console.error(
      'biome.layers.json does not state the table in scripts/layers.mjs. Run: node scripts/layers.mjs --write',
    )
    process.exitCode = 1
  }
}
