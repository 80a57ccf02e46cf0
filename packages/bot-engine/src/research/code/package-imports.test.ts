import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { codeHashOf, localModules } from './local-modules.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'claw-packages-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string | object>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof text === 'string' ? text : JSON.stringify(text))
  }
  return join(folder, 'app', 'strategies', 'fade.ts')
}

const importing = (...specifiers: readonly string[]) =>
  specifiers.map(specifier => `import '${specifier}'\n`).join('')
const found = (entry: string) => {
  const { files, packages } = localModules(entry)
  return { files: files.slice(1).map(file => file.slice(folder.length + 1)), packages }
}

it('follows the #imports of the package around a module, by name, by pattern and by condition', () => {
  const entry = write({
    'app/package.json': {
      name: 'app',
      imports: { '#band': './lib/band.ts', '#rules/*': { types: './no.d.ts', default: './lib/rules/*.ts' } },
    },
    'app/strategies/fade.ts': importing('#band', '#rules/exit', '#unknown'),
    'app/lib/band.ts': '',
    'app/lib/rules/exit.ts': '',
  })
  expect(found(entry)).toEqual({ files: ['app/lib/band.ts', 'app/lib/rules/exit.ts'], packages: [] })
})

it('follows paths and baseUrl of the tsconfig.json around a module, also of one that it extends', () => {
  const base = { compilerOptions: { baseUrl: '.', paths: { '~/*': ['lib/*'], exact: ['lib/exact.ts'] } } }
  const entry = write({
    'app/tsconfig.base.json': base,
    'app/tsconfig.json':
      '{\n  // the usual\n  "extends": "./tsconfig.base", /* "x" */\n  "include": ["a//b"],\n}',
    'app/strategies/fade.ts': importing('~/deep/band', 'exact', 'lib/plain'),
    'app/lib/deep/band.ts': '',
    'app/lib/exact.ts': '',
    'app/lib/plain.ts': '',
  })
  expect(found(entry).files).toEqual(['app/lib/deep/band.ts', 'app/lib/exact.ts', 'app/lib/plain.ts'])
})

it('follows a package of the workspace into its files, and one that imports itself', () => {
  const entry = write({
    'app/package.json': { name: 'app', exports: { './own': './lib/own.ts' } },
    'app/strategies/fade.ts': importing('@my/shared', '@my/shared/levels', 'plain', 'app/own'),
    'app/lib/own.ts': '',
    'shared/package.json': {
      name: '@my/shared',
      exports: { '.': { import: './src/index.ts' }, './*': './src/*.ts' },
    },
    'shared/src/index.ts': importing('./inner.ts'),
    'shared/src/inner.ts': '',
    'shared/src/levels.ts': '',
    'plain/package.json': { name: 'plain', main: './main.js' },
    'plain/main.js': '',
    'node_modules/@my/.keep': '',
  })
  symlinkSync(join(folder, 'shared'), join(folder, 'node_modules/@my/shared'))
  symlinkSync(join(folder, 'plain'), join(folder, 'node_modules/plain'))
  const files = ['app/lib/own.ts', 'plain/main.js']
  expect(found(entry)).toEqual({
    files: [...files, 'shared/src/index.ts', 'shared/src/inner.ts', 'shared/src/levels.ts'],
    packages: [],
  })
  const before = codeHashOf(entry)
  write({ 'shared/src/inner.ts': 'export const changed = 1\n' })
  expect(codeHashOf(entry)).not.toBe(before)
})

it('takes an installed package by name and version, whatever its files are', () => {
  const manifest = (version: string) => ({ name: '@their/indicators', version })
  const entry = write({
    'app/strategies/fade.ts': importing('@their/indicators/ema', 'node:fs', 'path', 'nowhere', './other.ts'),
    'app/strategies/other.ts': "const zod = await import('zod')\n",
    'node_modules/@their/indicators/package.json': manifest('1.2.3'),
    'node_modules/@their/indicators/ema.js': '',
    'node_modules/zod/package.json': { name: 'zod', version: '4.0.0' },
  })
  expect(found(entry)).toEqual({
    files: ['app/strategies/other.ts'],
    packages: ['@their/indicators@1.2.3', 'zod@4.0.0'],
  })
  const before = codeHashOf(entry)
  write({ 'node_modules/@their/indicators/ema.js': 'export {}\n' })
  expect(codeHashOf(entry)).toBe(before)
  write({ 'node_modules/@their/indicators/package.json': manifest('1.2.4') })
  expect(codeHashOf(entry)).not.toBe(before)
})

it('takes the packages of this product by their version, also where they are linked', () => {
  const entry = write({
    'app/strategies/fade.ts': importing('@openclaw-trading/bot-engine'),
    'engine/package.json': { name: '@openclaw-trading/bot-engine', version: '0.1.0', main: './index.js' },
    'engine/index.js': '',
    'node_modules/@openclaw-trading/.keep': '',
  })
  symlinkSync(join(folder, 'engine'), join(folder, 'node_modules/@openclaw-trading/bot-engine'))
  expect(found(entry)).toEqual({ files: [], packages: ['@openclaw-trading/bot-engine@0.1.0'] })
})
