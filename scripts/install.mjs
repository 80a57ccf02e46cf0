// Makes sure that node_modules holds what package-lock.json asks for. Imports node built-ins only: it runs before any install.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'
import { otherRunning } from './running.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** Held by who installs or builds here; not in node_modules, which an install removes. */
export const WORK_LOCK = join(root, '.claw-work.lock')
/** Notes of the servers that `npm start` runs here. */
export const RUNNING = join(root, '.claw-running')
const NEEDED_NODE = [20, 19]

/** Ends a script with one message for people and no stack trace. */
export function fail(message, exitCode) {
  process.stderr.write(`\n${message}\n`)
  process.exit(exitCode)
}

/** Ends with exit code 5 when this Node is too old; nothing else would explain itself there. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  if (major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1])) return
  fail(
    `Node ${version} is not supported: OpenClaw Trading needs ${NEEDED_NODE.join('.')} or newer.\n` +
      'Install Node 24 LTS from nodejs.org (or: nvm install 24), then run the same command again.',
    5,
  )
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

/**
 * Tells why an install is needed, or returns undefined.
 *
 * npm writes what it installed to node_modules/.package-lock.json. Contents are compared, not times: a checkout
 * touches package-lock.json without changing it. Optional packages may be missing: they are for other platforms.
 */
export function installReason(folder = root) {
  const installedPath = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(installedPath)) return 'node_modules is missing'
  try {
    const installed = packagesOf(installedPath)
    for (const [path, wanted] of Object.entries(packagesOf(join(folder, 'package-lock.json')))) {
      if (!path.includes('node_modules/') || wanted.link || wanted.optional || wanted.devOptional) continue
      if (installed[path]?.version !== wanted.version)
        return `${path} is ${installed[path]?.version ?? 'missing'}, package-lock.json asks for ${wanted.version}`
    }
  } catch (error) {
    return `the list of installed packages cannot be read (${error.message})`
  }
  return undefined
}

/** Runs a program with our terminal; resolves with its exit code, or with 128 + n when signal n ended it. */
export function run(program, args, { onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    child.once('spawn', () => onStart?.(child.pid))
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

/** The npm that started us, else the one on the PATH (a .cmd file on Windows, which needs a shell). */
function npm(args, onStart) {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args], { onStart })
  return run('npm', args, { shell: process.platform === 'win32', onStart })
}

/** Checks Node, then installs with `npm ci` when something is missing; where another process does it, waits for that. */
export async function ensureInstalled() {
  checkNode()
  if (installReason() === undefined) return
  await withLock(WORK_LOCK, 'installs packages', async goesOn => {
    const reason = installReason()
    if (reason !== undefined) await install(reason, goesOn)
  })
}

async function install(reason, goesOn) {
  const other = otherRunning(RUNNING)
  if (other !== undefined)
    fail(
      `Process ${other.pid} runs from the packages of this folder since ${other.since}, and they have to be installed anew (${reason}).\n` +
        'Nothing was changed. Stop it with Ctrl-C, then run the same command again.',
      11,
    )
  const startedAt = Date.now()
  console.log(`Installing packages (${reason}): about a minute, once.`)
  const still = setInterval(
    () => console.log(`  still installing, ${Math.round((Date.now() - startedAt) / 1000)} s`),
    10_000,
  )
  // Nothing here needs install scripts, and not running them keeps strangers' code out of the install.
  const code = await npm(
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    goesOn,
  ).finally(() => clearInterval(still))
  if (code === 130 || code === 143) process.exit(code)
  if (code !== 0)
    fail(
      `npm ci ended with code ${code}; its own message is above.\n` +
        'Check the connection to the npm registry and write access to this folder, then run the same command again.',
      9,
    )
  console.log(`Packages installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`)
}
