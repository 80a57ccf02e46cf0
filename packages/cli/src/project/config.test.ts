import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'
import { openProject } from './config.ts'

let root: string
let project: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'claw-config-')))
  project = join(root, 'project')
  mkdirSync(join(project, 'configs'), { recursive: true })
  mkdirSync(join(project, 'strategies'))
  mkdirSync(join(root, 'elsewhere'))
  write('project/claw.config.mjs', 'account: { balance: 1_000 }, market: { synthetic: { bars: 1500 } }')
  write('project/configs/rich.mjs', 'account: { balance: 50_000 }, market: { synthetic: { bars: 1500 } }')
  write('project/wrong.mjs', "account: { balance: 'much' }, bots: []")
  write('elsewhere/loose.mjs', 'account: { balance: 7 }')
  writeFileSync(join(project, 'torn.mjs'), 'export default {')
  writeFileSync(join(project, 'settings.json'), '{}')
  writeFileSync(join(project, 'empty.mjs'), 'export const nothing = 1')
})
afterAll(() => rmSync(root, { recursive: true }))

function write(file: string, fields: string): void {
  writeFileSync(join(root, file), `export default { ${fields} }`)
}

describe('--config', () => {
  it.each([
    ['a file within the project', 'project', 'project/configs/rich.mjs', 'project', 50_000],
    [
      'a file of the project, from below it',
      'project/strategies',
      'project/configs/rich.mjs',
      'project',
      50_000,
    ],
    ['a project that one does not stand in', 'elsewhere', 'project/claw.config.mjs', 'project', 1_000],
    [
      'a file from elsewhere, for the project that one stands in',
      'project',
      'elsewhere/loose.mjs',
      'project',
      7,
    ],
    ['a file without any project, for the folder', 'elsewhere', 'elsewhere/loose.mjs', 'elsewhere', 7],
  ])(
    'takes %s, and strategies, reports and trials stay those of the project',
    async (_, cwd, file, folder, balance) => {
      const opened = await openProject({ cwd: join(root, cwd), config: join(root, file) })
      expect(opened.folder).toBe(join(root, folder))
      expect(opened.config.account.balance).toBe(balance)
    },
  )

  it.each([
    ['nowhere.mjs', 4, 'config-not-found', 'There is no file nowhere.mjs'],
    ['torn.mjs', 3, 'config-invalid', 'torn.mjs cannot be loaded'],
    ['empty.mjs', 3, 'config-invalid', 'empty.mjs is not a configuration:\n  - default export'],
    ['settings.json', 3, 'config-invalid', 'settings.json is no module. A configuration is'],
    ['wrong.mjs', 3, 'config-invalid', 'account.balance'],
  ])('%s ends with exit code %i', async (file, code, name, text) => {
    const ended = await runClaw(`backtest S03 --config ${file} --json`, project)
    expect(ended.code).toBe(code)
    const { error } = JSON.parse(ended.out)
    expect(error).toMatchObject({ code: name, exit: code })
    expect(error.detail).toContain(text)
  })

  it('stands in the command of a report, and goes on with the sweep that was begun with it', async () => {
    const line = 'sweep S03 --axis period=15,20 --workers 0 --no-report --config configs/rich.mjs --json'
    const { id } = JSON.parse((await runClaw(line, project)).out).data
    const resumed = await runClaw(`sweep --resume ${id} --workers 0 --json`, project)
    expect(resumed.code).toBe(0)
    const other = await runClaw(`sweep --resume ${id} --workers 0 --config claw.config.mjs --json`, project)
    expect(other.code).toBe(3)
    expect(JSON.parse(other.out).error.detail).toContain('--config configs/rich.mjs')
    renameSync(join(project, 'configs', 'rich.mjs'), join(project, 'configs', 'poor.mjs'))
    const lost = await runClaw(`sweep --resume ${id} --workers 0`, project)
    renameSync(join(project, 'configs', 'poor.mjs'), join(project, 'configs', 'rich.mjs'))
    expect([lost.code, lost.err]).toEqual([
      4,
      expect.stringContaining('There is no file configs/rich.mjs in '),
    ])
  })
})
