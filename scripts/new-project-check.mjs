// What a new author does, with the packed packages and nothing else: makes a project in an empty folder, and goes on until there
// is a chart. The third-party packages come from npm, as they would for the author.
import { execFile as execFileCallback } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execFile = promisify(execFileCallback)
const shell = process.platform === 'win32'
/** A page with its chart library, equity and candles in it has more. */
const LEAST_PAGE_BYTES = 200_000

/** Tests that a new project has. */
const LEAST_TESTS = 3

/** Passed tests that Node's test runner counts in its output. */
export function passedTests(output) {
  return Number(/^(?:#|ℹ) pass (\d+)/m.exec(output)?.[1] ?? 0)
}

/** Runs the tests of a project, which are to pass, and one that is to fail beside them. */
async function tryTests(run, project) {
  const passed = passedTests((await run('npm', ['test'], project)).stdout)
  if (passed < LEAST_TESTS)
    throw new Error(`npm test of the project ran ${passed} tests, not ${LEAST_TESTS}.`)
  const planted = join(project, 'strategies', 'gold-fade', 'planted.test.ts')
  writeFileSync(
    planted,
    "import { test } from 'node:test'\ntest('planted', () => { throw new Error('planted') })\n",
  )
  const hasFailed = await run('npm', ['test'], project).then(
    () => false,
    () => true,
  )
  rmSync(planted)
  if (!hasFailed) throw new Error('npm test of the project passed although a test of it failed.')
}

/** Runs the steps of a new author against packed packages. @returns whether all went well; failures are printed */
export async function tryNewProject(tarballs) {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-new-'))
  const project = join(folder, 'gold-bot')
  const env = Object.fromEntries(
    ['PATH', 'HOME', 'npm_config_cache', 'USERPROFILE', 'SystemRoot', 'APPDATA'].flatMap(name =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  )
  const run = (command, args, cwd) =>
    execFile(command, args, { cwd, shell, env: { ...env, CI: '1' }, maxBuffer: 16 * 1024 * 1024 })
  const packed = readdirSync(tarballs).find(file => file.startsWith('create-claw-'))
  const startedAt = Date.now()
  const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1)
  try {
    await run(
      'npm',
      [
        'exec',
        '--yes',
        `--package=${join(tarballs, packed)}`,
        '--',
        'create-claw',
        'gold-bot',
        '--yes',
        '--tarballs',
        tarballs,
      ],
      folder,
    )
    await run('npm', ['run', 'backtest'], project)
    const [report = ''] = readdirSync(join(project, 'reports'))
    const page = join(project, 'reports', report, 'index.html')
    if (statSync(page).size < LEAST_PAGE_BYTES || !readFileSync(page, 'utf8').includes('id="run"'))
      throw new Error(`${page} is no report.`)
    console.log(`ok     a new project has its chart after ${seconds()} s`)
    await run('npm', ['run', 'types'], project)
    await tryTests(run, project)
    await run('npx', ['claw', 'new', 'strategy', 'silver-fade'], project)
    await run('npx', ['claw', 'backtest', 'silver-fade', '--json', '--no-report'], project)
    await run('npx', ['claw', 'new', 'strategy', 'my-fade', '--from', 'S03'], project)
    for (const strategy of ['my-fade', 'S03'])
      await run('npx', ['claw', 'backtest', strategy, '--json', '--no-report', '--no-check'], project)
    await run('npm', ['run', 'types'], project)
    await run('npm', ['test'], project)
    console.log(`ok     and its types, its tests, a second strategy and a copy of S03 after ${seconds()} s`)
    return true
  } catch (error) {
    console.log(`FAILED a new project, after ${seconds()} s: ${error.message}`)
    console.log(`${error.stdout ?? ''}${error.stderr ?? ''}`.replaceAll(/^/gm, '       '))
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
