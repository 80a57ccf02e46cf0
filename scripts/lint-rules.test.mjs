import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './install.mjs'
import { FOLDERS, isFresh, WORKSPACES } from './layers.mjs'

// Each rule is shown a file that breaks it: a rule that cannot fire protects nothing.
const own = name => `@openclaw-trading/${name}`
const use = specifier => `import { thing } from '${specifier}'\nexport const it = thing\n`

/** file → [source, expected rule or undefined when the file is allowed] */
const planted = new Map()
const plant = (file, source, rule) => planted.set(file, [source, rule])

const LAYER = 'noRestrictedImports'
plant('packages/trading-model/src/p1.ts', use(own('bot-engine')), LAYER)
plant('packages/ctrader-client/src/p1.ts', use(own('bot-engine')), LAYER)
plant('packages/ctrader-client/src/p2.ts', use('../../bot-engine/src/index.ts'), LAYER)
plant('packages/bot-engine/src/p1.ts', use(own('control-plane')), LAYER)
plant('packages/bot-engine/src/p2.ts', use(own('ctrader-client')), LAYER)
plant('packages/bot-engine/src/p3.test.ts', use(own('ctrader-simulator')), LAYER)
plant('packages/bot-engine/src/ctrader/p1.ts', use(own('ctrader-client')), undefined)
plant('packages/bot-engine/src/ctrader/p2.ts', use(own('control-plane')), LAYER)
plant('packages/bot-engine/src/kernel/p1.ts', use('node:fs'), LAYER)
plant('packages/bot-engine/src/kernel/p2.ts', use('../ports/broker.ts'), undefined)
plant('packages/bot-engine/src/kernel/p3.ts', use(own('ctrader-client')), LAYER)
plant('packages/bot-engine/src/kernel/p4.test.ts', use('../indicators/sma.ts'), undefined)
plant('packages/control-plane/src/p1.ts', use(own('ctrader-client')), LAYER)
plant('packages/control-plane/src/p2.ts', use(own('bot-engine/statistics')), undefined)
plant('packages/control-plane/src/p3.ts', use(own('bot-engine')), LAYER)
plant('packages/ctrader-simulator/src/p1.ts', use(own('ctrader-client')), LAYER)
plant('packages/ctrader-simulator/src/p2.ts', use(own('ctrader-client/protocol')), undefined)
plant('packages/ctrader-simulator/src/p3.ts', use(own('bot-engine/data')), undefined)
plant('packages/cli/src/p1.ts', use(own('e2e')), LAYER)
plant('reference-server/src/p1.ts', use(own('cli')), LAYER)
plant('reference-server/src/p2.ts', use(own('dashboard')), LAYER)
plant('reference-server/src/p3.ts', use(own('examples/strategies/xauusd-bollinger-bounce')), undefined)
plant('reference-server/src/api/routes/p1.ts', use('../../brokers/connect.ts'), LAYER)
plant('reference-server/src/api/routes/p2.ts', use('../schemas/dashboard.ts'), undefined)
plant('reference-server/dashboard/src/p1.ts', use(own('control-plane')), LAYER)
plant('reference-server/dashboard/src/p2.ts', use('node:fs'), LAYER)
plant('examples/p1.ts', use(own('reference-server')), LAYER)
plant('examples/p2.ts', use('./01-quotes.ts'), LAYER)
plant('examples/strategies/p1.ts', use(own('ctrader-client')), LAYER)
plant('packages/ctrader-client/src/protocol/units/p1.ts', use('../../session/session.ts'), LAYER)
plant('packages/ctrader-client/src/protocol/units/p2.ts', use('../frame.ts'), undefined)

for (const [workspace, folders] of Object.entries(FOLDERS))
  for (const [folder, siblings] of Object.entries(folders)) {
    const forbidden = Object.keys(folders).find(other => other !== folder && !siblings.includes(other))
    plant(`${workspace}/src/${folder}/layer.ts`, use(`../${forbidden}/thing.ts`), LAYER)
    plant(`${workspace}/src/${folder}/errors-are-fine.ts`, use('../errors.ts'), undefined)
  }

