import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { create } from './create.ts'
import { VERSION } from './version.ts'
import { writeProject, writeStrategy } from './index.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'create-claw-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

async function run(args: string, nodeVersion = process.version, cwd = dir) {
  const output = { out: '', err: '' }
  const code = await create(args.split(' ').filter(Boolean), {
    cwd,
    nodeVersion,
    out: text => (output.out += text),
    err: text => (output.err += text),
  })
  return { code, ...output }
}

describe('create-claw', () => {
  it('writes a project under its own name, and says what to do next', async () => {
    const { code, out, err } = await run('silver-bot --yes --no-install --no-git')
    expect(code).toBe(0)
    expect(err).toContain('wrote 11 files to ./silver-bot')
    expect(out).toContain('cd silver-bot && npm install && npm run backtest')
    const manifest = JSON.parse(readFileSync(join(dir, 'silver-bot', 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: 'silver-bot', type: 'module' })
    expect(existsSync(join(dir, 'silver-bot', '.gitignore'))).toBe(true)
    expect(readFileSync(join(dir, 'silver-bot', '.gitignore'), 'utf8')).toContain('.env\n')
  })

  it('speaks of this folder where the project is to lie in it, and sends nobody elsewhere', async () => {
    // A temporary folder has capital letters, which no package has.
    const here = join(dir, 'here')
    mkdirSync(here)
    const planned = await run('. --yes --dry-run', process.version, here)
    expect(planned.out).toContain('    write    package.json\n')
    expect(planned.out).toContain('git init in this folder\n')
    expect(planned.out).toContain('the packages of package.json with npm')
    const { err, out } = await run('. --yes --no-install --no-git', process.version, here)
    expect(err).toContain('wrote 11 files to this folder\n')
    expect(out).toBe('\n  Next:  npm install && npm run backtest\n\n')
  })

  it('M1: refuses a Node that is too old, with what to install', async () => {
    expect(await run('x --yes', 'v18.20.1')).toEqual({
      code: 5,
      out: '',
      err: expect.stringContaining(
        'Node 18.20.1 is not supported (needs 20.19 or later). Install Node 24 LTS',
      ),
    })
    expect((await run('x --yes', 'v20.18.3')).code).toBe(5)
    expect((await run('--help', 'v22.0.0')).code).toBe(0)
  })

  it('names a place that cannot be written, with the exit code of every such place', async () => {
    writeFileSync(join(dir, 'taken'), '')
    const { code, err } = await run('taken/bot --yes --no-install --no-git')
    expect(code).toBe(5)
    expect(err).toMatch(/taken\/bot.* cannot be written \(ENOTDIR\).*\n {4}code: not-writable\n/)
  })

  it('refuses a folder of packages that is not there before it writes, also in a dry run', async () => {
    for (const line of ['x --tarballs none --no-git --no-install', 'x --tarballs none --dry-run']) {
      const { code, err } = await run(line)
      expect([code, readdirSync(dir)]).toEqual([2, []])
      expect(err).toContain(`There is no folder ${join(dir, 'none')}. Nothing was written`)
    }
    mkdirSync(join(dir, 'some'))
    expect((await run('x --tarballs some --dry-run')).out).toContain('with npm, ours from some and others')
  })

  it('tells in a dry run what it would do, and does nothing', async () => {
    const { code, out, err } = await run('silver-bot --dry-run')
    expect([code, err, readdirSync(dir)]).toEqual([0, '', []])
    expect(out).toContain('Dry run: nothing was done. create-claw would\n')
    expect(out.match(/^ {4}write {4}silver-bot\//gm)).toHaveLength(11)
    expect(out).toContain('    run      git init in silver-bot\n')
    expect(out).toContain('    install  the packages of silver-bot/package.json')
    expect((await run('silver-bot --dry-run --no-git --no-install')).out).not.toMatch(/git init|install/)
    expect((await run('Silver --dry-run')).code).toBe(2)
  })

  it('names each file with --verbose', async () => {
    const { err } = await run('silver-bot --verbose --no-install --no-git')
    expect(err).toContain('\n    strategies/gold-fade/strategy.ts\n'.replaceAll('/', sep))
  })

  it('overwrites nothing', async () => {
    writeFileSync(join(dir, 'mine.txt'), 'mine')
    const { code, err } = await run('. --no-install --no-git')
    expect(code).not.toBe(0)
    expect(err).toMatch(/is no name|not empty/)
    expect(readdirSync(dir)).toEqual(['mine.txt'])
  })

  it.each([
    ['Gold_Bot', 'e.g. gold-bot'],
    ['--wrong', "Unknown option '--wrong'"],
    ['one two', 'One folder is made at a time'],
  ])('answers "%s" with exit code 2 and nothing written', async (args, text) => {
    expect(await run(`${args} --no-install`)).toMatchObject({ code: 2, err: expect.stringContaining(text) })
    expect(readdirSync(dir)).toEqual([])
  })
})

describe('a new strategy', () => {
  it('has the names of its own in every file', () => {
    const { files } = writeStrategy(dir, 'silver-fade')
    expect(files).toEqual(
      ['README.md', 'strategy.test.ts', 'strategy.ts'].map(file => join('strategies', 'silver-fade', file)),
    )
    for (const file of files) {
      const text = readFileSync(join(dir, file), 'utf8')
      expect(text).toMatch(/silver-fade|silverFade/)
      expect(text).not.toMatch(/gold-fade|goldFade/)
    }
  })

  it('is listed in a dry run, and written nowhere', () => {
    const listed = writeStrategy(dir, 'silver-fade', undefined, { dryRun: true })
    expect(readdirSync(dir)).toEqual([])
    expect(writeStrategy(dir, 'silver-fade')).toEqual(listed)
    expect(() => writeStrategy(dir, 'silver-fade', undefined, { dryRun: true })).toThrow('[already-exists]')
  })

  it('is refused where one of its files is there already', () => {
    writeStrategy(dir, 'silver-fade')
    expect(() => writeStrategy(dir, 'silver-fade')).toThrow('[already-exists]')
  })
})

it('takes our packages of its own version, which is that of all of them', () => {
  writeProject(join(dir, 'project'))
  const { dependencies } = JSON.parse(readFileSync(join(dir, 'project', 'package.json'), 'utf8'))
  const ours = Object.keys(dependencies).filter(name => name.startsWith('@openclaw-trading/'))
  expect(ours.length).toBeGreaterThan(2)
  for (const name of ours) {
    const folder = new URL(`../../${name.slice('@openclaw-trading/'.length)}/`, import.meta.url)
    const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
    expect([name, dependencies[name]]).toEqual([name, version])
  }
  const { fixed } = JSON.parse(
    readFileSync(new URL('../../../.changeset/config.json', import.meta.url), 'utf8'),
  )
  expect(fixed).toEqual([['@openclaw-trading/*', 'create-claw']])
})

it('takes packed packages from a folder when it is told to, and no more of them than from the registry', () => {
  const tarballs = join(dir, 'tarballs')
  mkdirSync(tarballs)
  const packed = [
    'openclaw-trading-bot-engine-0.1.0',
    'openclaw-trading-control-plane-0.1.0',
    'create-claw-0.1.0',
  ]
  for (const file of [
    ...packed.map(name => `${name}.tgz`),
    'openclaw-trading-reference-server-0.1.0.tgz',
    'notes.txt',
  ])
    writeFileSync(join(tarballs, file), '')
  writeProject(join(dir, 'packed'), { tarballs })
  const { dependencies, overrides } = JSON.parse(readFileSync(join(dir, 'packed', 'package.json'), 'utf8'))
  const [engine, controlPlane, createClaw] = packed.map(name => `file:${join(tarballs, `${name}.tgz`)}`)
  expect(dependencies).toEqual({
    '@openclaw-trading/bot-engine': engine,
    '@openclaw-trading/cli': VERSION,
    '@openclaw-trading/trading-model': VERSION,
    zod: expect.any(String),
  })
  expect(overrides).toEqual({ '@openclaw-trading/control-plane': controlPlane, 'create-claw': createClaw })
})
