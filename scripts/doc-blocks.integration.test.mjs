import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, docBlocks } from './doc-blocks.mjs'
import { root } from './install.mjs'

// Inside node_modules, so that package names resolve as they do for a reader, and nothing is left in the tree.
const folder = join(root, 'node_modules', '.cache', 'openclaw-doc-blocks')
const blocks = docBlocks().map((block, i) => ({ ...block, path: join(folder, `block-${i}.mts`) }))
let compiler = ''

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { path, source } of blocks) writeFileSync(path, `${source}\nexport {}\n`)
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
    files: blocks.map(({ path }) => path),
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  compiler = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the code in the documentation', () => {
  it('is there to be tested', () => {
    expect(blocks.length).toBeGreaterThan(0)
  })

  it.each(blocks.map(block => [block.file, block.line, block]))(
    'compiles in %s, line %d',
    (_file, _line, { path }) => {
      const name = path.split(/[\\/]/).at(-1)
      expect(compiler.split('\n').filter(line => line.includes(name))).toEqual([])
    },
  )

  it.each(blocks.filter(({ runnable }) => runnable).map(block => [block.file, block.line, block]))(
    'runs in %s, line %d',
    (_file, _line, { path }) => {
      const args = ['--import', 'tsx', '--conditions=@openclaw-trading/source', path]
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: root,
        encoding: 'utf8',
        timeout: 60_000,
      })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).not.toBe('')
    },
  )
})

describe('blocksOf', () => {
  it('finds marked blocks with their lines and leaves the others', () => {
    const text = 'a\n```ts runnable\none\n```\n```ts\ntwo\n```\n```ts checked\nthree\n```\n'
    expect(blocksOf(text)).toEqual([
      { line: 3, runnable: true, source: 'one\n' },
      { line: 9, runnable: false, source: 'three\n' },
    ])
  })
})
