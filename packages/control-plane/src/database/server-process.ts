import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { SYSTEM_CLOCK } from '../clock.ts'
import { isSameProcess } from '../process-probe.ts'
import type { PostgresBinaries } from './binaries.ts'
import { DATABASE_NAME, serverEnvironment } from './cluster.ts'
import { type EmbeddedHome, fileFailure } from './embedded-home.ts'
import { errorCode } from './pg-errors.ts'

const MAX_LOG_BYTES = 8 * 1024 * 1024

/** How the server is run. */
export interface ServerSettings {
  /** Off only for tests: a power cut may then cost the cluster. */
  readonly fsync: boolean
  /** At most. */
  readonly maxConnections: number
}

/** A server that was just started, which may still refuse. */
export interface StartedServer {
  /** Of the server. */
  readonly child: ChildProcess
  /** What it has printed since its start. */
  readonly output: () => Promise<string>
}

/** A TCP port of 127.0.0.1 that is free now; the wanted one when it is. */
export function findFreePort(wanted: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', error => {
      if (wanted === null) reject(error)
      else findFreePort(null).then(resolve, reject)
    })
    probe.listen({ host: '127.0.0.1', port: wanted ?? 0, exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function serverArguments(home: EmbeddedHome, port: number, settings: ServerSettings): string[] {
  const parameters: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // A socket's path may have 107 bytes only, and anyone who can enter its folder can connect.
    unix_socket_directories: '',
    max_connections: String(settings.maxConnections),
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    logging_collector: 'off',
    jit: 'off',
  }
  // Commits still reach the operating system: a killed server loses nothing, only a power cut does.
  if (!settings.fsync) Object.assign(parameters, { fsync: 'off', full_page_writes: 'off' })
  return [
    '-D',
    home.dataDir,
    ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

async function openLog(file: string) {
  const size = (await stat(file).catch(() => null))?.size ?? 0
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.1`)
  return open(file, 'a', 0o600)
}

/** Starts the server detached: it outlives a `kill -9` of this process, and Ctrl-C does not reach it. */
export async function spawnServer(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  port: number,
  settings: ServerSettings,
): Promise<StartedServer> {
  const logFile = join(home.home, 'server.log')
  try {
    const log = await openLog(logFile)
    try {
      const offset = (await log.stat()).size
      const child = spawn(binaries.postgres, serverArguments(home, port, settings), {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: serverEnvironment(),
        cwd: home.home,
        windowsHide: true,
        ...(home.account ?? {}),
      })
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve)
        child.once('error', reject)
      })
      child.unref()
      const output = async () => (await readFile(logFile)).subarray(offset).toString('utf8').slice(-16_384)
      return { child, output }
    } finally {
      await log.close()
    }
  } catch (error) {
    throw fileFailure(error, binaries.postgres)
  }
}

/** What a try to connect found. */
export type ConnectOutcome = 'ready' | 'not-yet' | 'wrong-password'

/** Connects once and creates our database when it is not there yet. */
export async function tryConnect(port: number, password: string): Promise<ConnectOutcome> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: DATABASE_NAME,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const found = await client.query('select from pg_database where datname = $1', [DATABASE_NAME])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE_NAME}`)
    return 'ready'
  } catch (error) {
    if (errorCode(error) === '28P01') return 'wrong-password'
    // 42P04, 23505: another manager has just created it.
    return ['42P04', '23505'].includes(errorCode(error)) ? 'ready' : 'not-yet'
  } finally {
    await client.end().catch(() => {})
  }
}

async function waitForEnd(pid: number, startMark: string, timeoutMs: number): Promise<boolean> {
  const deadline = SYSTEM_CLOCK.now() + timeoutMs
  while (await isSameProcess(pid, startMark)) {
    if (SYSTEM_CLOCK.now() > deadline) return false
    await SYSTEM_CLOCK.sleep(25)
  }
  return true
}

async function signal(pid: number, startMark: string, name: NodeJS.Signals): Promise<void> {
  if (!(await isSameProcess(pid, startMark))) return
  try {
    process.kill(pid, name)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

/** Ends a server: fast shutdown (open transactions roll back), after 20 s immediate shutdown (recovers at the next start). */
export async function stopServer(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  pid: number,
  startMark: string,
): Promise<void> {
  if (process.platform === 'win32') {
    await promisify(execFile)(binaries.pgCtl, ['stop', '-D', home.dataDir, '-m', 'fast', '-w'])
    return
  }
  await signal(pid, startMark, 'SIGINT')
  if (await waitForEnd(pid, startMark, 20_000)) return
  await signal(pid, startMark, 'SIGQUIT')
  await waitForEnd(pid, startMark, 5_000)
}