const clean = 'packages/control-plane/src'
plant(
  `${clean}/circle-a.ts`,
  "import { b } from './circle-b.ts'\nexport const a = () => b\n",
  'noImportCycles',
)
plant(
  `${clean}/circle-b.ts`,
  "import { a } from './circle-a.ts'\nexport const b = () => a\n",
  'noImportCycles',
)
for (const [one, other] of ['cd', 'dc'])
  plant(
    `${clean}/circle-${one}.ts`,
    `import type { ${other.toUpperCase()} } from './circle-${other}.ts'\nexport interface ${one.toUpperCase()} {\n  readonly ${other}?: ${other.toUpperCase()}\n}\n`,
    'noImportCycles',
  )
plant(`${clean}/all.ts`, "export * from './circle-a.ts'\n", 'noReExportAll')
plant(`${clean}/barrel.ts`, "export { a } from './circle-a.ts'\n", 'noBarrelFile')
plant(`${clean}/default.ts`, 'export default 1\n', 'noDefaultExport')
plant(`${clean}/enum.ts`, 'export enum Way {\n  Up,\n}\n', 'noEnum')
plant(`${clean}/any.ts`, 'export const a = (b: any) => b\n', 'noExplicitAny')
plant(`${clean}/env.ts`, 'export const a = process.env\n', 'noProcessEnv')
plant(`${clean}/console.ts`, "console.log('a')\n", 'noConsole')
plant(`${clean}/assert.ts`, 'export const a = (b: string[]) => b[0]!\n', 'noNonNullAssertion')
plant(`${clean}/undeclared.ts`, use('left-pad'), 'noUndeclaredDependencies')
plant(`${clean}/extension.ts`, use('./circle-a'), 'useImportExtensions')
plant(`${clean}/CamelCase.ts`, 'export const a = 1\n', 'useFilenamingConvention')
plant(`${clean}/string.ts`, "export function a() {\n  throw 'a'\n}\n", 'useThrowOnlyError')
plant(
  `${clean}/parameter.ts`,
  'export class A {\n  constructor(private a: number) {}\n}\n',
  'noParameterProperties',
)
plant(`${clean}/long-file.ts`, 'export const a = 1\n'.repeat(351), 'noExcessiveLinesPerFile')
plant(
  `${clean}/long-function.ts`,
  `export function a() {\n${'  a()\n'.repeat(51)}}\n`,
  'noExcessiveLinesPerFunction',
)
plant(
  `${clean}/floating.ts`,
  'async function a() {\n  await Promise.resolve()\n}\nexport function b() {\n  a()\n}\n',
  'noFloatingPromises',
)
plant(
  `${clean}/misused.ts`,
  'async function a() {\n  return await Promise.resolve(true)\n}\nexport function b() {\n  if (a()) return 1\n  return 2\n}\n',
  'noMisusedPromises',
)
for (const name of ['Date', 'performance', 'setTimeout', 'setInterval', 'fetch', 'process', 'Buffer'])
  plant(
    `packages/bot-engine/src/kernel/global-${name.toLowerCase()}.ts`,
    `export const a = () => ${name}\n`,
    'noRestrictedGlobals',
  )

const found = new Map()
let folder = ''

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'openclaw-lint-')))
  for (const file of ['biome.json', 'biome.layers.json', 'package.json'])
    cpSync(join(root, file), join(folder, file))
  for (const workspace of Object.keys(WORKSPACES).filter(name =>
    existsSync(join(root, name, 'package.json')),
  ))
    cpSync(join(root, workspace, 'package.json'), join(folder, workspace, 'package.json'))
  for (const [file, [source]] of planted) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), source)
  }
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const { stdout } = spawnSync(
    process.execPath,
    [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  for (const { category, location } of JSON.parse(stdout).diagnostics) {
    const path = location.path?.file ?? location.path
    found.set(path, [...(found.get(path) ?? []), category.split('/').at(-1)])
  }
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the lint rules', () => {
  it.each([...planted].filter(([, [, rule]]) => rule !== undefined).map(([file, [, rule]]) => [file, rule]))(
    'refuse %s by %s',
    (file, rule) => {
      expect(found.get(file) ?? []).toContain(rule)
    },
  )

  it.each([...planted].filter(([, [, rule]]) => rule === undefined).map(([file]) => [file]))(
    'let %s import what its layer may',
    file => {
      expect(found.get(file) ?? []).not.toContain(LAYER)
    },
  )

  it('are generated from the table of layers', () => {
    expect(isFresh()).toBe(true)
  })
})
